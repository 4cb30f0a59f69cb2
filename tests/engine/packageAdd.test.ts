import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { readIfThere, runCommand, type CommandResult } from "../support/commands.js";
import { HttpsProxy, whyNoHttpsProxy } from "../support/httpsProxy.js";
import { checkout } from "../support/machine.js";
import { skipIf } from "../support/skip.js";
import { commitAll, copyCheckout, serveRepository } from "./gitServer.js";
import { sharedRun, toolEnvironment, type Run } from "./run.js";

const url = "https://github.com/uvlambda/pulumi-uvlambda";

interface Added extends CommandResult {
  /** Pulumi.yaml. */
  readonly program: string;
  /** What Pulumi stored of the schema. "" when it stored nothing. */
  readonly declaration: string;
}

/**
 * Before Pulumi asks our plugin for its schema, it fetches the plugins that packages in node_modules name. It does not
 * start them, so a stub is enough here. Only `aws` gets one: every function needs it, while `docker-build` and `command`
 * are for images.
 */
async function installStub(run: Run, env: Readonly<Record<string, string>>): Promise<void> {
  const stub = path.join(run.folder, "plugin-stub");
  fs.writeFileSync(stub, "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  const manifest = path.join(checkout, "node_modules", "@pulumi", "aws", "package.json");
  const { pulumi } = JSON.parse(fs.readFileSync(manifest, "utf8")) as { pulumi: { name: string; version: string } };
  const plugin = ["plugin", "install", "resource", pulumi.name, pulumi.version, "--file", stub];
  const result = await runCommand([run.pulumi, ...plugin], { cwd: run.folder, env });
  assert.equal(result.code, 0, result.stderr);
}

/** npm uses its registry directly, not the proxy that `HTTPS_PROXY` names for the others. */
function npmWithoutProxy(): Record<string, string> {
  const machineProxy = process.env["HTTPS_PROXY"] ?? process.env["https_proxy"];
  if (machineProxy !== undefined) return { npm_config_https_proxy: machineProxy };
  const registry = execFileSync("npm", ["config", "get", "registry", "--loglevel=error"], {
    cwd: checkout,
    encoding: "utf8",
  });
  return { npm_config_noproxy: new URL(registry.trim()).hostname };
}

function throughProxy(env: Readonly<Record<string, string>>, proxy: HttpsProxy): Record<string, string> {
  const others = Object.entries(env).filter(([name]) => !/^(https?|no|all)_proxy$/i.test(name));
  const own = { HTTPS_PROXY: proxy.url, SSL_CERT_FILE: proxy.certificate, ...npmWithoutProxy() };
  return { ...(Object.fromEntries(others) as Record<string, string>), ...own };
}

describe("`pulumi package add` makes a YAML program know the component", () => {
  let run: Run;
  let env: Record<string, string>;

  before(async function () {
    this.timeout(300_000);
    run = await sharedRun(this);
    env = {
      ...toolEnvironment(run.folder, run.pulumi),
      HOME: process.env["HOME"] ?? run.folder,
      PULUMI_HOME: path.join(run.folder, "package-add-home"),
      PULUMI_BACKEND_URL: `file://${run.folder}`,
      PULUMI_CONFIG_PASSPHRASE: "",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      npm_config_prefer_offline: "true",
    };
    await installStub(run, env);
  });

  async function add(name: string, source: string, environment = env): Promise<Added> {
    const folder = path.join(run.folder, name);
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, "Pulumi.yaml"), `name: ${name}\nruntime: yaml\nresources: {}\n`);
    const argv = [run.pulumi, "package", "add", source, "--non-interactive"];
    const result = await runCommand(argv, { cwd: folder, env: environment });
    return {
      ...result,
      program: readIfThere(path.join(folder, "Pulumi.yaml")),
      declaration: readIfThere(path.join(folder, "sdks", "uvlambda-uvlambda", "uvlambda-0.1.0.yaml")),
    };
  }

  it("of a checkout", async function () {
    this.timeout(600_000);
    const plugin = path.join(run.folder, "checkout");
    copyCheckout(plugin);
    execFileSync("cp", ["-al", path.join(checkout, "node_modules"), path.join(plugin, "node_modules")]);
    const result = await add("package-add", "../checkout");
    assert.equal(result.code, 0, result.stdout + result.stderr);
    assert.match(result.program, /^packages:\n\s+uvlambda: \.\.\/checkout$/m);
  });

  it("of a git URL: the newest tag, or the version that is named", async function () {
    this.timeout(900_000);
    skipIf(this, whyNoHttpsProxy());
    const repository = path.join(run.folder, "repository");
    copyCheckout(repository);
    await commitAll(repository, "v0.1.0");
    const proxy = await HttpsProxy.start({
      folder: path.join(run.folder, "git-proxy"),
      host: new URL(url).host,
      answer: serveRepository(repository, `${new URL(url).pathname}.git`),
    });
    run.atEnd.push(async () => proxy.stop());
    for (const [name, version] of Object.entries({ newest: "", named: "@0.1.0" })) {
      const result = await add(`package-add-${name}`, url + version, throughProxy(env, proxy));
      assert.equal(result.code, 0, result.stdout + result.stderr);
      const line = `  uvlambda: ${url.replace("https://", "")}${version}`;
      assert.ok(result.program.endsWith(`packages:\n${line}\n`), result.program);
      assert.equal(
        result.declaration,
        `packageDeclarationVersion: 1\nname: uvlambda\nversion: 0.1.0\ndownloadUrl: ${url.replace("https:", "git:")}\n`,
      );
    }
    assert.deepEqual(proxy.refused, []);
  });
});
