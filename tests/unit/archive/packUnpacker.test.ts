import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { unpackPacks } from "../../../provider/archive/packUnpacker.js";
import type { PackForm } from "../../../provider/archive/pack.js";
import { treeDigest } from "../../../provider/tree/digest.js";
import { scanFolder } from "../../../provider/tree/scan.js";
import { writePack } from "../../support/archives.js";
import { entry, temporaryFolder } from "../../support/trees.js";

describe("unpackPacks", () => {
  let base: string;
  let out: string;
  beforeEach(() => {
    base = temporaryFolder();
    out = path.join(base, "out");
  });
  afterEach(() => fs.rmSync(base, { recursive: true, force: true }));
  const files = [
    entry("a/b/run", "#!/bin/sh\n", 0o755),
    entry("a/b/c.py", "x".repeat(2_000)),
    entry("empty", ""),
    entry("large", Buffer.alloc(6_000_000, "ab")),
  ];
  const modeOf = (name: string) => (fs.statSync(path.join(out, name)).mode & 0o7777).toString(8);

  for (const form of ["deflated", "stored"] satisfies PackForm[])
    it(`gives back a ${form} tree with modes 644 and 755, whatever the umask`, async () => {
      const pack = await writePack(files, path.join(base, "pack.bin"), { form });
      if (form === "stored") assert.ok(pack.tree.every((file) => file.compressedSize === file.size));
      for (const umask of [0o077, 0o000]) {
        const before = process.umask(umask);
        try {
          await unpackPacks([{ pack }], out);
        } finally {
          process.umask(before);
        }
        assert.deepEqual(["a", "a/b", "a/b/run", "a/b/c.py", "large"].map(modeOf), ["755", "755", "755", "644", "644"]);
        assert.equal(treeDigest(await scanFolder(out)), treeDigest(files));
        fs.rmSync(out, { recursive: true });
      }
    });

  it("finds damage in every form, and never writes other bytes than the packed ones", async () => {
    for (const form of ["deflated", "stored"] satisfies PackForm[]) {
      const pack = await writePack(files, path.join(base, "pack.bin"), { form });
      for (const { data, offset, compressedSize, path: name } of pack.tree.filter(({ size }) => size > 0)) {
        const good = fs.readFileSync(data);
        const bad = Buffer.from(good);
        bad[offset + (compressedSize >> 1)]! ^= 4;
        fs.writeFileSync(data, bad);
        await assert.rejects(unpackPacks([{ pack }], out), { code: "BAD_FILE" }, `${form} ${name}`);
        fs.writeFileSync(data, good);
        fs.rmSync(out, { recursive: true });
      }
    }
  });
});
