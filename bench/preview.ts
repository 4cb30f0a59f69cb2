import * as fs from "node:fs";
import * as path from "node:path";
import { createWorkspace, mustSucceed, type Workspace } from "../tests/engine/harness.js";
import { installPlugin, useInstalledPlugin, version } from "../tests/engine/installedPlugin.js";
import { sharedRun } from "../tests/engine/run.js";
import { runCommand } from "../tests/support/commands.js";
import { checkout } from "../tests/support/machine.js";
import { makeArchives } from "../tools/release/archives.js";
import { byHand, functionsOnly, ours, type Made } from "./preview/programs.js";
import { PreviewResults, type Stack, type Taken } from "./preview/results.js";

// Previews without changes and first updates through the real engine, beside as many plain functions with ready
// archives, in programs of two languages. Run by mocha, for the harness of the engine tests. See README.md.

const listOf = (name: string, usual: string) => (process.env[name] ?? usual).split(",");
const counts = listOf("UVLAMBDA_BENCH_COUNTS", "1,20,200").map(Number);
const languages = listOf("UVLAMBDA_BENCH_LANGUAGES", "yaml,typescript") as ("yaml" | "typescript")[];
const rounds = Number(process.env["UVLAMBDA_BENCH_ROUNDS"] ?? 5);

/** Without them, the engine does not write the whole state after each step: shows how much of an update that is. */
const skipsCheckpoints = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };
const engineSettings = process.env["UVLAMBDA_BENCH_SKIP_CHECKPOINTS"] === "1" ? skipsCheckpoints : {};

/** A stack and its measurements. */
interface Contestant {
  readonly workspace: Workspace;
  readonly firstUp: Taken;
  readonly previews: Taken[];
}

type Language = (typeof languages)[number];

async function stack(
  context: Mocha.Context,
  language: Language,
  { resources, program }: Made,
  archive?: string,
): Promise<Workspace> {
  const files = language === "yaml" ? {} : { "index.ts": program };
  const workspace = await createWorkspace(context, { language, functions: {}, files, env: engineSettings });
  if (language === "yaml") {
    const project = path.join(workspace.programFolder, "Pulumi.yaml");
    const written = JSON.parse(fs.readFileSync(project, "utf8")) as object;
    fs.writeFileSync(project, JSON.stringify({ ...written, resources }));
  }
  useInstalledPlugin(workspace);
  if (archive !== undefined) fs.copyFileSync(archive, path.join(workspace.programFolder, "ready.zip"));
  return workspace;
}

/** Runs a command of the engine, and measures it with all that it starts. */
async function timed({ run, programFolder, env }: Workspace, args: readonly string[]): Promise<Taken> {
  const measure = path.join(checkout, "bench/speed/measure.py");
  const command = [run.pulumi, ...args, "--stack", "dev", "--non-interactive", "--color", "never"];
  const result = await runCommand(["python3", measure, "time", programFolder, ...command], { cwd: programFolder, env });
  return JSON.parse(mustSucceed({ ...result, text: result.stderr }).stdout) as Taken;
}

async function deployed(workspace: Workspace): Promise<Contestant> {
  return { workspace, firstUp: await timed(workspace, ["up", "--yes", "--skip-preview"]), previews: [] };
}

/** The archive that ours has placed for the engine. */
function placedArchive({ programFolder }: Workspace): string {
  const folder = path.join(programFolder, ".uvlambda");
  const name = fs.readdirSync(folder).find((file) => file.endsWith(".zip"));
  if (name === undefined) throw new Error(`${folder} has no archive`);
  return path.join(folder, name);
}

function measured({ firstUp, previews }: Contestant): Stack {
  const least = (kind: keyof Taken) => Math.min(...previews.map((taken) => taken[kind]));
  return { firstUp, preview: { wall: least("wall"), cpu: least("cpu") } };
}

describe("unchanged previews", function () {
  this.timeout(1_800_000);
  const results = new PreviewResults(process.env["UVLAMBDA_BENCH_RESULTS"]);
  before(async function () {
    const run = await sharedRun(this);
    const archives = path.join(run.folder, "release");
    await makeArchives(checkout, version, archives);
    await installPlugin(run, archives);
  });
  after(() => {
    if (process.env["UVLAMBDA_BENCH_PAGE"] === "1") results.intoPage(path.join(checkout, "docs", "performance.md"));
  });

  for (const language of languages)
    for (const count of counts)
      it(`of ${count} functions in a ${language} program`, async function () {
        const own = await deployed(await stack(this, language, ours(count)));
        const archive = placedArchive(own.workspace);
        const least = await deployed(await stack(this, language, functionsOnly(count), archive));
        const same = await deployed(await stack(this, language, byHand(count), archive));
        for (let round = 0; round < rounds; round++)
          for (const { workspace, previews } of [own, same])
            previews.push(await timed(workspace, ["preview", "--expect-no-changes"]));
        const stacks = { ours: measured(own), byHand: measured(same), functionsOnly: least.firstUp };
        results.add({ language, count, rounds, ...stacks });
        for (const { workspace } of [own, least, same]) await workspace.destroy();
      });
});
