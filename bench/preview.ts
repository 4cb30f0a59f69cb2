import * as fs from "node:fs";
import { performance } from "node:perf_hooks";
import { createWorkspace, mustSucceed, type Workspace } from "../tests/engine/harness.js";

// Previews without changes and first updates through the real engine, beside as many plain functions with ready archives.
// Run by mocha, for the harness of the engine tests. See README.md.

const counts = (process.env["UVLAMBDA_BENCH_COUNTS"] ?? "1,20,200").split(",").map(Number);
const rounds = Number(process.env["UVLAMBDA_BENCH_ROUNDS"] ?? 5);
const runtime = "python3.11";
const handler = "api.main.handler";
const architecture = "x86_64";

/** Functions of one workspace, on one lock. */
function ours(count: number): object {
  const project = "../workspace/apps/api";
  return Object.fromEntries(
    names(count).map((name) => [
      name,
      { type: "uvlambda:Function", properties: { project, handler, runtime, architecture, description: name } },
    ]),
  );
}

/** What a program without us would hold: function, role, its policy and log group, and an archive that is there. */
function plain(count: number): object {
  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
  };
  const rights = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: "*" }],
  };
  const parts = (name: string): [string, object][] => [
    [`${name}-logs`, { type: "aws:cloudwatch:LogGroup", properties: { retentionInDays: 30 } }],
    [`${name}-role`, { type: "aws:iam:Role", properties: { assumeRolePolicy: JSON.stringify(trust) } }],
    [
      `${name}-policy`,
      { type: "aws:iam:RolePolicy", properties: { role: `\${${name}-role.name}`, policy: JSON.stringify(rights) } },
    ],
    [
      name,
      {
        type: "aws:lambda:Function",
        properties: {
          ...{ handler, runtime, description: name, architectures: [architecture], role: `\${${name}-role.arn}` },
          code: { "fn::fileArchive": "./ready.zip" },
          loggingConfig: { logFormat: "Text", logGroup: `\${${name}-logs.name}` },
        },
      },
    ],
  ];
  return Object.fromEntries(names(count).flatMap(parts));
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `fn${i}`);
}

async function stack(context: Mocha.Context, resources: object, archive?: string): Promise<Workspace> {
  const workspace = await createWorkspace(context, { language: "yaml", functions: {} });
  const project = `${workspace.programFolder}/Pulumi.yaml`;
  const written = JSON.parse(fs.readFileSync(project, "utf8")) as object;
  fs.writeFileSync(project, JSON.stringify({ ...written, resources }));
  if (archive !== undefined) fs.copyFileSync(archive, `${workspace.programFolder}/ready.zip`);
  return workspace;
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function preview(workspace: Workspace): Promise<void> {
  mustSucceed(await workspace.preview(["--expect-no-changes"]));
}

describe("unchanged previews", function () {
  this.timeout(1_200_000);

  for (const count of counts)
    it(`of ${count} functions`, async function () {
      const own = await stack(this, ours(count));
      const firstUp = await seconds(async () => mustSucceed(await own.up()));
      const folder = `${own.programFolder}/.uvlambda`;
      const archive = fs.readdirSync(folder).find((name) => name.endsWith(".zip"));
      const other = await stack(this, plain(count), `${folder}/${archive}`);
      const otherUp = await seconds(async () => mustSucceed(await other.up()));
      const taken = { own: [] as number[], other: [] as number[] };
      for (let round = 0; round < rounds; round++) {
        taken.own.push(await seconds(() => preview(own)));
        taken.other.push(await seconds(() => preview(other)));
      }
      const [least, peer] = [Math.min(...taken.own), Math.min(...taken.other)];
      const each = ((least - peer) / count) * 1000;
      const cells = [
        count,
        `${least.toFixed(2)} s`,
        `${peer.toFixed(2)} s`,
        (least / peer).toFixed(2),
        `${each.toFixed(0)} ms`,
      ];
      console.log(`| ${[...cells, `${firstUp.toFixed(1)} s`, `${otherUp.toFixed(1)} s`].join(" | ")} |`);
      await Promise.all([own.destroy(), other.destroy()]);
    });
});
