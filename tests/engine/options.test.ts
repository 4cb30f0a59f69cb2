import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { writeZip } from "../aws/archive/writeZip.js";
import { createWorkspace, mustSucceed, skipAfterFailure, type StackResource, type Workspace } from "./harness.js";
import { resourceOf } from "./stack.js";

/** Every option once. `changed` is the second deployment, `released` the third. */
const program = `import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as uvlambda from "@uvlambda/uvlambda";

const config = new pulumi.Config();
const changed = config.getBoolean("changed") === true;
const inputs = { project: "../single-app", runtime: "python3.11", architecture: "x86_64" } as const;
const memorySize = changed ? 512 : 256;

const fn = "aws:lambda/function:Function";
const logGroup = "aws:cloudwatch/logGroup:LogGroup";
const roles = "aws:iam/role:Role";
const options: Record<string, pulumi.CustomResourceOptions> = {
  [\`\${fn} steady\`]: { ignoreChanges: ["memorySize"] },
  [\`\${fn} moved\`]: { aliases: [{ name: "before", parent: pulumi.rootStackResource }] },
  [\`\${logGroup} moved-logs\`]: { import: "/aws/lambda/before-function" },
  [\`\${fn} imported\`]: { import: "imported-function" },
  [\`\${roles} imported-role\`]: { import: "its-role" },
  [\`\${logGroup} imported-logs\`]: { import: "/aws/lambda/imported-function" },
};

pulumi.runtime.registerResourceTransform(({ type, name, props, opts }) => {
  return { props, opts: { ...opts, ...options[\`\${type} \${name}\`] } };
});

const tagged: pulumi.ResourceTransform = ({ type, props, opts }) => {
  return type === fn ? { props: { ...props, tags: { ...props.tags, team: "core" } }, opts } : undefined;
};

new uvlambda.Function("tagged", inputs, { transforms: [tagged] });
new uvlambda.Function("steady", { ...inputs, memorySize });
new uvlambda.Function("ignored", { ...inputs, memorySize }, { ignoreChanges: ["memorySize"] });
new uvlambda.Function("guarded", inputs, { protect: config.getBoolean("released") !== true });
new uvlambda.Function("patient", inputs, { customTimeouts: { create: "7m", delete: "1h" } });
const strict = { ignoreChanges: ["tags"], replaceOnChanges: ["runtime"], replacementTrigger: "one" };
new uvlambda.Function("strict", inputs, strict);
new uvlambda.Layer("others", inputs, { customTimeouts: { update: "8m" }, protect: false, retainOnDelete: false });
new uvlambda.Function("kept", { ...inputs, name: "kept-function", deadLetterQueue: true }, { retainOnDelete: true });
if (changed) new uvlambda.Function("new", { ...inputs, logGroupName: config.require("logs") }, { aliases: [{ name: "old" }] });
else new uvlambda.Function("old", inputs);

const assumeRolePolicy = aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" });
const ownRole = new aws.iam.Role("role", { assumeRolePolicy });
const role = ownRole.arn;
new uvlambda.Function("attached", { ...inputs, name: "attached-function", role }, { deletedWith: ownRole });
const noted = new pulumi.ResourceHook("note", ({ name }) => console.log(\`hook of \${name}\`));
new uvlambda.Function("hooked", inputs, { hooks: { beforeCreate: [noted], afterCreate: [noted] } });
if (changed) {
  new uvlambda.Function("moved", { ...inputs, role, name: "before-function" });
  new uvlambda.Function("imported", { ...inputs, roleName: "its-role", name: "imported-function" });
} else {
  const plain = {
    role,
    runtime: "python3.11",
    handler: "handler.handler",
    code: new pulumi.asset.FileArchive("before.zip"),
  };
  new aws.lambda.Function("before", { ...plain, name: "before-function" });
  const elsewhere = { retainOnDelete: true };
  const { arn } = new aws.iam.Role("elsewhere-role", { name: "its-role", assumeRolePolicy }, elsewhere);
  new aws.cloudwatch.LogGroup("elsewhere-logs", { name: "/aws/lambda/imported-function" }, elsewhere);
  new aws.lambda.Function("elsewhere", { ...plain, role: arn, name: "imported-function" }, elsewhere);
}
`;

const component = "uvlambda:index:Function";
const fn = "aws:lambda/function:Function";
const event = { name: "Ada" };
const greeting = { answer: "Hello, Ada (greeting-lib 1.0)", from: "single" };

interface Step {
  readonly op: string;
  readonly urn: string;
}

interface Diagnostic {
  readonly urn?: string;
  readonly message: string;
  readonly severity: string;
}

