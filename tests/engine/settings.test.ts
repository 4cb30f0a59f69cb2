import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { checkout } from "../support/machine.js";
import { createBucket } from "./aws.js";
import { defaultProvider } from "./run.js";
import { assertDeployable } from "./deployerPolicy.js";
import { createWorkspace, mustSucceed, type Workspace } from "./harness.js";
import { writeProgram, type FunctionInputs } from "./programs.js";
import { heldElsewhere, isNewerThanBridge, packaging, rows as all, type Row } from "./settings.js";

const provider = defaultProvider();

/** The real provider creates functions one after the other when it uploads their code, so here they get it through S3. */
const artifactBucket = "settings-artifacts";

const project = { project: "../single-app", runtime: "python3.11", architecture: "x86_64" };

type Rows = Readonly<Record<string, Row>>;

/** One function a row, so that one deployment tries them all. */
function functions(rows: Rows, standIn: boolean, choose: (row: Row) => object): Record<string, FunctionInputs> {
  const common = { ...project, ...(standIn ? {} : { artifactBucket }) };
  return Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, { ...common, ...choose(row) }]));
}

function rowsThat(condition: (row: [string, Row]) => boolean): Rows {
  return Object.fromEntries(Object.entries(all).filter(condition));
}

const onStandIn = ([name, row]: [string, Row]): boolean =>
  name in packaging || "artifactBucket" in row.after || (provider === "bridge" && isNewerThanBridge(row));

/** With the stand-in: what is the same to every provider, and what the bridged one cannot know. */
const groups: Readonly<Record<string, { readonly rows: Rows; readonly standIn: boolean }>> =
  provider !== "stand-in"
    ? {
        "as the real provider sees it": { rows: rowsThat((row) => !onStandIn(row)), standIn: false },
        "as the stand-in sees it": { rows: rowsThat(onStandIn), standIn: true },
      }
    : { "": { rows: all, standIn: true } };

type Operations = Readonly<Record<string, string>>;

/** By name of the function: what a preview would do with its resources, by their names without the function's. */
function operations(previewJson: string): Record<string, Operations> {
  const { steps } = JSON.parse(previewJson) as { steps: readonly { op: string; urn: string }[] };
  const found: Record<string, Record<string, string>> = {};
  for (const { op, urn } of steps) {
    const [types = "", child = ""] = urn.split("::").slice(2);
    const [name = "", ...rest] = child.split("-");
    if (op === "same" || types === "uvlambda:index:Function" || !(name in all)) continue;
    // upload.test.ts says when objects are written.
    if (rest.at(-1) === "object") continue;
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
    const original = functions(rows, standIn, (row) => row.before ?? {});
    const changed = functions(rows, standIn, (row) => ({ ...row.before, ...row.after }));
    const env = standIn ? {} : { UVLAMBDA_DIRECT_UPLOAD_LIMIT: "1" };
    let workspace: Workspace;
    let broken = false;
    let callsBefore = 0;

    before(async function () {
      workspace = await createWorkspace(this, {
        language: "yaml",
        functions: original,
        aws: standIn ? "stand-in" : "real",
        env,
      });
      if (!standIn) await createBucket(workspace.run.aws, artifactBucket);
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
