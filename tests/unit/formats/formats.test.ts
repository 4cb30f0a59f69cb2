import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { listArchive, readFromArchive } from "../../../provider/archive/reader/archiveReader.js";
import { mergedContents } from "../../../provider/formats/format.js";
import { formats } from "../../../provider/formats/index.js";
import { sha256Hex } from "../../../provider/lib/hash.js";
import { mergeTrees } from "../../../provider/tree/merge.js";
import { writePack } from "../../support/archives.js";
import { entry, temporaryFolder } from "../../support/trees.js";

describe("formats", () => {
  it("each is in the registry under its own name", () => {
    for (const [name, format] of Object.entries(formats)) assert.equal(format.name, name);
  });

  it("have the limit of where they run", () => {
    assert.equal(formats.zip.maxUnzippedSize, 262_144_000);
    assert.equal(formats.layer.maxUnzippedSize, 262_144_000);
    assert.equal(formats.image.maxUnzippedSize, 10_737_418_240);
  });

  const target = { baseImage: "registry.example/python:3.13" };
  let folder: string;
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => fs.rmSync(folder, { recursive: true }));
  const pack = (name: string, ...files: Parameters<typeof entry>[]) =>
    writePack(
      files.map((file) => entry(...file)),
      path.join(folder, name),
    );
  const textOf = async (name: keyof typeof formats, out: string, file: string) =>
    (await formats[name].readModule(out, file))?.toString();

  for (const name of ["zip", "layer", "image"] as const) {
    it(`${name} gives back what is imported, own code first`, async () => {
      const dependencies = await pack("d", ["lib/__init__.py", "theirs", 0o644, "x"], ["dep.py", "dep", 0o644, "x"]);
      const code = [await pack("c", ["lib/__init__.py", "ours"])];
      const out = path.join(folder, "out");
      fs.mkdirSync(out);
      await formats[name].write(mergedContents({ dependencies, code }), out, target);
      assert.equal(await textOf(name, out, "lib/__init__.py"), "ours");
      assert.equal(await textOf(name, out, "dep.py"), "dep");
      assert.equal(await textOf(name, out, "absent.py"), undefined);
    });
  }

  for (const name of ["zip", "layer", "image"] as const) {
    it(`${name} knows its files from those of another build`, async () => {
      const dependencies = await pack("d", ["dep.py", "dep", 0o644, "x"]);
      const build = async (text: string) => {
        const code = [await pack(`c${text}`, ["handler.py", text])];
        const out = path.join(folder, text);
        fs.mkdirSync(out);
        const files = await formats[name].write(mergedContents({ dependencies, code }), out, target);
        return { out, files, listed: mergeTrees([code[0]!.tree, dependencies.tree]).tree };
      };
      const [first, second] = [await build("one"), await build("two")];
      for (const { out, files, listed } of [first, second])
        assert.equal(await formats[name].mismatch(out, files, listed), undefined);
      const reason = await formats[name].mismatch(second.out, first.files, first.listed);
      assert.match(reason ?? "", /do not contain the files|does not match its hash/);
    });
  }

  describe("zip", () => {
    it("joins dependencies and code in one archive", async () => {
      const dependencies = await pack("d", ["boto3/a.py", "1", 0o644, "boto3"]);
      const code = [await pack("c", ["handler.py", "22"]), await pack("l", ["lib/b.py", "333", 0o644, "lib"])];
      const out = path.join(folder, "out");
      fs.mkdirSync(out);
      const files = await formats.zip.write(mergedContents({ dependencies, code }), out, target);
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
      await formats.zip.write(mergedContents({ dependencies, code }), folder, target);
      const shipped = await readFromArchive(path.join(folder, "code.zip"), "tests/__init__.py");
      assert.equal(shipped?.toString(), "ours");
    });
  });

  describe("layer", () => {
    it("keeps code out of the layer and dependencies out of the code", async () => {
      const dependencies = await pack("d", ["boto3/a.py", "1", 0o644, "boto3"]);
      const code = [await pack("c", ["handler.py", "22"]), await pack("l", ["lib/b.py", "333", 0o644, "lib"])];
      const files = await formats.layer.write(mergedContents({ dependencies, code }), folder, target);
      assert.deepEqual(
        files.map(({ kind, name, files: count, unzippedSize }) => [kind, name, count, unzippedSize]),
        [
          ["code", "code.zip", 2, 5],
          ["layer", "layer.zip", 1, 1],
        ],
      );
      const paths = async (name: string) => (await listArchive(path.join(folder, name))).map((e) => e.path);
      assert.deepEqual(await paths("code.zip"), ["handler.py", "lib/b.py"]);
      assert.deepEqual(await paths("layer.zip"), ["python/boto3/a.py"]);
    });

    it("is none without dependencies", async () => {
      const code = [await pack("c", ["handler.py", "22"])];
      const files = await formats.layer.write(mergedContents({ dependencies: await pack("d"), code }), folder, target);
      assert.deepEqual(
        files.map(({ kind }) => kind),
        ["code"],
      );
    });
  });

  describe("image", () => {
    it("lays the workspace beside a Dockerfile of the user's own", async () => {
      const project = await pack("p", ["uv.lock", "lock"], ["app/run", "#!/bin/sh", 0o755]);
      const contents = { dependencies: await pack("d"), code: [await pack("c", ["handler.py", "22"])], project };
      const umask = process.umask(0o077);
      try {
        await formats.image.write(mergedContents(contents), folder, { ...target, dockerfile: "FROM scratch\n" });
      } finally {
        process.umask(umask);
      }
      const modeOf = (file: string) => fs.statSync(path.join(folder, "context", file)).mode & 0o777;
      assert.equal(fs.readFileSync(path.join(folder, "context/Dockerfile"), "utf8"), "FROM scratch\n");
      assert.equal(fs.readFileSync(path.join(folder, "context/project/uv.lock"), "utf8"), "lock");
      assert.deepEqual(["project", "project/app", "project/app/run", "Dockerfile"].map(modeOf), [
        ...[0o755, 0o755, 0o755],
        0o644,
      ]);
    });

    it("takes dependencies that no archive of Lambda could hold", async () => {
      const size = 3 * 1024 ** 3;
      const { tree } = await pack("d", ["weights.bin", "x".repeat(2_000)]);
      const dependencies = { tree: tree.map((file) => ({ ...file, size })) };
      const written = formats.image.write(mergedContents({ dependencies, code: [] }), folder, target);
      // Unpacking begins, and then fails because the size in this test is invented.
      await assert.rejects(written, { code: "BAD_FILE", message: /weights\.bin/ });
    });

    it("is a folder with files of fixed modes, whatever the umask, and a Dockerfile that copies", async () => {
      const dependencies = await pack("d", ["bin/tool", "#!tool", 0o755, "x"]);
      const code = [await pack("c", ["handler.py", "22"]), await pack("l", ["lib/b.py", "333", 0o644, "lib"])];
      const hashes: string[] = [];
      for (const [name, umask] of [
        ["one", 0o077],
        ["two", 0o002],
      ] as const) {
        const before = process.umask(umask);
        try {
          fs.mkdirSync(path.join(folder, name));
          const [context] = await formats.image.write(
            mergedContents({ dependencies, code }),
            path.join(folder, name),
            target,
          );
          assert.ok(context);
          assert.deepEqual([context.kind, context.name, context.files], ["image", "context", 4]);
          hashes.push(context.sha256);
        } finally {
          process.umask(before);
        }
        const mode = (file: string) => fs.statSync(path.join(folder, name, "context", file)).mode & 0o777;
        assert.deepEqual(
          ["dependencies/bin/tool", "code/handler.py", "Dockerfile", "code", "code/lib", "dependencies/bin"].map(mode),
          [0o755, 0o644, 0o644, 0o755, 0o755, 0o755],
        );
      }
      assert.equal(hashes[0], hashes[1]);
      assert.equal(
        fs.readFileSync(path.join(folder, "one/context/Dockerfile"), "utf8"),
        "FROM registry.example/python:3.13\nCOPY dependencies/ /var/task/\nCOPY code/ /var/task/\n",
      );
      assert.deepEqual(fs.readdirSync(path.join(folder, "one/context")).sort(), ["Dockerfile", "code", "dependencies"]);
    });
  });
});
