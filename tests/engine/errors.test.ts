import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { lockProject } from "./fixtures.js";
import { createWorkspace, languages, type PulumiResult, type Workspace } from "./harness.js";
import type { FunctionInputs } from "./programs.js";
import { toolEnvironment } from "./run.js";
import { makeOldUv } from "./uvShim.js";

interface Case {
  readonly name: string;
  readonly inputs: FunctionInputs;
  /** Makes the workspace wrong. */
  readonly spoil?: (workspace: Workspace) => Promise<void> | void;
  readonly env?: (workspace: Workspace) => Record<string, string>;
  /** Texts that the user must read. */
  readonly says: readonly RegExp[];
}

const single = { project: "../single-app" };
const api = { project: "../workspace/apps/api", handler: "api.main.handler" };

async function lockAgain(workspace: Workspace): Promise<void> {
  const { run } = workspace;
  await lockProject(workspace.at("single-app"), run.uv, toolEnvironment(run.folder, run.pulumi));
}

const cases: readonly Case[] = [
  {
    name: "a missing uv.lock",
    inputs: single,
    spoil: (workspace) => fs.rmSync(workspace.at("single-app/uv.lock")),
    says: [/uv\.lock/, /uv lock/],
  },
  {
    name: "a stale uv.lock",
    inputs: single,
    spoil: (workspace) => workspace.edit("single-app/pyproject.toml", "greeting-lib==1.0", "greeting-lib==1.1"),
    says: [/uv\.lock/, /uv lock/],
  },
  {
    name: "an unknown package",
    inputs: { project: "../workspace", package: "apy", handler: "api.main.handler" },
    says: [/property package/, /apy/, /\bapi\b/],
  },
  {
    name: "a handler whose function does not exist",
    inputs: { ...api, handler: "api.main.handle" },
    says: [/property handler/, /did you mean/i, /api\.main\.handler/],
  },
  {
    name: "a handler whose module does not exist",
    inputs: { ...single, handler: "handle.handler" },
    says: [/property handler/, /did you mean/i, /handler\.handler/],
  },
  {
    name: "a package without a wheel for the target",
    inputs: single,
    spoil: async (workspace) => {
      workspace.edit("single-app/pyproject.toml", "greeting-lib==1.0", "windows-only==2.0");
      await lockAgain(workspace);
    },
    says: [/windows-only/, /2\.0/, /win_amd64/, /To fix this/],
  },
  {
    name: "a lock for another architecture only",
    inputs: { ...single, architecture: "arm64" },
    spoil: async (workspace) => {
      const environment = "sys_platform == 'linux' and platform_machine == 'x86_64'";
      workspace.edit("single-app/pyproject.toml", "[[tool", `[tool.uv]\nenvironments = ["${environment}"]\n\n[[tool`);
      await lockAgain(workspace);
    },
    says: [
      /property architecture/,
      /TARGET_NOT_LOCKED/,
      /uv\.lock is not locked for/,
      /platform_machine == 'x86_64'/,
      /aarch64/,
      /`architecture: "x86_64"`/,
    ],
  },
  {
    name: "a uv that does not exist",
    inputs: single,
    env: (workspace) => ({ UVLAMBDA_UV: workspace.at("no-such-uv") }),
    says: [/no-such-uv/, /UVLAMBDA_UV/],
  },
  {
    name: "a uv that is too old",
    inputs: single,
    env: (workspace) => ({ UVLAMBDA_UV: makeOldUv(workspace.at("old-uv"), "0.4.0") }),
    says: [/0\.4\.0/, /0\.12\.11/],
  },
  {
    name: "several wrong values at once",
    // No wrong architecture among them: the YAML host refuses a wrong enum before the plugin is asked.
    inputs: { ...single, runtime: "python2.7", memorySize: 64, timeout: 901, logRetentionDays: 13 },
    says: [/property runtime/, /python2\.7/, /property memorySize/, /property timeout/, /property logRetentionDays/],
  },
];

function assertReadable({ text, code }: PulumiResult): void {
  assert.notEqual(code, 0, text);
  assert.doesNotMatch(text, /\n\s+at .*\(.*:\d+:\d+\)/, "a stack trace");
  assert.doesNotMatch(text, /unhandled|UnhandledPromise|grpc|NO_SUCH/i);
  const diagnostics = text.split("Diagnostics:").at(-1)!;
  assert.equal(diagnostics.match(/error: /g)?.length, 1, `one message is expected:\n${text}`);
}

for (const language of languages) {
  describe(`clear errors in the preview (${language})`, function () {
    this.timeout(60_000);

    for (const { name, inputs, spoil, env, says } of cases) {
      it(`says what is wrong about ${name}, and creates nothing`, async function () {
        const workspace = await createWorkspace(this, { language, functions: { fn: inputs } });
        await spoil?.(workspace);
        const result = await workspace.preview([], { env: env?.(workspace) ?? {} });
        assertReadable(result);
        for (const text of says) assert.match(result.text, text);
        const { deployment } = await workspace.stackExport();
        assert.deepEqual(deployment.resources ?? [], []);
      });
    }
  });
}

describe("several functions that fail in an update", function () {
  this.timeout(180_000);

  it("say what is wrong with each, do not mention closed connections, and create nothing", async function () {
    const wrong = Array.from({ length: 6 }, (_, i) => [`bad${i}`, { ...api, handler: `api.main.no${i}` }] as const);
    const right = Array.from({ length: 6 }, (_, i) => [`good${i}`, api] as const);
    const functions = Object.fromEntries([...wrong, ...right]);
    const workspace = await createWorkspace(this, { language: "yaml", functions });
    const { code, text } = await workspace.pulumi(["up", "--yes", "--skip-preview"]);
    assert.notEqual(code, 0);
    assert.doesNotMatch(text, /connection is closing|cancelled|panic/i);
    for (const [name, { handler }] of wrong) assert.ok(text.includes(handler), `nothing is said of ${name}: ${text}`);
    await workspace.destroy();
  });
});
