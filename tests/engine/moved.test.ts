import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { runCommand } from "../support/commands.js";
import { checkout } from "../support/machine.js";
import { createWorkspace, mustSucceed, type StackResource, type Workspace } from "./harness.js";
import { writeYaml, type YamlResource } from "./yamlProgram.js";

const properties = { project: "../single-app", runtime: "python3.11" };
const component = "uvlambda:index:Function";
const functions = { fn: { ...properties, name: "moved-function" } };

describe("components that move", function () {
  this.timeout(240_000);

  const fn = (options: object = {}): YamlResource => ({ type: component, properties: functions.fn, options });

  async function resourcesOf(workspace: Workspace): Promise<readonly StackResource[]> {
    return (await workspace.stackExport()).deployment.resources ?? [];
  }

  async function expectNoChanges(workspace: Workspace): Promise<void> {
    mustSucceed(await workspace.preview(["--expect-no-changes", "--diff"]));
  }

  it("to another stack, through a file, and under another name keep their resources", async function () {
    const workspace = await createWorkspace(this, { language: "yaml", functions });
    mustSucceed(await workspace.up());
    const file = workspace.at("exported.json");
    mustSucceed(await workspace.pulumi(["stack", "export", "--file", file]));
    mustSucceed(await workspace.pulumi(["stack", "import", "--file", file]));
    await expectNoChanges(workspace);

    const other = await workspace.otherStack("other");
    const urn = (await resourcesOf(workspace)).find(({ type }) => type === component)!.urn;
    const move = ["state", "move", "--source", "dev", "--dest", "other", "--yes", urn];
    const moved = await runCommand([workspace.run.pulumi, ...move], {
      cwd: workspace.programFolder,
      env: workspace.env,
    });
    assert.equal(moved.code, 0, moved.stdout + moved.stderr);
    mustSucceed(await other.pulumi(["up", "--yes", "--skip-preview", "--expect-no-changes"]));
    assert.deepEqual(
      (await resourcesOf(workspace)).filter(({ type }) => !type.startsWith("pulumi:")),
      [],
    );

    writeYaml(workspace, { renamed: fn({ aliases: [{ name: "fn" }] }) });
    await expectNoChanges(other);
    const urns = (await resourcesOf(other)).map((one) => one.urn).filter((one) => one.includes(component));
    for (const one of urns) {
      const [, , type = "", name = ""] = one.split("::");
      const current = `urn:pulumi:other::engine-tests::${type}::${name}`;
      mustSucceed(await other.pulumi(["state", "rename", "--yes", current, name.replace("fn", "renamed")]));
    }
    writeYaml(workspace, { renamed: fn() });
    await expectNoChanges(other);
    mustSucceed(await other.destroy());
  });

  it("under another component keep their resources, and wait for what they depend on", async function () {
    const program = `import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as uvlambda from "@uvlambda/uvlambda";

class Team extends pulumi.ComponentResource {
  constructor(name: string) {
    super("tests:index:Team", name, {}, { protect: true });
    this.registerOutputs({});
  }
}

const inputs = ${JSON.stringify(properties)};
const isMoved = new pulumi.Config().getBoolean("moved") === true;
const moved = isMoved ? { parent: new Team("team"), aliases: [{ parent: pulumi.rootStackResource }] } : {};
const first = new uvlambda.Function("first", { ...inputs, publish: true, functionUrl: {} }, moved);
const queue = new aws.sqs.Queue("queue", {}, { dependsOn: first });
new uvlambda.Function("second", inputs, { dependsOn: queue });
`;
    const files = { "index.ts": program };
    const workspace = await createWorkspace(this, { language: "typescript", functions: {}, files });
    mustSucceed(await workspace.up());
    const names = (await resourcesOf(workspace)).map(({ urn }) => urn.split("::").at(-1)!);
    const queue = names.indexOf("queue");
    for (const name of ["first", "first-alias", "first-url"]) assert.ok(names.lastIndexOf(name) < queue, name);
    for (const name of ["second-role", "second"]) assert.ok(names.indexOf(name) > queue, name);

    mustSucceed(await workspace.pulumi(["config", "set", "moved", "true"]));
    const preview = mustSucceed(await workspace.preview(["--json"]));
    const { steps } = JSON.parse(preview.stdout) as { steps: { op: string; urn: string }[] };
    const changes = steps.filter(({ op }) => op !== "same").map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);
    assert.deepEqual(changes, ["create team"]);
    mustSucceed(await workspace.up());
    const held = (await resourcesOf(workspace)).filter(({ protect }) => protect === true).map(({ urn }) => urn);
    assert.ok(held.some((urn) => urn.endsWith(`Team$${component}$aws:lambda/function:Function::first`)));
    assert.ok(!held.some((urn) => urn.endsWith("::second")));
    mustSucceed(await workspace.pulumi(["state", "unprotect", "--all", "--yes"]));
    mustSucceed(await workspace.destroy());
  });

  it("have explicit providers where the default ones are disabled", async function () {
    const workspace = await createWorkspace(this, { language: "yaml", functions });
    mustSucceed(await workspace.pulumi(["config", "set", "--path", "pulumi:disable-default-providers[0]", "*"]));
    const { text } = await workspace.preview();
    assert.match(text, /Default provider for 'uvlambda' disabled/);
    const { region, accountId } = workspace.run.aws;
    writeYaml(workspace, {
      aws: { type: "pulumi:providers:aws", properties: { region, accessKey: accountId, secretKey: "local" } },
      uv: { type: "pulumi:providers:uvlambda" },
      fn: fn({ providers: ["${aws}", "${uv}"] }),
    });
    mustSucceed(await workspace.preview());
  });

  it("are part of another plugin's component", async function () {
    const workspace = await createWorkspace(this, { language: "yaml", functions });
    const folder = workspace.at("pulumi-resource-teams");
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, "plugin.js"), plugin);
    const start = `#!/bin/sh\nexec ${JSON.stringify(process.execPath)} ${JSON.stringify(path.join(folder, "plugin.js"))} "$@"\n`;
    fs.writeFileSync(path.join(folder, "pulumi-resource-teams"), start, { mode: 0o755 });
    writeYaml(workspace, { team: { type: "teams:index:Team", properties: { project: "../single-app" } } });
    workspace.edit(
      "infra/Pulumi.yaml",
      '"providers": [',
      `"providers": [{ "name": "teams", "path": ${JSON.stringify(folder)} },`,
    );
    mustSucceed(await workspace.up());
    await expectNoChanges(workspace);
    const types = (await resourcesOf(workspace)).map(({ urn }) => urn.split("::").slice(2).join(" "));
    assert.ok(types.includes(`teams:index:Team$${component}$aws:lambda/function:Function team-fn`), types.join("\n"));
    mustSucceed(await workspace.destroy());
  });
});

