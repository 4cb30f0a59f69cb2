import * as fs from "node:fs";
import { performance } from "node:perf_hooks";
import { createWorkspace, mustSucceed, type Workspace } from "../tests/engine/harness.js";

// Previews without changes and first updates through the real engine, beside as many plain functions with ready
// archives. Run by mocha, for the harness of the engine tests. See README.md.

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

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
});
const rights = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: "*" }],
});

function role(name: string): object {
  return { [name]: { type: "aws:iam:Role", properties: { assumeRolePolicy: trust } } };
}

function plainFunction(name: string, roleName: string, further: object = {}): object {
  const properties = {
    ...{ handler, runtime, description: name, architectures: [architecture], role: `\${${roleName}.arn}` },
    code: { "fn::fileArchive": "./ready.zip" },
    ...further,
  };
  return { [name]: { type: "aws:lambda:Function", properties } };
}

/** The minimum: plain functions with a ready archive, and one role for all. */
function functionsOnly(count: number): object {
  return Object.assign(role("role"), ...names(count).map((name) => plainFunction(name, "role"))) as object;
}

/** The resources that our component creates, written by hand: function, role, its policy and log group. */
function byHand(count: number): object {
  const parts = (name: string) => ({
    [`${name}-logs`]: { type: "aws:cloudwatch:LogGroup", properties: { retentionInDays: 30 } },
    ...role(`${name}-role`),
    [`${name}-policy`]: {
      type: "aws:iam:RolePolicy",
      properties: { role: `\${${name}-role.name}`, policy: rights },
    },
    ...plainFunction(name, `${name}-role`, {
      loggingConfig: { logFormat: "Text", logGroup: `\${${name}-logs.name}` },
    }),
  });
  return Object.assign({}, ...names(count).map(parts)) as object;
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

/** A stack and its measurements, in seconds. */
interface Contestant {
  readonly workspace: Workspace;
  readonly firstUp: number;
  readonly previews: number[];
}

async function deployed(workspace: Workspace): Promise<Contestant> {
  const firstUp = await seconds(async () => mustSucceed(await workspace.up()));
  return { workspace, firstUp, previews: [] };
}

describe("unchanged previews", function () {
  this.timeout(1_800_000);

  for (const count of counts)
    it(`of ${count} functions`, async function () {
      const own = await deployed(await stack(this, ours(count)));
      const folder = `${own.workspace.programFolder}/.uvlambda`;
      const archive = `${folder}/${fs.readdirSync(folder).find((name) => name.endsWith(".zip"))}`;
      const least = await deployed(await stack(this, functionsOnly(count), archive));
      const same = await deployed(await stack(this, byHand(count), archive));
      for (let round = 0; round < rounds; round++)
        for (const { workspace, previews } of [own, least, same])
          previews.push(await seconds(() => preview(workspace)));
      const best = ({ previews }: Contestant) => Math.min(...previews);
      const beside = (peer: Contestant) => [
        `${best(peer).toFixed(2)} s`,
        (best(own) / best(peer)).toFixed(2),
        `${(((best(own) - best(peer)) / count) * 1000).toFixed(0)} ms`,
      ];
      const ups = [own, least, same].map(({ firstUp }) => `${firstUp.toFixed(1)} s`);
      const cells = [count, `${best(own).toFixed(2)} s`, ...beside(least), ...beside(same), ...ups];
      console.log(`| ${cells.join(" | ")} |`);
      for (const { workspace } of [own, least, same]) await workspace.destroy();
    });
});
