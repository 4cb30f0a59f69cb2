import assert from "node:assert/strict";
import * as fs from "node:fs";
import { CliBench } from "../support/cli.js";

/** Lambda's limit for a function with its layers, unzipped. */
const limit = 262_144_000;

describe("faults: larger than Lambda's limit (F37)", function () {
  this.timeout(120_000);
  let bench: CliBench;
  let project: string;

  before(async function () {
    bench = CliBench.openOrSkip(this);
    const wheels = [{ name: "alpha", files: { "alpha/__init__.py": "", "alpha/data.bin": Buffer.alloc(1_000_000) } }];
    project = await bench.project("app", { dependencies: ["alpha"], wheels });
    // A hole: no bytes on the disk, and quickly compressed.
    fs.writeFileSync(`${project}/data.bin`, "");
    fs.truncateSync(`${project}/data.bin`, limit - 500_000);
  });
  after(() => bench?.remove());

  for (const format of ["zip", "layer"])
    it(`code and dependencies together, as ${format}: exit 1, what is heavy, and the fixes`, async () => {
      await bench.refused(["--project", project, "--runtime", "python3.13", "--format", format], {
        exit: 1,
        code: "TOO_LARGE",
        says: [/262 MB {2}the project's own files\n.*1\.0 MB {2}alpha/, /prune/, /--format image/],
      });
    });

  it("an image may be larger", async () => {
    const { code, output, stderr } = await bench.build([
      ...["--project", project, "--runtime", "python3.13", "--format", "image"],
    ]);
    assert.equal(code, 0, stderr);
    assert.ok(output.artifacts[0]!.unzippedSize > limit);
  });
});
