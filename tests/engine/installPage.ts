import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { runCommand } from "../support/commands.js";
import { checkout, pluginFolder } from "../support/machine.js";
import { invokeFunction } from "./aws.js";
import { toolEnvironment, type Run } from "./run.js";

// docs/install.md, as a reader follows it. The commands are read from the page, so the two cannot differ.

const page = fs.readFileSync(path.join(checkout, "docs", "install.md"), "utf8");

/** The text below a heading of the page, with its subsections. */
export function chapter(heading: string): string {
  const [, rest] = page.split(`\n${heading}\n`);
  assert.ok(rest !== undefined, `docs/install.md has no heading "${heading}"`);
  const next = rest.search(new RegExp(`^#{2,${heading.indexOf(" ")}} `, "m"));
  return next < 0 ? rest : rest.slice(0, next);
}

/** The one block of this language that contains `part`. */
export function block(text: string, language: string, part = ""): string {
  const all = [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].filter(([, name, code = ""]) => {
    return name === language && code.includes(part);
  });
  assert.equal(all.length, 1, `blocks of ${language} with "${part}" in:\n${text}`);
  return all[0]![2]!;
}

/** Variables of all commands: those of a user, with the caches of this machine. */
export function readersEnvironment(run: Run): Record<string, string> {
  const env = toolEnvironment(run.folder, run.pulumi);
  return {
    ...env,
    PATH: [path.dirname(run.uv), pythonFolder(), env["PATH"]].join(path.delimiter),
    ...run.aws.env(),
    PULUMI_HOME: run.pulumiHome,
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    UVLAMBDA_CACHE_DIR: path.join(run.folder, "readers-store"),
  };
}

/** Folder of the Python that the page's project asks for. "" when this machine has none. */
export function pythonFolder(): string {
  const [, minor = ""] = /uv init .*--python (\S+)/.exec(page) ?? [];
  const pythons = (process.env["UVLAMBDA_TEST_PYTHONS"] ?? "").split(path.delimiter);
  return path.dirname(pythons.find((python) => python.endsWith(`python${minor}`)) ?? "").replace(/^\.$/, "");
}

/** The folder of a reader who follows the page: `api` is the page's project, `infra` will be the program. */
export class Reader {
  readonly infra: string;
  private readonly env: Readonly<Record<string, string>>;

  private constructor(
    private readonly run: Run,
    private readonly name: string,
    env: Readonly<Record<string, string>>,
  ) {
    this.infra = path.join(run.folder, "readers", name, "infra");
    this.env = { ...env, PULUMI_BACKEND_URL: `file://${path.dirname(this.infra)}` };
  }

  /** The page's project, once for all. */
  static async makeProject(run: Run): Promise<void> {
    const readers = path.join(run.folder, "readers");
    fs.mkdirSync(readers);
    const reader = new Reader(run, "api", readersEnvironment(run));
    await reader.type(block(chapter("## 2. The uv project"), "sh"), readers);
  }

  static start(run: Run, name: string, env: Readonly<Record<string, string>>): Reader {
    const reader = new Reader(run, name, env);
    fs.mkdirSync(reader.infra, { recursive: true });
    const api = path.join(path.dirname(reader.infra), "api");
    fs.cpSync(path.join(run.folder, "readers", "api"), api, { recursive: true });
    return reader;
  }

  write(file: string, text: string): void {
    fs.mkdirSync(path.dirname(path.join(this.infra, file)), { recursive: true });
    fs.writeFileSync(path.join(this.infra, file), text);
  }

  /**
   * Pulumi.yaml of a program in a language, or the YAML program itself; with the plugin of the checkout unless it is
   * installed.
   */
  writeProject(text: string, plugin: "checkout" | "installed" = "checkout"): void {
    const plugins = block(chapter("## 1. The plugin"), "yaml").replace("../pulumi-uvlambda/bin", pluginFolder);
    this.write("Pulumi.yaml", plugin === "checkout" ? `${text}${plugins}` : text);
  }

  /** Runs lines of the page in a shell. `<checkout>` is the reader's. */
  async type(commands: string, cwd = this.infra): Promise<string> {
    const argv = ["sh", "-ec", commands.replaceAll("<checkout>", checkout)];
    const { code, stdout, stderr } = await runCommand(argv, { cwd, env: this.env });
    assert.equal(code, 0, `${this.name}: ${commands}\n${stdout}${stderr}`);
    return stdout;
  }

  /** The commands of the page that are the same in every language, and what it says about them. */
  async deploys(): Promise<void> {
    const [first, up, invoke] = block(chapter("## 3. The program"), "sh", "pulumi up").split(/^(pulumi up\n)/m);
    assert.ok(first !== undefined && up !== undefined && invoke !== undefined);
    const settings = Object.entries(this.run.aws.stackConfig()).map(([key, value]) => `--plaintext '${key}=${value}'`);
    await this.type(`${first}pulumi config set-all --path ${settings.join(" ")}`);
    await this.type(`${up.trim()} --yes --skip-preview`);
    // There is no AWS command line here. The test sends the call that it would send.
    const [, payload = ""] = /--payload '(.*)'/.exec(invoke) ?? [];
    const name = (await this.type("pulumi stack output functionName")).trim();
    assert.deepEqual(await invokeFunction(this.run.aws, name, JSON.parse(payload)), { visits: "1,234,567" });
    await this.type("pulumi preview --expect-no-changes");
    await this.type("pulumi destroy --yes --skip-preview");
  }
}
