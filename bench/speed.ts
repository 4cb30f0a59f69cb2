import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { installation, product, recipe, type Contestant, type Place, type Taken } from "./speed/contestants.js";
import { scenarios, Workspace, type Scenario } from "./speed/scenarios.js";
import { publish } from "./speed/published.js";
import { Results } from "./speed/results.js";
import { workloads, type Workload } from "./speed/workloads.js";

/** Compares our builds with the recipe in uv's own guide, and with another checkout. See README.md. */

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    workload: { type: "string", multiple: true, default: workloads.map(({ name }) => name) },
    scenario: { type: "string", multiple: true, default: scenarios.map(({ name }) => name) },
    against: { type: "string" },
    results: { type: "string" },
    "uv-cache": { type: "string" },
    page: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const checkout = path.resolve(__dirname, "..");

/** The contestants take turns in each round, so that a machine that becomes slower affects all of them. */
function compare(scenario: Scenario, workspace: Workspace, contestants: readonly Contestant[]): Taken[][] {
  const taken: Taken[][] = contestants.map(() => []);
  const { bytecode = false, forgets } = scenario;
  // Round 0 fills the caches. The last one measures memory, which takes time.
  for (let round = 0; round <= rounds + 1; round++) {
    const folder = scenario.prepare(workspace, round);
    for (const [i, contestant] of contestants.entries()) {
      if (forgets !== undefined) contestant.forget(forgets === "everything");
      taken[i]!.push(contestant.build(folder, { bytecode, memory: round > rounds }));
    }
  }
  return taken;
}

/** The minimum of all rounds, because disturbances only make a run longer. */
function least(all: readonly Taken[]): Taken {
  const min = (of: "wall" | "cpu") => Math.min(...all.slice(1, -1).map((taken) => taken[of]));
  return { wall: min("wall"), cpu: min("cpu"), memory: all.at(-1)!.memory };
}

async function archiveContestants(place: Place): Promise<Contestant[]> {
  const ours = product("ours", await program("ours", checkout, place), place);
  const { against } = values;
  const before =
    against === undefined ? [] : [product("before", await program("before", path.resolve(against), place), place)];
  return [ours, ...before, recipe(place)];
}

async function imageContestants(place: Place): Promise<Contestant[]> {
  const found: Contestant[] = [];
  for (const [name, from] of Object.entries({ ours: checkout, before: values.against })) {
    if (from === undefined) continue;
    const file = await program(name, path.resolve(from), place);
    found.push(product(`${name}, --out`, file, place), product(name, file, place, false));
  }
  return [
    ...found,
    installation("uv pip install, links", "hardlink", place),
    installation("uv pip install, copies", "copy", place),
  ];
}

function program(name: string, from: string, { folder }: Place): Promise<string> {
  return publish(from, path.join(folder, `${name}-program`));
}

async function measure(workload: Workload, results: Results): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-speed-"));
  const place = { folder, uvCache: values["uv-cache"] ?? path.join(folder, "uv"), workload };
  try {
    const workspace = new Workspace(place);
    const contestants = workload.format === "image" ? await imageContestants(place) : await archiveContestants(place);
    workspace.download(contestants.at(-1)!);
    const wanted = scenarios.filter(({ name }) => values.scenario.includes(name));
    for (const scenario of wanted.filter(({ only }) => only?.includes(workload.name) ?? true)) {
      if (scenario.forgets === "everything" && values["uv-cache"] !== undefined) continue;
      const taken = compare(scenario, workspace, contestants).map(least);
      results.add(
        workload.name,
        scenario.name,
        Object.fromEntries(contestants.map(({ name }, i) => [name, taken[i]!])),
      );
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const results = new Results(values.results);
  for (const workload of workloads.filter(({ name }) => values.workload.includes(name)))
    await measure(workload, results);
  console.log(results.table());
  console.log(results.imageTable());
  if (values.page) results.intoPage(path.join(checkout, "docs", "performance.md"));
}

void main();
