import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { listArchive, readFromArchive } from "../../../provider/formats/archiveReader.js";
import { writePack } from "../../../provider/formats/archiveWriter.js";
import { formats } from "../../../provider/formats/index.js";
import { sha256Hex } from "../../../provider/lib/hash.js";
import { entry, temporaryFolder } from "../../support/trees.js";

describe("formats", () => {
  it("each stands in the registry under its own name", () => {
    for (const [name, format] of Object.entries(formats)) assert.equal(format.name, name);
  });

  describe("zip", () => {
    let folder: string;
    beforeEach(() => (folder = temporaryFolder()));
    afterEach(() => fs.rmSync(folder, { recursive: true }));
    const pack = (name: string, ...files: Parameters<typeof entry>[]) =>
      writePack(
        files.map((file) => entry(...file)),
        path.join(folder, name),
      );

    it("joins dependencies and code in one archive", async () => {
      const dependencies = await pack("d", ["boto3/a.py", "1", 0o644, "boto3"]);
      const code = [await pack("c", ["handler.py", "22"]), await pack("l", ["lib/b.py", "333", 0o644, "lib"])];
      const out = path.join(folder, "out");
      fs.mkdirSync(out);
      const files = await formats.zip.write({ dependencies, code }, out);
      const bytes = fs.readFileSync(path.join(out, "code.zip"));
      assert.deepEqual(fs.readdirSync(out), ["code.zip"]);
      assert.deepEqual(files, [
        { kind: "code", name: "code.zip", sha256: sha256Hex(bytes), size: bytes.length, unzippedSize: 6, files: 3 },
      ]);
      const paths = (await listArchive(path.join(out, "code.zip"))).map((e) => e.path);
      assert.deepEqual(paths, ["boto3/a.py", "handler.py", "lib/b.py"]);
    });

    it("ships the own file where a dependency has another one of the same path", async () => {
      const dependencies = await pack("d", ["tests/__init__.py", "theirs", 0o644, "x"]);
      const code = [await pack("c", ["tests/__init__.py", "ours"])];
      await formats.zip.write({ dependencies, code }, folder);
      const shipped = await readFromArchive(path.join(folder, "code.zip"), "tests/__init__.py");
      assert.equal(shipped?.toString(), "ours");
    });
  });
});
