import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import type { UvLambdaError } from "../../../provider/lib/errors.js";
import { sha256Hex } from "../../../provider/lib/hash.js";
import { scanFolder, type ScanOptions } from "../../../provider/tree/scan.js";
import { skip } from "../../support/skip.js";
import { temporaryFolder, writeFiles } from "../../support/trees.js";

describe("scanFolder", () => {
  let base: string;
  let root: string;
  beforeEach(() => {
    base = temporaryFolder();
    root = path.join(base, "root");
    fs.mkdirSync(root);
  });
  afterEach(() => fs.rmSync(base, { recursive: true, force: true }));

  const inRoot = (name: string) => path.join(root, name);
  const link = (target: string, name: string) => fs.symlinkSync(target, inRoot(name));
  const scan = async (options?: ScanOptions) => (await scanFolder(root, options)).map((e) => e.path);
  const refused = (message: RegExp, options?: ScanOptions) =>
    assert.rejects(scanFolder(root, options), (error: UvLambdaError) => {
      assert.equal(error.code, "BAD_FILE");
      assert.match(error.message, message);
      assert.ok(!error.message.includes("\n"), "one line");
      return true;
    });

  it("lists files with size, hash and source, sorted by the bytes of the path", async () => {
    writeFiles(root, { "b.py": "bb", "a/z.py": "z", "a-b.py": "", "a/é/日本.py": "é" });
    fs.mkdirSync(inRoot("empty"));
    const tree = await scanFolder(root);
    assert.deepEqual(tree, [
      { path: "a-b.py", mode: 0o644, size: 0, sha256: sha256Hex(""), source: { file: inRoot("a-b.py") } },
      { path: "a/z.py", mode: 0o644, size: 1, sha256: sha256Hex("z"), source: { file: inRoot("a/z.py") } },
      { path: "a/é/日本.py", mode: 0o644, size: 2, sha256: sha256Hex("é"), source: { file: inRoot("a/é/日本.py") } },
      { path: "b.py", mode: 0o644, size: 2, sha256: sha256Hex("bb"), source: { file: inRoot("b.py") } },
    ]);
  });

  it("puts files under a prefix and names their owner", async () => {
    writeFiles(root, { "a/b.py": "" });
    const [entry] = await scanFolder(root, { prefix: "python/lib", owner: "numpy" });
    assert.deepEqual([entry?.path, entry?.owner], ["python/lib/a/b.py", "numpy"]);
    await refused(/"\.\.\/x" contains the name/, { prefix: "../x" });
  });

  it("takes the mode from the content, never from the disk", async () => {
    const elf = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
    writeFiles(root, {
      script: "#!/bin/sh\n",
      "lib.so": elf,
      "plain.py": "x",
      short: "#",
      "not-elf": "ELF",
      late: " #!/bin/sh",
    });
    for (const [i, mode] of [0o600, 0o777, 0o755, 0o4755, 0o644, 0o700].entries())
      fs.chmodSync(inRoot(fs.readdirSync(root).sort()[i]!), mode);
    const modes = Object.fromEntries((await scanFolder(root)).map((e) => [e.path, e.mode.toString(8)]));
    assert.deepEqual(modes, {
      script: "755",
      "lib.so": "755",
      "plain.py": "644",
      short: "644",
      "not-elf": "644",
      late: "644",
    });
  });

  it("asks select by normalised path and never looks into a refused folder", async () => {
    const decomposed = "e\u0301";
    writeFiles(root, { [`${decomposed}/keep.py`]: "", "skip/no.py": "", "skip.py": "" });
    link("/nowhere", "skip/dangling");
    spawnSync("mkfifo", [inRoot("skip/fifo")]);
    const asked: string[] = [];
    const select = (relPath: string, isFolder: boolean) => {
      asked.push(`${relPath}${isFolder ? "/" : ""}`);
      return !relPath.startsWith("skip");
    };
    assert.deepEqual(await scan({ select }), ["\u00e9/keep.py"]);
    assert.deepEqual(asked.sort(), ["skip.py", "skip/", "\u00e9/", "\u00e9/keep.py"]);
  });

  it("a refused file is no error, whatever it is", async () => {
    link("/nowhere", ".env");
    link("/etc", ".d");
    spawnSync("mkfifo", [inRoot(".fifo")]);
    fs.writeFileSync(Buffer.concat([Buffer.from(`${root}/.`), Buffer.from([0xff])]), "");
    fs.writeFileSync(inRoot(".new\nline"), "");
    assert.deepEqual(await scan({ select: (relPath) => !relPath.startsWith(".") }), []);
  });

  it("names files in NFC, and refuses two that become one", async () => {
    writeFiles(root, { "e\u0301.py": "1" });
    const [entry] = await scanFolder(root);
    assert.equal(entry?.path, "\u00e9.py");
    assert.deepEqual(entry.source, { file: inRoot("e\u0301.py") });
    writeFiles(root, { "\u00e9.py": "1" });
    if (fs.readdirSync(root).length === 2) await refused(/normalisation/);
  });

  describe("links", () => {
    it("to a file inside: a copy, with the mode of its content", async () => {
      writeFiles(root, { "a/run": "#!/bin/sh\n" });
      link("a/run", "one");
      link(inRoot("one"), "two");
      const tree = await scanFolder(root);
      assert.deepEqual(
        tree.map((e) => e.path),
        ["a/run", "one", "two"],
      );
      assert.equal(new Set(tree.map((e) => `${e.sha256} ${e.mode} ${e.size}`)).size, 1);
    });

    it("to a folder inside: its contents under the link's path, to be selected by that path", async () => {
      writeFiles(root, { "real/a.py": "", "real/b.py": "" });
      link("real", "alias");
      assert.deepEqual(await scan(), ["alias/a.py", "alias/b.py", "real/a.py", "real/b.py"]);
      const select = (relPath: string) => relPath !== "alias/b.py" && relPath !== "real";
      assert.deepEqual(await scan({ select }), ["alias/a.py"]);
    });

    it("work in a root that is reached through a link", async () => {
      writeFiles(root, { "a.py": "" });
      link("a.py", "b.py");
      fs.symlinkSync(root, path.join(base, "alias"));
      assert.deepEqual(
        (await scanFolder(path.join(base, "alias"))).map((e) => e.path),
        ["a.py", "b.py"],
      );
    });

    it("out of the root are refused, with link and target", async () => {
      writeFiles(base, { secret: "", "root-2/x": "" });
      for (const target of ["/etc/passwd", "../secret", "../root-2", ".."]) {
        link(target, "bad");
        await refused(new RegExp(`root/bad is a link to ${target.replace(/\./g, "\\.")}, which is outside of ${root}`));
        fs.unlinkSync(inRoot("bad"));
      }
    });

    it("out of the root to what is neither file nor folder offer no way to ship it", async () => {
      assert.equal(spawnSync("mkfifo", [path.join(base, "pipe")]).status, 0);
      link("../pipe", "bad");
      await assert.rejects(scan(), (error: UvLambdaError) => {
        assert.match(error.message, /bad is a link to \.\.\/pipe, which is not a file/);
        assert.doesNotMatch(error.hint ?? "", /copyFiles/);
        return true;
      });
      fs.unlinkSync(inRoot("bad"));
      writeFiles(base, { shared: "" });
      link("../shared", "bad");
      await assert.rejects(scan(), { hint: /copyFiles/ });
    });

    it("that dangle or loop are refused", async () => {
      const cases: [string, RegExp][] = [
        ["missing", /bad is a link to missing, which does not exist/],
        ["bad", /bad is a link to bad, which leads back to itself/],
        [".", /bad is a link to \., a folder that contains the link/],
      ];
      for (const [target, message] of cases) {
        link(target, "bad");
        await refused(message);
        fs.unlinkSync(inRoot("bad"));
      }
      fs.mkdirSync(inRoot("a/b"), { recursive: true });
      fs.mkdirSync(inRoot("c"));
      link("../../c", "a/b/to-c");
      link("../a", "c/to-a");
      await refused(/is a link to .*, a folder that contains the link/);
    });

    it("with a bad name are refused by name", async () => {
      fs.symlinkSync("x", Buffer.concat([Buffer.from(`${root}/a`), Buffer.from([0xff])]));
      await refused(/a\\xff" is not valid UTF-8/);
    });
  });

  it("refuses FIFOs and sockets", async () => {
    assert.equal(spawnSync("mkfifo", [inRoot("pipe")]).status, 0);
    await refused(/pipe is a FIFO/);
    link("pipe", "alias");
    fs.mkdirSync(inRoot("a"));
    await refused(/alias is a link to pipe, which is not a file|pipe is a FIFO/);
    fs.rmSync(inRoot("alias"));
    fs.rmSync(inRoot("pipe"));
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(inRoot("sock"), resolve));
    try {
      await refused(/sock is a socket/);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it("refuses names that are not text, escaped", async () => {
    const cases: [Buffer, RegExp][] = [
      [Buffer.from([0x61, 0xff, 0xfe]), /a\\xff\\xfe" is not valid UTF-8/],
      [Buffer.from("a\nb"), /a\\x0ab" contains a control character/],
      [Buffer.from("a\\b"), /a\\b" contains a backslash/],
    ];
    for (const [name, message] of cases) {
      const file = Buffer.concat([Buffer.from(`${root}/`), name]);
      fs.writeFileSync(file, "");
      await refused(message);
      fs.unlinkSync(file);
      fs.mkdirSync(file);
      await refused(message);
      fs.rmdirSync(file);
    }
  });

  it("takes the longest names and deep folders", async () => {
    const deep = `${"d/".repeat(300)}f`;
    writeFiles(root, { ["x".repeat(255)]: "", "trailing.": "", [deep]: "" });
    assert.deepEqual(await scan(), [deep, "trailing.", "x".repeat(255)]);
  });

  it("refuses files that it may not read, by name", async function () {
    const effective = process.geteuid?.();
    if (effective === undefined) skip(this, "this system has no user ids");
    writeFiles(root, { "locked/a": "", "closed.py": "" });
    fs.chmodSync(base, 0o755);
    fs.chmodSync(inRoot("closed.py"), 0);
    // root reads everything, so as root the scan runs with the rights of nobody.
    if (effective === 0) process.seteuid?.(65534);
    try {
      await refused(/closed\.py cannot be read \(EACCES\)/);
    } finally {
      process.seteuid?.(effective);
    }
    fs.rmSync(inRoot("closed.py"));
    fs.chmodSync(inRoot("locked"), 0);
    if (effective === 0) process.seteuid?.(65534);
    try {
      await refused(/locked cannot be read \(EACCES\)/);
    } finally {
      process.seteuid?.(effective);
      fs.chmodSync(inRoot("locked"), 0o755);
    }
  });

  it("refuses a root that is missing or a file", async () => {
    await assert.rejects(scanFolder(inRoot("missing")), {
      code: "BAD_FILE",
      message: /missing cannot be read \(ENOENT\)/,
    });
    writeFiles(root, { file: "" });
    await assert.rejects(scanFolder(inRoot("file")), { code: "BAD_FILE", message: /file cannot be read \(ENOTDIR\)/ });
  });

  it("leaves the event loop free", async () => {
    writeFiles(root, Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`${i % 20}/${i}`, "x"])));
    let turns = 0;
    let next: NodeJS.Immediate;
    const turn = () => {
      turns++;
      next = setImmediate(turn);
    };
    next = setImmediate(turn);
    await scanFolder(root);
    clearImmediate(next);
    assert.ok(turns > 20, `${turns} turns of the loop`);
  });
});
