import * as assert from "node:assert/strict";
import * as path from "node:path";
import type { LocalAws } from "../aws/localAws.js";
import { createBucket } from "./aws.js";
import { assertDeployable } from "./deployerPolicy.js";
import { createWorkspace, mustSucceed, skipAfterFailure, type WantedAws, type Workspace } from "./harness.js";
import { writeProgram, type FunctionInputs } from "./programs.js";
import type { Row } from "./settings.js";

export type Rows = Readonly<Record<string, Row>>;

export const project = { project: "../single-app", runtime: "python3.11", architecture: "x86_64" };

/** The real provider creates functions one after the other when it uploads their code, so the code goes through S3. */
const uploads = {
  inputs: { artifactBucket: "settings-artifacts" },
  env: { UVLAMBDA_DIRECT_UPLOAD_LIMIT: "1" },
};

type Functions = Readonly<Record<string, FunctionInputs>>;

type Operations = Readonly<Record<string, string>>;

/** What a preview would do with each function's resources, by their names without the function's. */
function operations(previewJson: string, rows: Rows): Record<string, Operations> {
  const { steps } = JSON.parse(previewJson) as { steps: readonly { op: string; urn: string }[] };
  const found: Record<string, Record<string, string>> = {};
  for (const { op, urn } of steps) {
    const [types = "", child = ""] = urn.split("::").slice(2);
    const [name = "", ...rest] = child.split("-");
    if (op === "same" || types === "uvlambda:index:Function" || !(name in rows)) continue;
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

/** The stack of one scenario, with a function for each row. */
class ChangedStack {
  workspace!: Workspace;
  private callsBefore = 0;

  constructor(
    readonly rows: Rows,
    private readonly aws: WantedAws,
  ) {}

  async start(context: Mocha.Context): Promise<void> {
    const { env } = this.uploads;
    const options = { language: "yaml", functions: this.original(), aws: this.aws, env } as const;
    this.workspace = await createWorkspace(context, options);
    if (this.aws === "real") await createBucket(this.workspace.run.aws, uploads.inputs.artifactBucket);
    this.callsBefore = this.workspace.run.aws.calls.length;
  }

  original(): Functions {
    return this.functions((row) => row.before ?? {});
  }

  changed(): Functions {
    return this.functions((row) => ({ ...row.before, ...row.after }));
  }

  private get uploads(): { readonly inputs: object; readonly env: Readonly<Record<string, string>> } {
    return this.aws === "real" ? uploads : { inputs: {}, env: {} };
  }

  private functions(choose: (row: Row) => object): Functions {
    const common = { ...project, ...this.uploads.inputs };
    return Object.fromEntries(Object.entries(this.rows).map(([name, row]) => [name, { ...common, ...choose(row) }]));
  }

  /** Also reads an output that one function has and another one lacks. */
  async previewOf(functions: Functions): Promise<Record<string, Operations>> {
    const { workspace, rows } = this;
    writeProgram(workspace.programFolder, { language: "yaml", functions });
    if ("publish" in rows && "unchanged" in rows)
      workspace.edit(
        path.join(workspace.programFolder, "Pulumi.yaml"),
        '"outputs": {',
        '"outputs": { "given": "${publish.aliasArn}", "absent": "${unchanged.aliasArn}",',
      );
    return operations(mustSucceed(await workspace.preview(["--json"])).stdout, rows);
  }

  /** Outputs of the components in the state, by name. */
  async components(): Promise<Record<string, Record<string, unknown>>> {
    const { deployment } = await this.workspace.stackExport();
    const found: Record<string, Record<string, unknown>> = {};
    for (const { type, urn, outputs = {} } of deployment.resources ?? []) {
      if (type === "uvlambda:index:Function") found[urn.split("::").at(-1) ?? urn] = outputs;
    }
    return found;
  }

  async upWithoutFurtherChanges(): Promise<void> {
    mustSucceed(await this.workspace.up());
    // If a real provider was asked for, the harness has checked this.
    if (this.aws === "stand-in") mustSucceed(await this.workspace.preview(["--refresh", "--expect-no-changes"]));
  }

  calls(): LocalAws["calls"] {
    return this.workspace.run.aws.calls.slice(this.callsBefore);
  }
}

/** One deployment tries all rows. `deployed` are further tests of the changed stack. */
export function describeChanges(
  title: string,
  rows: Rows,
  aws: WantedAws,
  deployed: (stack: ChangedStack) => void = () => undefined,
): void {
  describe(title, function () {
    this.timeout(300_000);
    const stack = new ChangedStack(rows, aws);

    before(async function () {
      await stack.start(this);
    });

    skipAfterFailure();
    changesOnce(stack);
    deployed(stack);
    changesBack(stack);

    it("calls what the deployer's policy in docs/ci.md allows, and all of that", () => {
      const all = "publish" in rows ? ["Functions", "Roles", "Logs", "DeadLetterQueues"] : [];
      assertDeployable(stack.calls(), all);
    });
  });
}

function changesOnce(stack: ChangedStack): void {
  it("deploys every function", () => stack.upWithoutFurtherChanges());

  it("previews exactly these changes", async () => {
    const found = await stack.previewOf(stack.changed());
    for (const [name, { changes }] of Object.entries(stack.rows)) assert.deepEqual(found[name] ?? {}, changes, name);
  });

  it("makes them, and none after that", () => stack.upWithoutFurtherChanges());

  it("has the outputs of what was created, and no others", async () => {
    const optional = ["aliasArn", "aliasName", "aliasInvokeArn", "dlqArn", "dlqUrl", "url"];
    const made = await stack.components();
    for (const [name, { outputs = [] }] of Object.entries(stack.rows)) {
      const given = optional.filter((output) => output in made[name]!);
      assert.deepEqual(given.sort(), [...outputs].sort(), name);
    }
  });
}

function changesBack(stack: ChangedStack): void {
  it("previews that they are taken back", async () => {
    const found = await stack.previewOf(stack.original());
    for (const [name, { changes, back }] of Object.entries(stack.rows)) {
      assert.deepEqual(found[name] ?? {}, back ?? reversed(changes), name);
    }
  });

  it("takes them back", () => stack.upWithoutFurtherChanges());

  it("leaves nothing after destroy", async () => {
    mustSucceed(await stack.workspace.destroy());
    assert.deepEqual((await stack.workspace.stackExport()).deployment.resources ?? [], []);
  });
}
