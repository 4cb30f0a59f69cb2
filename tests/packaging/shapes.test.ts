import assert from "node:assert/strict";
import { findTool } from "../support/machine.js";
import { skip } from "../support/skip.js";
import { fixtures } from "./fixtures/index.js";
import { openBench, shippedPaths, type PackagingBench } from "./support/bench.js";
import { callHandler, canCall } from "./support/run.js";

describe("project shapes", function () {
  this.timeout(300_000);
  let bench: PackagingBench;

  before(function () {
    bench = openBench(this);
  });
  after(() => bench?.remove());

  for (const fixture of fixtures)
    describe(fixture.name, () => {
      let folder: string;
      before(async function () {
        if (fixture.name.includes("git") && findTool("git", "UVLAMBDA_TEST_GIT") === undefined) skip(this, "needs git");
        folder = await bench.prepare(fixture);
      });

      for (const { name, wanted, ships, packages, answer, says = [], runWith } of fixture.cases)
        it(name, async () => {
          const artifact = await bench.build(folder, wanted);
          const paths = shippedPaths(artifact);
          if (typeof ships === "function") ships(paths);
          else assert.deepEqual(paths, ships);
          assert.deepEqual(artifact.packages, packages);
          const messages = bench.messages.splice(0).map((message) => message.split("\n", 1)[0]);
          assert.deepEqual(messages, says);
          if (answer === undefined) return;
          const minor = runWith ?? (wanted.runtime ?? "python3.11").slice("python".length);
          if (!canCall(minor)) return;
          const { value } = await callHandler(artifact, { handler: wanted.handler ?? "handler.handler", minor });
          assert.deepEqual(value, answer);
        });
    });
});