const modules = path.join(checkout, "node_modules");

/** A component of a plugin that uses ours as a library, through the SDK. */
const plugin = `
const options = { target: "es2022", module: "commonjs" };
const typescript = ${JSON.stringify(path.join(modules, "typescript"))};
require(${JSON.stringify(path.join(modules, "@pulumi/pulumi/vendor/ts-node@7.0.1"))}).register({
  transpileOnly: true, skipProject: true, ignore: [], compiler: typescript, compilerOptions: options,
});
const pulumi = require(${JSON.stringify(path.join(modules, "@pulumi/pulumi"))});
const { main } = require(${JSON.stringify(path.join(modules, "@pulumi/pulumi/provider"))});
const uvlambda = require(${JSON.stringify(path.join(checkout, "sdk/nodejs"))});

class Team extends pulumi.ComponentResource {
  constructor(name, { project }, opts) {
    super("teams:index:Team", name, {}, opts);
    const inputs = { project, runtime: "python3.11" };
    const { functionArn } = new uvlambda.Function(name + "-fn", inputs, { parent: this });
    this.outputs = { functionArn };
    this.registerOutputs(this.outputs);
  }
}

const resource = { isComponent: true, inputProperties: { project: { type: "string" } } };
main({
  version: "1.0.0",
  schema: JSON.stringify({ name: "teams", version: "1.0.0", resources: { "teams:index:Team": resource } }),
  async construct(name, type, inputs, opts) {
    const { urn, outputs: state } = new Team(name, inputs, opts);
    return { urn, state };
  },
}, process.argv.slice(2));
`;
