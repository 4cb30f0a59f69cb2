import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { runCommand } from "../support/commands.js";
import { checkout } from "../support/machine.js";
import { skip } from "../support/skip.js";
import { invokeFunction } from "./aws.js";
import { commitAll, copyCheckout } from "./gitServer.js";
import { pythonFolder, readersEnvironment } from "./installPage.js";
import { sharedRun, type Run } from "./run.js";

const readme = fs.readFileSync(path.join(checkout, "README.md"), "utf8");

describe("the quick start of the README", function () {
  this.timeout(600_000);
  let run: Run;

  before(async function () {
    run = await sharedRun(this);
    if (pythonFolder() === "") skip(this, "needs the Python that the example runs in (UVLAMBDA_TEST_PYTHONS)");
  });

  it("deploys a function, followed word for word", async () => {
    const [, commands = ""] = /^## Quick start\n[^]*?^```sh\n([^]*?)^```$/m.exec(readme) ?? [];
    const [, url = ""] = /git clone (\S+)/.exec(commands) ?? [];
    const folder = path.join(run.folder, "quick-start");
    const repository = path.join(folder, "origin");
    fs.mkdirSync(folder);
    copyCheckout(repository);
    await commitAll(repository, "v0.1.0");
    const env = {
      ...readersEnvironment(run),
      PULUMI_BACKEND_URL: `file://${folder}`,
      npm_config_cache: execFileSync("npm", ["config", "get", "cache"], { encoding: "utf8" }).trim(),
      // The page's repository is the copy.
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: `url.${repository}.insteadOf`,
      GIT_CONFIG_VALUE_0: url,
    };
    const [before = "", up] = commands.split(/^(?=pulumi up\n)/m);
    assert.equal(up, "pulumi up\n");
    // The local AWS instead of an account, and without questions.
    const settings = Object.entries(run.aws.stackConfig()).map(([key, value]) => `--plaintext '${key}=${value}'`);
    const script = [
      `${before}pulumi config set-all --path ${settings.join(" ")}`,
      "pulumi up --yes --skip-preview",
      "pulumi stack output functionName",
    ].join("\n");
    const sh = async (text: string, cwd: string): Promise<string> => {
      const { code, stdout, stderr } = await runCommand(["sh", "-ec", text], { cwd, env });
      assert.equal(code, 0, `${text}\n${stdout}${stderr}`);
      return stdout;
    };
    const name = (await sh(script, folder)).trim().split("\n").at(-1)!;
    assert.deepEqual(await invokeFunction(run.aws, name, { visits: 1234567 }), { visits: "1,234,567" });
    await sh("pulumi destroy --yes --skip-preview", path.join(folder, "pulumi-uvlambda/examples/yaml/infra"));
  });
});
