import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { product, recipe, type Contestant, type Taken } from "./speed/contestants.js";
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

async function measure(workload: Workload, results: Results): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-speed-"));
  const place = { folder, uvCache: path.join(folder, "uv"), workload };
  try {
    const workspace = new Workspace(place);
    const peer = recipe(place);
    const published = async (name: string, from: string) =>
      product(name, await publish(from, path.join(folder, `${name}-program`)), place);
    const ours = await published("ours", checkout);
    const before = values.against === undefined ? [] : [await published("before", path.resolve(values.against))];
    workspace.download(peer);
    const wanted = scenarios.filter(({ name }) => values.scenario.includes(name));
    for (const scenario of wanted.filter(({ only }) => only?.includes(workload.name) ?? true)) {
      const contestants = [ours, ...before, peer];
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
  if (values.page) results.intoPage(path.join(checkout, "docs", "performance.md"));
}

void main();