describe("resource options of a Pulumi program", function () {
  this.timeout(240_000);
  let workspace: Workspace;
  let resources: readonly StackResource[];
  let planned: readonly Step[];
  let warnings: readonly string[];
  /** The output of the last deployment. */
  let said: string;

  before(async function () {
    const files = { "index.ts": program };
    workspace = await createWorkspace(this, { language: "typescript", functions: {}, files, aws: "real" });
    const code = writeZip([{ name: "handler.py", content: "def handler(event, context):\n    return 'before'\n" }]);
    fs.writeFileSync(workspace.at("infra", "before.zip"), code);
  });

  skipAfterFailure();

  async function deploy(): Promise<void> {
    said = mustSucceed(await workspace.up()).text;
    resources = (await workspace.stackExport()).deployment.resources ?? [];
  }

  const find = (type: string, name: string) => resourceOf(resources, type, name);

  /** Type of each resource whose name begins with the function's to what was planned for it. */
  function plannedFor(name: string): Record<string, string> {
    const own = planned.filter(({ op, urn }) => op !== "same" && new RegExp(`::${name}(-[a-z-]+)?$`).test(urn));
    const changes: Record<string, string> = {};
    for (const { op, urn } of own) {
      const type = urn.split("::")[2]!.split("$").at(-1)!;
      changes[type] = [changes[type], op].filter((one) => one !== undefined).join(", ");
    }
    return changes;
  }

  const childrenWith = (name: string, option: "protect" | "retainOnDelete") =>
    resources
      .filter(
        ({ urn, [option]: value }) => urn.includes(`${component}$`) && urn.includes(`::${name}`) && value === true,
      )
      .map(({ urn }) => urn.split("::").at(-1))
      .sort();

  it("deploys", async () => {
    await deploy();
    assert.equal(await workspace.invoke("before-function", event), "before");
  });

  it("lets a transform of the component change a child", () => {
    assert.deepEqual(find(fn, "tagged").inputs?.["tags"], { team: "core" });
  });

  it("passes `protect` on to what holds data or callers, and `retainOnDelete` to every child", () => {
    assert.deepEqual(childrenWith("guarded", "protect"), ["guarded", "guarded-logs", "guarded-role"]);
    assert.deepEqual(childrenWith("kept", "retainOnDelete"), [
      "kept",
      "kept-build",
      "kept-dead-letter-policy",
      "kept-dlq",
      "kept-logs",
      "kept-logs-policy",
      "kept-role",
    ]);
  });

  it("gives `customTimeouts` to the function, and `deletedWith` to every child", () => {
    assert.deepEqual(find(fn, "patient").customTimeouts, { create: 420, delete: 3600 });
    assert.equal(find(fn, "tagged").customTimeouts, undefined);
    const role = find("aws:iam/role:Role", "role").urn;
    const attached = resources.filter(({ deletedWith }) => deletedWith !== undefined);
    assert.deepEqual(
      attached.map(({ urn, deletedWith }) => `${urn.split("::").at(-1)} ${deletedWith === role}`).sort(),
      ["attached true", "attached true", "attached-build true", "attached-logs true"],
    );
  });

  it("runs hooks before and after the component's own resources are created", () => {
    const own = /hook of hooked|aws:lambda:Function hooked (creating|created)/g;
    assert.deepEqual(said.match(own)?.slice(0, 4), [
      "hook of hooked",
      "aws:lambda:Function hooked creating",
      "aws:lambda:Function hooked created",
      "hook of hooked",
    ]);
  });

  it("previews the changes", async () => {
    const logs = String(find("aws:cloudwatch/logGroup:LogGroup", "old-logs").outputs?.["name"]);
    mustSucceed(await workspace.pulumi(["config", "set", "changed", "true"]));
    mustSucceed(await workspace.pulumi(["config", "set", "logs", logs]));
    const { stdout } = mustSucceed(await workspace.preview(["--json"]));
    const preview = JSON.parse(stdout) as { steps: Step[]; diagnostics: Diagnostic[] };
    planned = preview.steps;
    warnings = preview.diagnostics
      .filter(({ severity }) => severity === "warning")
      .map(({ urn, message }) => `${urn?.split("::").at(-1)}: ${message}`);
  });

  it("warns of options that would do nothing, once each, and of no others", () => {
    const lost = warnings.map((text) => /^(\S+): .*The resource option (\w+) of this component/.exec(text)?.slice(1));
    assert.deepEqual(lost.map((one) => one?.join(" ")).sort(), [
      "ignored ignoreChanges",
      "others customTimeouts",
      "strict ignoreChanges",
      "strict replaceOnChanges",
      "strict replacementTrigger",
    ]);
  });

  it("ignores changes of a child if a transform of the stack says so, but not if the component does", () => {
    assert.deepEqual(plannedFor("steady"), { [component]: "update" });
    assert.deepEqual(plannedFor("ignored"), { [fn]: "update" });
  });

  it("renames a component with an alias, and keeps its children", () => {
    assert.deepEqual(plannedFor("new"), { [component]: "update" });
    assert.deepEqual(plannedFor("old"), {});
  });

  it("adopts a function of the same stack, or one that no stack manages, in place", () => {
    assert.equal(plannedFor("moved")[fn], "update");
    assert.equal(plannedFor("moved")["aws:cloudwatch/logGroup:LogGroup"], "import, update");
    assert.deepEqual(plannedFor("before"), {});
    const { [fn]: code, "aws:iam/role:Role": role, "aws:cloudwatch/logGroup:LogGroup": logs } = plannedFor("imported");
    assert.deepEqual({ code, logs }, { code: "import, update", logs: "import, update" });
    assert.match(role ?? "", /^import(, update)?$/);
  });

  it("does what it planned", async () => {
    await deploy();
    for (const name of ["before-function", "imported-function"])
      assert.deepEqual(await workspace.invoke(name, event), greeting);
  });

  it("refuses to destroy a protected function, and deletes nothing", async () => {
    const { code, text } = await workspace.pulumi(["destroy", "--yes"]);
    assert.notEqual(code, 0);
    assert.match(text, /::guarded(-logs|-role)?" cannot be deleted\s+because it is protected/);
    assert.equal((await workspace.stackExport()).deployment.resources?.length, resources.length);
  });

  it("leaves retained resources in AWS", async () => {
    mustSucceed(await workspace.pulumi(["config", "set", "released", "true"]));
    await deploy();
    mustSucceed(await workspace.destroy());
    for (const name of ["kept-function", "attached-function"])
      assert.deepEqual(await workspace.invoke(name, event), greeting);
    await assert.rejects(workspace.invoke("before-function", event), { name: "ResourceNotFoundException" });
  });
});
