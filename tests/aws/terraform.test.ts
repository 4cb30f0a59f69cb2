import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { runCommand } from "../support/commands.js";
import { checkout, findTool } from "../support/machine.js";
import { skipIf } from "./fixtures.js";
import { terraformJson, type StateResource } from "./terraformJson.js";

/** Runtimes that AWS has added since the provider was released. */
const newRuntime = /to be one of.*got python3\.(1[4-9]|[2-9]\d)/s;

/** The states of stacks that use every input: what the engine tests deployed, recorded. */
const recordings = path.join(checkout, "tests", "engine", "upgrade");

interface Diagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail?: string;
  readonly address?: string;
}

/** Without bridge and engine: what the provider itself says about the resources that the product makes. */
describe("terraform validate", function () {
  this.timeout(180_000);
  const terraform = findTool("terraform", "UVLAMBDA_TEST_TERRAFORM");
  const provider = process.env["UVLAMBDA_AWS_PROVIDER"] ?? "";
  /** `<folder>/registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64/terraform-provider-aws_v5.100.0_x5` */
  const [, plugins, version] =
    /^(.*)\/registry\.terraform\.io\/hashicorp\/aws\/([^/]+)\/[^/]+\/[^/]+$/.exec(provider) ?? [];
  let folder: string;

  before(async function () {
    skipIf(this, terraform === undefined ? "terraform is not on PATH" : undefined);
    skipIf(this, plugins === undefined ? "no terraform-provider-aws in a folder of plugins" : undefined);
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-terraform-"));
    const settings = {
      terraform: { required_providers: { aws: { source: "hashicorp/aws", version } } },
      provider: { aws: { region: "eu-central-1" } },
    };
    fs.writeFileSync(path.join(folder, "settings.tf.json"), JSON.stringify(settings));
    await run("init", `-plugin-dir=${plugins}`, "-input=false", "-no-color");
  });

  after(() => {
    if (folder !== undefined) fs.rmSync(folder, { recursive: true });
  });

  async function run(...args: readonly string[]): Promise<string> {
    const env = { PATH: process.env["PATH"] ?? "", HOME: folder, CHECKPOINT_DISABLE: "1" };
    const { code, stdout, stderr } = await runCommand([terraform!, ...args], { cwd: folder, env });
    if (code !== 0 && args[0] !== "validate") throw new Error(stdout + stderr);
    return stdout;
  }

  async function problems(resources: readonly StateResource[]): Promise<string[]> {
    fs.writeFileSync(path.join(folder, "resources.tf.json"), JSON.stringify(terraformJson(resources), undefined, 1));
    const { diagnostics } = JSON.parse(await run("validate", "-json")) as { diagnostics: readonly Diagnostic[] };
    return diagnostics
      .filter(({ severity, summary, detail = "" }) => severity === "error" && !newRuntime.test(summary + detail))
      .map(({ address = "", summary, detail = "" }) => `${address}: ${summary} ${detail}`);
  }

  const states = fs
    .readdirSync(recordings, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => ["archives", "images"].map((kind) => path.join(recordings, name, kind, "state.json")))
    .filter((file) => fs.existsSync(file));

  for (const file of states) {
    it(`takes every resource of ${path.relative(recordings, file)}`, async () => {
      const state = JSON.parse(fs.readFileSync(file, "utf8")) as {
        deployment: { resources: readonly StateResource[] };
      };
      const resources = state.deployment.resources.filter(({ type }) => type.startsWith("aws:"));
      assert.ok(resources.length > 10, "the recording has lost its resources");
      assert.deepEqual(await problems(resources), []);
    });
  }

  it("says what is wrong with a resource", async () => {
    const wrong = { roleName: "x", assumeRolePolicy: "not JSON" };
    const [problem, ...others] = await problems([{ type: "aws:iam/role:Role", urn: "a::b::c::wrong", inputs: wrong }]);
    assert.match(`${problem}${others.join()}`, /role_name|assume_role_policy/);
  });
});
