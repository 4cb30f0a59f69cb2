import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import { joinDistributions, type Joined } from "../../../../provider/packaging/packs/overlaps.js";
import { sortTree } from "../../../../provider/tree/merge.js";
import { writePack } from "../../../support/archives.js";
import { entry, temporaryFolder } from "../../../support/trees.js";

describe("distributions that ship together", () => {
  let folder: string;
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  /** The pack of a distribution with these files, and the start of its dist-info. */
  async function distribution(name: string, files: Readonly<Record<string, string>>) {
    const info = { [`${name}-1.dist-info/METADATA`]: `Name: ${name}\n`, [`${name}-1.dist-info/RECORD`]: "stale\n" };
    const tree = Object.entries({ ...files, ...info }).map(([file, text]) => entry(file, text, 0o644, name));
    return (await writePack(sortTree(tree), path.join(folder, `${name}.bin`))).tree;
  }

  async function join(mine: Record<string, string>, theirs: Record<string, string>, drop: string[] = []) {
    const trees = [await distribution("mine", mine), await distribution("theirs", theirs)];
    return joinDistributions(trees, (file) => drop.includes(file));
  }

  const owners = ({ rows }: Joined, file: string) => rows.filter((row) => row.path === file).map((row) => row.owner);
  const texts = ({ replaced }: Joined) =>
    new Map(replaced.map((one) => [one.path, "bytes" in one.source ? Buffer.from(one.source.bytes).toString() : ""]));

  it("have all files where no two want one path", async () => {
    const joined = await join({ "mine.py": "1" }, { "theirs.py": "2" });
    assert.deepEqual(joined.conflicts, []);
    assert.deepEqual(joined.replaced, []);
    assert.equal(joined.rows.length, 6);
  });

  it("with different bytes for one importable path are a conflict, and the first by name has its file", async () => {
    for (const file of ["pkg/util.py", "util.py", "pkg/data.json", "pkg/__init__.py"]) {
      const joined = await join({ [file]: "1" }, { [file]: "2" });
      assert.deepEqual(joined.conflicts, [{ kind: "third-party", path: file, owners: ["mine", "theirs"] }]);
      assert.deepEqual(owners(joined, file), ["mine"]);
    }
  });

  it("with the same bytes are none", async () => {
    const joined = await join({ "pkg/util.py": "1" }, { "pkg/util.py": "1" });
    assert.deepEqual(joined.conflicts, []);
    assert.deepEqual(owners(joined, "pkg/util.py"), ["mine"]);
  });

  it("ship neither file where nobody imports the path, and no RECORD names it", async () => {
    for (const file of ["tests/test_a.py", "pkg/tests/x.py", "LICENSE", "share/doc/x", "bin/x", "docs/conf.py"]) {
      const joined = await join({ [file]: "1", "mine.py": "" }, { [file]: "2", "theirs.py": "" });
      assert.deepEqual(joined.conflicts, [], file);
      assert.deepEqual(owners(joined, file), [], file);
      const records = texts(joined);
      assert.match(records.get("mine-1.dist-info/RECORD")!, /^mine\.py,sha256=/m);
      assert.match(records.get("theirs-1.dist-info/RECORD")!, /^theirs\.py,sha256=/m);
      for (const record of records.values()) assert.ok(!record.includes(file), file);
    }
  });

  it("share one fixed text in a namespace package", async () => {
    const spellings = [
      "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n",
      "from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\n",
    ] as const;
    const file = "google/__init__.py";
    const joined = await join({ [file]: spellings[0] }, { [file]: spellings[1] });
    const other = await join({ [file]: spellings[1] }, { [file]: spellings[0] });
    assert.deepEqual(joined.conflicts, []);
    assert.deepEqual(owners(joined, file), []);
    assert.match(texts(joined).get(file)!, /extend_path/);
    assert.equal(texts(joined).get(file), texts(other).get(file));
  });

  it("that lose files are partial, and their RECORD follows", async () => {
    const joined = await join({ "mine/a.py": "1", "mine/stub.pyi": "2" }, { "theirs.py": "" }, ["mine/stub.pyi"]);
    assert.deepEqual(joined.partial, ["mine"]);
    assert.deepEqual(owners(joined, "mine/stub.pyi"), []);
    const record = texts(joined).get("mine-1.dist-info/RECORD")!;
    assert.match(record, /^mine\/a\.py,/m);
    assert.ok(!record.includes("stub.pyi"));
  });
});
