import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { proposedValue } from "../support/proposals.js";
import { refused } from "../unit/uv/bench.js";
import { openBench, shippedPaths, type PackagingBench } from "./support/bench.js";
import { pyproject, type Fixture } from "./support/fixture.js";
import { callHandler, canCall, tryHandler } from "./support/run.js";

const off = { handler: "off", binaries: "error", collisions: "error", sizes: "error" } as const;

/** Handler, its file, and awslambdaric's error for it. */
const taken: [handler: string, file: string, says: RegExp][] = [
  ["logging.handler", "logging.py", /Handler 'handler' missing on module 'logging'/],
  ["decimal.handler", "decimal.py", /missing on module 'decimal'/],
  ["types/api.handler", "types/api.py", /No module named 'types\.api'/],
  ["string.jobs.main.handler", "string/jobs/main.py", /No module named 'string\.jobs'/],
  ["time.handler", "time.py", /Cannot use built-in module time/],
];

const fixture: Fixture = {
  name: "names",
  files: {
    "project/pyproject.toml": pyproject({ name: "app" }),
    ...Object.fromEntries(
      taken.map(([, file]) => [`project/${file}`, "def handler(event, context): return event['name']\n"]),
    ),
  },
  cases: [],
};

describe("handlers in modules with names that the runtime has imported before", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let folder: string;
  before(async function () {
    bench = openBench(this);
    folder = await bench.prepare(fixture);
  });
  after(() => bench?.remove());

  for (const [handler, file, says] of taken) {
    it(`${handler}: refused, fails in the runner, and works under the proposed name`, async function () {
      const error = await refused(bench.build(folder, { project: "project", handler }), "HANDLER_NOT_FOUND", /rename/);
      const name = /to (\w+), and set/.exec(error.hint ?? "")?.[1] ?? "";
      const proposed = proposedValue<string>(error, "handler");
      if (!canCall("3.11")) return this.skip();
      const unchecked = await bench.build(folder, { project: "project", handler, checks: off });
      const failed = await tryHandler(unchecked, { handler, minor: "3.11" });
      assert.match(`${failed.payload}${failed.log}`, says);

      const [first = ""] = file.split("/");
      const place = (entry: string) => path.join(folder, "project", entry);
      fs.renameSync(place(first), place(first.replace(/^\w+/, name)));
      const artifact = await bench.build(folder, { project: "project", handler: proposed });
      const shipped = shippedPaths(artifact);
      assert.ok(shipped.includes(file.replace(/^\w+/, name)) && !shipped.includes(file), shipped.join());
      assert.equal((await callHandler(artifact, { handler: proposed, minor: "3.11" })).value, "x");
    });
  }
});
