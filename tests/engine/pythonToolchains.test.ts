import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { runCommand } from "../support/commands.js";
import { checkout, pluginFolder } from "../support/machine.js";
import { sharedRun, toolEnvironment, type Run } from "./run.js";

const page = fs.readFileSync(path.join(checkout, "docs", "install.md"), "utf8");
const part = page.slice(page.indexOf("### Python"), page.indexOf("### Go"));
const program = /```python\n([^]*?)```/.exec(part)?.[1] ?? "";

interface Toolchain {
  readonly name: string;
  /** Lines of the page. */
  readonly runtime: string;
  readonly commands: string;
}

const toolchains: readonly Toolchain[] = [
  {
    name: "uv",
    runtime: "runtime: { name: python, options: { toolchain: uv } }",
    commands: "uv init --bare --name infra && uv add pulumi <checkout>/sdk/python",
  },
  {
    name: "pip",
    runtime: "runtime: { name: python, options: { toolchain: pip, virtualenv: venv } }",
    commands: "python3 -m venv venv && venv/bin/pip install <checkout>/sdk/python",
  },
];

describe("a Python program, made as docs/install.md says", () => {
  let run: Run;

  before(async function () {
    this.timeout(300_000);
    run = await sharedRun(this);
  });

  for (const { name, runtime, commands } of toolchains)
    it(`with ${name}`, async function () {
      this.timeout(300_000);
      for (const line of [runtime, commands]) assert.ok(part.includes(line), `the page does not say: ${line}`);
      const folder = path.join(run.folder, `python-${name}`);
      const infra = path.join(folder, "infra");
      fs.cpSync(path.join(run.fixtures, "single-app"), path.join(folder, "api"), { recursive: true });
      fs.cpSync(path.join(run.fixtures, "wheels"), path.join(folder, "wheels"), { recursive: true });
      fs.mkdirSync(infra);
      const plugins = `plugins:\n  providers:\n    - name: uvlambda\n      path: ${pluginFolder}\n`;
      fs.writeFileSync(path.join(infra, "Pulumi.yaml"), `name: ${name}\n${runtime}\n${plugins}`);
      fs.writeFileSync(path.join(infra, "__main__.py"), program);
      const env = {
        ...toolEnvironment(run.folder, run.pulumi),
        ...run.aws.env(),
        PULUMI_HOME: run.pulumiHome,
        PULUMI_BACKEND_URL: `file://${folder}`,
        PULUMI_CONFIG_PASSPHRASE: "",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        UVLAMBDA_UV: run.uv,
        UVLAMBDA_CACHE_DIR: path.join(run.folder, "python-store"),
      };
      const sh = async (command: string) => {
        const result = await runCommand(["sh", "-c", command], { cwd: infra, env });
        assert.equal(result.code, 0, result.stdout + result.stderr);
        return result.stdout;
      };
      await sh(commands.replaceAll("<checkout>", checkout));
      await sh("pulumi stack init dev --non-interactive");
      const settings = Object.entries(run.aws.stackConfig()).map(([key, value]) => `--plaintext '${key}=${value}'`);
      await sh(`pulumi config set-all --path ${settings.join(" ")}`);
      assert.match(await sh("pulumi preview --non-interactive --color never"), /aws:lambda:Function\s+api\s+create/);
    });
});
