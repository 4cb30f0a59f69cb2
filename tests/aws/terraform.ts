import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { runCommand } from "../support/commands.js";
import { findTool } from "../support/machine.js";
import type { StateResource } from "./recordings.js";
import { terraformJson } from "./terraformJson.js";

/** Runtimes that AWS has added since the provider was released. */
const newRuntime = /to be one of.*got python3\.(1[4-9]|[2-9]\d)/s;

/** `<folder>/registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64/terraform-provider-aws_v5.100.0_x5` */
const pluginFile = /^(.*)\/registry\.terraform\.io\/hashicorp\/aws\/([^/]+)\/[^/]+\/[^/]+$/;

interface Diagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail?: string;
  readonly address?: string;
}

/** Why `terraform validate` cannot run on this machine. Undefined when it can. */
export function whyNoTerraform(): string | undefined {
  if (findTool("terraform", "UVLAMBDA_TEST_TERRAFORM") === undefined) return "terraform is not on PATH";
  if (!pluginFile.test(process.env["UVLAMBDA_AWS_PROVIDER"] ?? ""))
    return "no terraform-provider-aws in a folder of plugins";
  return undefined;
}

/** Terraform with the aws provider of this machine, without bridge and engine. */
export class Terraform {
  private constructor(private readonly folder: string) {}

  static async start(): Promise<Terraform> {
    const [, plugins, version] = pluginFile.exec(process.env["UVLAMBDA_AWS_PROVIDER"] ?? "") ?? [];
    const terraform = new Terraform(fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-terraform-")));
    terraform.write("settings", {
      terraform: { required_providers: { aws: { source: "hashicorp/aws", version } } },
      provider: { aws: { region: "eu-central-1" } },
    });
    try {
      const { code, output } = await terraform.run("init", `-plugin-dir=${plugins}`, "-input=false", "-no-color");
      if (code !== 0) throw new Error(output);
    } catch (error) {
      terraform.stop();
      throw error;
    }
    return terraform;
  }

  stop(): void {
    fs.rmSync(this.folder, { recursive: true });
  }

  /** What the provider refuses in these resources. */
  async problems(resources: readonly StateResource[]): Promise<string[]> {
    this.write("resources", terraformJson(resources));
    const { output } = await this.run("validate", "-json");
    const { diagnostics } = JSON.parse(output) as { diagnostics: readonly Diagnostic[] };
    return diagnostics
      .filter(({ severity, summary, detail = "" }) => severity === "error" && !newRuntime.test(summary + detail))
      .map(({ address = "", summary, detail = "" }) => `${address}: ${summary} ${detail}`);
  }

  private write(name: string, content: object): void {
    fs.writeFileSync(path.join(this.folder, `${name}.tf.json`), JSON.stringify(content, undefined, 1));
  }

  private async run(...args: readonly string[]): Promise<{ code: number | undefined; output: string }> {
    const program = findTool("terraform", "UVLAMBDA_TEST_TERRAFORM")!;
    const env = { PATH: process.env["PATH"] ?? "", HOME: this.folder, CHECKPOINT_DISABLE: "1" };
    const { code, stdout, stderr } = await runCommand([program, ...args], { cwd: this.folder, env });
    return { code, output: args[0] === "validate" ? stdout : stdout + stderr };
  }
}
