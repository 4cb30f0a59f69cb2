import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { awsProviderKind } from "../aws/provider.js";
import { checkout } from "../support/machine.js";
import { assertDeployable } from "./deployerPolicy.js";
import { createWorkspace, mustSucceed, type Workspace } from "./harness.js";
import { writeProgram, type FunctionInputs } from "./programs.js";
import { heldElsewhere, isNewerThanBridge, rows as all, type Row } from "./settings.js";

const project = { project: "../single-app", runtime: "python3.11", architecture: "x86_64" };

type Rows = Readonly<Record<string, Row>>;

/** One function a row, so that one deployment tries them all. */
function functions(rows: Rows, choose: (row: Row) => object): Record<string, FunctionInputs> {
  return Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, { ...project, ...choose(row) }]));
}

function rowsThat(condition: (row: Row) => boolean): Rows {
  return Object.fromEntries(Object.entries(all).filter(([, row]) => condition(row)));
}

/** What the bridged provider cannot know is tried with the stand-in, everything else with the provider of the run. */
const groups: Readonly<Record<string, { readonly rows: Rows; readonly standIn: boolean }>> =
  awsProviderKind() === "bridge"
    ? {
        "as the Terraform provider sees it": { rows: rowsThat((row) => !isNewerThanBridge(row)), standIn: false },
        "that this Terraform provider does not know": { rows: rowsThat(isNewerThanBridge), standIn: true },
      }
    : { "": { rows: all, standIn: false } };

type Operations = Readonly<Record<string, string>>;

/** By name of the function: what a preview would do with its resources, by their names without the function's. */
function operations(previewJson: string): Record<string, Operations> {
  const { steps } = JSON.parse(previewJson) as { steps: readonly { op: string; urn: string }[] };
  const found: Record<string, Record<string, string>> = {};
  for (const { op, urn } of steps) {
    const [types = "", child = ""] = urn.split("::").slice(2);
    const [name = "", ...rest] = child.split("-");
    if (op === "same" || types === "uvlambda:index:Function" || !(name in all)) continue;
    const operation = op.includes("replace") ? "replace" : op;
    (found[name] ??= {})[rest.length === 0 ? "function" : rest.join("-")] = operation;
  }
  return found;
}

function reversed(changes: Operations): Operations {
  const opposite: Record<string, string> = { create: "delete", delete: "create" };
  return Object.fromEntries(Object.entries(changes).map(([child, op]) => [child, opposite[op] ?? op]));
}

describe("the table of settings", () => {
  it("has a row for every setting, or says what holds it", () => {
    const schema = JSON.parse(fs.readFileSync(path.join(checkout, "schema.json"), "utf8")) as {
      resources: Record<string, { inputProperties: object }>;
    };
    const settings = Object.keys(schema.resources["uvlambda:index:Function"]!.inputProperties);
    const tried = new Set(Object.values(all).flatMap(({ after }) => Object.keys(after)));
    assert.deepEqual(settings.filter((setting) => !tried.has(setting)).sort(), Object.keys(heldElsewhere).sort());
  });
});

