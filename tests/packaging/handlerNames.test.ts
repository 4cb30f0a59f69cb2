import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { proposedCode, proposedValue } from "../support/proposals.js";
import { refused } from "../support/refused.js";
import { useBench, shippedPaths, type PackagingBench } from "./support/bench.js";
import { pyproject, type Fixture } from "./support/fixture.js";
import { callHandler, canCall, requireCalls, tryHandler } from "./support/run.js";

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
  useBench(fixture, (...opened) => ([bench, folder] = opened));

  for (const [handler, file, says] of taken) {
    it(`${handler}: refused, fails in the runner, and works under the proposed name`, async function () {
      const error = await refused(bench.build(folder, { project: "project", handler }), "HANDLER_NOT_FOUND", /rename/);
      const name = /to (\w+), and set/.exec(error.hint ?? "")?.[1] ?? "";
      const proposed = proposedValue<string>(error, "handler");
      requireCalls(this, "3.11");
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

  for (const [file, module] of [
    ["queue.py", "queue"],
    ["concurrent/__init__.py", "concurrent"],
  ] as const)
    it(`${file} beside the handler hides what newer runtimes use later: refused, and works when it is renamed`, async function () {
      const own = await bench.prepare({
        name: "hidden",
        files: {
          "project/pyproject.toml": pyproject({ name: "app" }),
          "project/app.py": `import ${module}\ndef handler(event, context): return ${module}.NAME\n`,
          [`project/${file}`]: "NAME = 'own'\n",
        },
        cases: [],
      });
      const wanted = { project: "project", handler: "app.handler", runtime: "python3.12" } as const;
      const error = await refused(bench.build(own, wanted), "HANDLER_UNUSABLE", /hides Python's own module/);
      // Neither older runtimes nor images wait for events in a thread.
      const older = await bench.build(own, { ...wanted, runtime: "python3.11" });
      await bench.build(own, { ...wanted, packageFormat: "image" });
      const unchecked = await bench.build(own, { ...wanted, checks: off });
      const renamed = proposedCode(error)[0] ?? "";
      const place = (entry: string) => path.join(own, "project", entry);
      fs.renameSync(place(file.split("/")[0] ?? ""), place(renamed.split("/")[0] ?? ""));
      const text = fs
        .readFileSync(place("app.py"), "utf8")
        .replaceAll(module, renamed.replace(/(\/__init__)?\.py$/, ""));
      fs.writeFileSync(place("app.py"), text);
      const artifact = await bench.build(own, wanted);
      const call = { handler: wanted.handler, minor: "3.12" };
      if (canCall("3.11")) assert.equal((await callHandler(older, { ...call, minor: "3.11" })).value, "own");
      requireCalls(this, "3.12");
      assert.equal((await callHandler(artifact, call)).value, "own");
      const failed = await tryHandler(unchecked, call).catch((cause: unknown) => ({ functionError: String(cause) }));
      assert.notEqual(failed.functionError, undefined);
    });
});
