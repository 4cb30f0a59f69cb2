import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { runCommand } from "../../support/commands.js";
import { checkout } from "../../support/machine.js";
import { skip } from "../../support/skip.js";
import { randomBytes, randomFrom, temporaryFolder, testSeed, writeFiles, type Random } from "../../support/trees.js";
import type { PackReport } from "./packFolder.js";

interface Circumstances {
  readonly node?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly umask?: string;
}

describe("an archive in other circumstances", function () {
  this.timeout(300_000);
  let base: string;
  before(() => (base = temporaryFolder()));
  after(() => fs.rmSync(base, { recursive: true, force: true }));

  async function pack(
    folder: string,
    { node = process.execPath, env = {}, umask }: Circumstances = {},
  ): Promise<PackReport> {
    const script = path.join(__dirname, "packFolder.ts");
    const argv = [node, "--import", "tsx", script, folder, path.join(base, "out.zip")];
    const inherited = { PATH: process.env["PATH"] ?? "", HOME: base };
    const options = { cwd: checkout, env: { ...inherited, ...env }, ...(umask === undefined ? {} : { umask }) };
    const done = await runCommand(argv, options);
    assert.equal(done.code, 0, done.stderr);
    return JSON.parse(done.stdout) as PackReport;
  }

  function writeProject(folder: string, random: Random): void {
    const names = ["İstanbul.py", "i.py", "I/x.py", "ä.py", "z.py", "_a.py", "a-b.py", "a/b.py", "日本.py", "data.bin"];
    writeFiles(folder, Object.fromEntries(names.map((name) => [name, randomBytes(random)])));
    writeFiles(folder, {
      "run.sh": "#!/bin/sh\n",
      "big.bin": Buffer.alloc(900_000, `${String(randomBytes(random))}x`),
    });
  }

  const copyFolder = (from: string, to: string) => fs.cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  const bytesOf = ({ digest, sha256 }: PackReport) => ({ digest, sha256 });

  it("is the same for another folder, order of creation, mtime, mode, time zone, locale and umask", async () => {
    const seed = testSeed();
    const one = path.join(base, "one");
    const two = path.join(base, "another folder", "deep", "two");
    writeProject(one, randomFrom(seed));
    writeProject(path.join(base, "copy"), randomFrom(seed));
    const files = fs.readdirSync(path.join(base, "copy"), { recursive: true, encoding: "utf8" }).sort().reverse();
    for (const [i, name] of files.filter((f) => fs.statSync(path.join(base, "copy", f)).isFile()).entries()) {
      writeFiles(two, { [name]: fs.readFileSync(path.join(base, "copy", name)) });
      fs.utimesSync(path.join(two, name), 1_000_000_000 + i * 40_000_000, 1_000_000_000 + i * 40_000_000);
      fs.chmodSync(path.join(two, name), i % 2 === 0 ? 0o777 : 0o600);
    }
    const first = await pack(one, { env: { TZ: "UTC", LC_ALL: "C" }, umask: "022" });
    const second = await pack(two, {
      env: { TZ: "Pacific/Auckland", LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8" },
      umask: "077",
    });
    assert.deepEqual(bytesOf(second), bytesOf(first));

    fs.appendFileSync(path.join(two, "i.py"), "#");
    const changed = await pack(two);
    assert.notEqual(changed.sha256, first.sha256);
    assert.notEqual(changed.digest, first.digest);
  });

  it("is the same for every Node of UVLAMBDA_TEST_NODES", async function () {
    const nodes = (process.env["UVLAMBDA_TEST_NODES"] ?? "").split(":").filter(Boolean);
    if (nodes.length === 0) skip(this, "UVLAMBDA_TEST_NODES names no Node binaries (paths with colons between)");
    writeProject(path.join(base, "project"), randomFrom(testSeed()));
    // Real code and data, which give deflate more choices than made-up text.
    for (const folder of ["pako", "smol-toml", "mocha"])
      copyFolder(path.join(checkout, "node_modules", folder), path.join(base, "project", folder));
    const own = await pack(path.join(base, "project"));
    for (const node of nodes) {
      const other = await pack(path.join(base, "project"), { node });
      console.log(`      ${other.node} (${node}) compresses with ${other.engine}`);
      assert.deepEqual(bytesOf(other), bytesOf(own), node);
    }
  });

  it("is made of a tree of 250 MB in less than 250 MB of memory", async function () {
    // The collector runs at random times. Memory that is kept would be too much every time.
    this.retries(5);
    const random = randomFrom(testSeed());
    const noise = Buffer.from(Uint8Array.from({ length: 1024 * 1024 }, () => random(256)));
    const text = Buffer.alloc(1024 * 1024, "compresses well, ");
    const megabytes = (piece: Buffer, count: number) => Buffer.concat(Array.from({ length: count }, () => piece));
    const folder = path.join(base, "large");
    writeFiles(folder, { "a.bin": megabytes(text, 90), "z.bin": megabytes(noise, 30) });
    for (let i = 0; i < 4; i++) writeFiles(folder, { [`noise${i}.bin`]: megabytes(noise, 20) });
    for (let i = 0; i < 50; i++) writeFiles(folder, { [`text/${i}.bin`]: text });
    const { maxRssMegabytes } = await pack(folder);
    console.log(`      ${maxRssMegabytes.toFixed(0)} MB`);
    assert.ok(maxRssMegabytes < 250, `${maxRssMegabytes} MB`);
  });
});