for (const [title, { rows, standIn }] of Object.entries(groups)) {
  describe(`changing one setting changes only what it must ${title}`.trim(), function () {
    this.timeout(300_000);
    const original = functions(rows, (row) => row.before ?? {});
    const changed = functions(rows, (row) => ({ ...row.before, ...row.after }));
    let workspace: Workspace;
    let broken = false;
    let callsBefore = 0;

    before(async function () {
      workspace = await createWorkspace(this, { language: "yaml", functions: original, standIn });
      callsBefore = workspace.run.aws.calls.length;
    });

    beforeEach(function () {
      if (!broken) return;
      console.log("skipped: an earlier step failed");
      this.skip();
    });

    afterEach(function () {
      broken ||= this.currentTest?.state === "failed";
    });

    /** Also asks for an output that one function has and another one has not. */
    function write(program: Record<string, FunctionInputs>): void {
      writeProgram(workspace.programFolder, { language: "yaml", functions: program });
      if (!("publish" in rows && "unchanged" in rows)) return;
      workspace.edit(
        path.join(workspace.programFolder, "Pulumi.yaml"),
        '"outputs": {',
        '"outputs": { "given": "${publish.aliasArn}", "absent": "${unchanged.aliasArn}",',
      );
    }

    async function previewOf(program: Record<string, FunctionInputs>): Promise<Record<string, Operations>> {
      write(program);
      return operations(mustSucceed(await workspace.preview(["--json"])).stdout);
    }

    /** Outputs of the components in the state, by name. */
    async function components(): Promise<Record<string, Record<string, unknown>>> {
      const { deployment } = await workspace.stackExport();
      const found: Record<string, Record<string, unknown>> = {};
      for (const { type, urn, outputs = {} } of deployment.resources ?? []) {
        if (type === "uvlambda:index:Function") found[urn.split("::").at(-1) ?? urn] = outputs;
      }
      return found;
    }

    it("deploys every function", async () => {
      mustSucceed(await workspace.up());
      mustSucceed(await workspace.preview(["--expect-no-changes"]));
    });

    it("previews exactly these changes", async () => {
      const found = await previewOf(changed);
      for (const [name, { changes }] of Object.entries(rows)) assert.deepEqual(found[name] ?? {}, changes, name);
    });

    it("makes them, once", async () => {
      mustSucceed(await workspace.up());
      mustSucceed(await workspace.preview(["--refresh", "--expect-no-changes"]));
    });

    it("has the outputs of what was created, and no others", async () => {
      const optional = ["aliasArn", "aliasName", "aliasInvokeArn", "dlqArn", "dlqUrl", "url"];
      const made = await components();
      for (const [name, { outputs = [] }] of Object.entries(rows)) {
        const given = optional.filter((output) => output in made[name]!);
        assert.deepEqual(given.sort(), [...outputs].sort(), name);
      }
      if (!("publish" in rows)) return;
      const { given, absent } = (await workspace.outputs()) as Record<string, unknown>;
      assert.equal(given, made["publish"]!["aliasArn"]);
      assert.equal(absent ?? undefined, undefined);
    });

    it("publishes a version for a change of the function, none for its tags, none without a change", async function () {
      if (!("published" in rows)) this.skip();
      const { published, publishedTags } = await components();
      assert.equal(published!["version"], "2");
      assert.equal(publishedTags!["version"], "1");
      assert.deepEqual(await workspace.invoke(String(published!["aliasArn"]), { name: "Ada" }), {
        answer: "Hello, Ada (greeting-lib 1.0)",
        from: "single",
      });
    });

    it("takes them back, and leaves nothing after destroy", async () => {
      const found = await previewOf(original);
      for (const [name, { changes, back }] of Object.entries(rows)) {
        assert.deepEqual(found[name] ?? {}, back ?? reversed(changes), name);
      }
      mustSucceed(await workspace.up());
      mustSucceed(await workspace.destroy());
      assert.deepEqual((await workspace.stackExport()).deployment.resources ?? [], []);
    });

    it("calls what the deployer's policy in docs/ci.md allows, and all of that", function () {
      if (!("publish" in rows)) this.skip();
      assertDeployable(workspace.run.aws.calls.slice(callsBefore), ["Functions", "Roles", "Logs", "DeadLetterQueues"]);
    });
  });
}

describe("two functions that would create one log group", function () {
  this.timeout(120_000);

  it("are both named in the preview", async function () {
    const inputs = { ...project, logGroupName: "/shared/logs" };
    const workspace = await createWorkspace(this, { language: "yaml", functions: { api: inputs, worker: inputs } });
    const { code, text } = await workspace.preview();
    assert.notEqual(code, 0);
    assert.match(text, /"(api|worker)" and "(api|worker)" would both create the log group \/shared\/logs/);
  });
});
