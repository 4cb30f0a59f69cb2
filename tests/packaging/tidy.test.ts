import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { createPackager } from "../../provider/packaging/createPackager.js";
import { waitUntil } from "../support/commands.js";
import { openBench, type PackagingBench } from "./support/bench.js";
import { pyproject, requestFor } from "./support/fixture.js";

describe("the store", () => {
  let bench: PackagingBench;

  before(function () {
    bench = openBench(this);
  });

  after(() => bench?.remove());

  it("is pruned after a build if that is asked for, and only then", async () => {
    const files = {
      "project/pyproject.toml": pyproject({ name: "tidy" }),
      "project/handler.py": "def handler(event, context):\n    return 1\n",
    };
    const folder = await bench.prepare({ name: "tidy", files, cases: [] });
    const old = path.join(bench.settings().cacheDir, "v1", "artifact", "0".repeat(64));
    for (const tidies of [false, true]) {
      fs.mkdirSync(old, { recursive: true });
      fs.writeFileSync(path.join(old, "entry.json"), "{}");
      fs.utimesSync(path.join(old, "entry.json"), 1, 1);
      fs.utimesSync(old, 1, 1);
      const packager = createPackager(bench.settings(), undefined, { tidies });
      const reporter = { progress: () => undefined, warn: () => undefined };
      await packager.package(requestFor(folder, { project: "project" }), { reporter });
      if (tidies) await waitUntil("the old entry is gone", 10_000, () => !fs.existsSync(old));
      packager.cancel();
      assert.equal(fs.existsSync(old), !tidies);
    }
  });
});
