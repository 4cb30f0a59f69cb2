import assert from "node:assert/strict";
import { artifactTree } from "../../provider/packaging/artifact/assemble.js";
import { writeZip } from "../aws/archive/writeZip.js";
import { proposedValue } from "../support/proposals.js";
import { useBench, type PackagingBench } from "./support/bench.js";
import { pyproject, type Fixture, type Wanted } from "./support/fixture.js";

const installed = (folder: string) => ({
  [`project/${folder}helpers/__init__.py`]: "",
  [`project/${folder}helpers-1.dist-info/RECORD`]: "",
  [`project/${folder}helpers-1.dist-info/METADATA`]: "Name: helpers\nVersion: 1\n",
});

const zip = (name: string) => writeZip([{ name, content: Buffer.from("x"), mode: 0o644 }]);

const fixture: Fixture = {
  name: "leftovers",
  wheels: [{ name: "helpers" }],
  files: {
    "project/pyproject.toml": pyproject({ name: "app", dependencies: ["helpers"] }),
    "project/handler.py": "def handler(event, context): return 1\n",
    ...installed("build-authorizer/"),
    ...installed("layer/python/"),
    ...installed("vendor/"),
    "project/build-authorizer/old.zip": zip("six-1.dist-info/RECORD"),
    "project/authorizer.zip": zip("helpers-1.dist-info/RECORD"),
    "project/data.zip": zip("data.csv"),
    "project/lib/helpers-1-py3-none-any.whl": "",
    "project/notes/release-1.dist-info.txt": "",
  },
  cases: [],
};

describe("what another tool built among the project's own files", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let folder: string;
  useBench(fixture, (...opened) => ([bench, folder] = opened));

  async function build(wanted: Partial<Wanted> = {}) {
    bench.messages.length = 0;
    const artifact = await bench.build(folder, { project: "project", ...wanted });
    return { shipped: artifactTree(artifact).map(({ path }) => path), said: bench.messages.join("\n") };
  }

  it("is a warning with the `exclude` that leaves it out", async () => {
    const { said } = await build();
    const found = ["/build-authorizer/", "/layer/python/", "/authorizer.zip", "/lib/helpers-1-py3-none-any.whl"];
    assert.match(said, /Packages that another tool installed or built/);
    const exclude = proposedValue<string[]>(said, "exclude");
    assert.deepEqual(exclude.sort(), found.sort());
    const after = await build({ exclude });
    assert.equal(after.said, "");
    const left = after.shipped.filter((path) => !/^helpers(-|\/)/.test(path));
    assert.deepEqual(left.sort(), [
      "data.zip",
      "handler.py",
      "notes/release-1.dist-info.txt",
      "vendor/helpers-1.dist-info/METADATA",
      "vendor/helpers-1.dist-info/RECORD",
      "vendor/helpers/__init__.py",
    ]);
  });

  it("ships without a word where `include` names it", async () => {
    const include = proposedValue<string[]>((await build()).said, "include");
    const { said, shipped } = await build({ include });
    assert.equal(said, "");
    assert.ok(shipped.includes("build-authorizer/helpers/__init__.py"));
  });
});
