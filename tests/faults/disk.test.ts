import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { CliBench, type BuildOutput } from "../support/cli.js";
import { findTool } from "../support/machine.js";
import { skip } from "../support/skip.js";
import { giveSpace, mountSmall, unmount } from "../support/smallFileSystem.js";

const target = ["--runtime", "python3.13"];
const isRoot = process.geteuid?.() === 0;

describe("faults: the disk", function () {
  this.timeout(120_000);
  let bench: CliBench;
  let project: string;
  let reference: string;

  before(async function () {
    bench = CliBench.openOrSkip(this);
    const wheels = [{ name: "alpha", files: { "alpha/data.bin": randomBytes(2_000_000), "alpha/__init__.py": "" } }];
    project = await bench.project("app", { dependencies: ["alpha"], wheels });
    reference = (await built("store")).artifacts[0]!.sha256;
  });
  after(() => bench?.remove());

  async function built(store: string): Promise<BuildOutput & { stderr: string }> {
    const { code, output, stderr } = await bench.build(["--project", project, ...target, "--cache-dir", store]);
    assert.equal(code, 0, stderr);
    return { ...output, stderr };
  }

  describe("F08: full", () => {
    const mounted: string[] = [];
    afterEach(() => {
      for (const folder of mounted.splice(0)) unmount(folder);
    });

    function mount(test: Mocha.Context, name: string, size = "1m"): string {
      const folder = bench.at(name);
      mountSmall(test, folder, size);
      mounted.push(folder);
      return folder;
    }

    for (const [size, need] of [
      // Too small for the installed packages.
      ["1m", /needed: more than the 20\d{5} bytes of the archives of 1 package,/],
      // Too small for them together with the archive that they are packed into.
      ["3m", /needed: at most 20\d{5} bytes, the packages compressed,/],
    ] as const)
      it(`a store of ${size} is named with what is free and needed, keeps nothing partial, and works when there is space`, async function () {
        const name = `store-${size}`;
        const store = mount(this, name, size);
        const args = ["--project", project, ...target, "--cache-dir", name];
        const says = [new RegExp(`for ${store} \\(${need.source} free: \\d+ bytes\\)`)];
        await bench.refused(args, { exit: 1, code: "STORE_FULL", says });
        for (const kind of ["artifact", "distribution", ".temporary"]) assert.deepEqual(bench.stored(kind, name), []);
        giveSpace(store, "64m");
        assert.equal((await built(name)).artifacts[0]!.sha256, reference);
      });

    it("an --out gets everything or nothing", async function () {
      const out = mount(this, "out");
      bench.write("out", { "code.zip": "of an earlier build", ".uvlambda-out": "code.zip\n" });
      const args = ["--project", project, ...target, "--out", "out"];
      await bench.refused(args, {
        exit: 1,
        code: "STORE_FULL",
        says: [new RegExp(`for ${out} \\(needed: 20\\d{5} bytes, free: \\d+ bytes\\)`), /--out/],
      });
      assert.deepEqual(fs.readdirSync(out).sort(), [".uvlambda-out", "code.zip"]);
      assert.equal(fs.readFileSync(`${out}/code.zip`, "utf8"), "of an earlier build");
    });
  });

  for (const [what, calls, error] of [
    ["fsync fails", "fsync", "EIO"],
    ["rename finds no space", "?rename,?renameat,?renameat2", "ENOSPC"],
  ] as const) {
    it(`F09: ${what}: exit 1, nothing under its final name, and the next build is clean`, async function () {
      const strace = findTool("strace", "UVLAMBDA_TEST_STRACE");
      const trial = ["-qq", "-e", "trace=none", "true"];
      try {
        execFileSync(strace ?? "strace", trial, { stdio: "pipe" });
      } catch {
        skip(this, "strace, which lets system calls fail, is missing or not allowed");
      }
      const store = `f09-${error}`;
      const inject = ["-e", `trace=${calls}`, "-e", `inject=${calls}:error=${error}`];
      // Where the machine tells when it started, nothing is synced.
      const preload = `NODE_OPTIONS=--require=${path.join(__dirname, "../unit/store/children/untoldStart.cjs")}`;
      const wrapper = ["env", preload, "strace", "-f", "-qq", "-o", "/dev/null", ...inject];
      const { code, output, stderr } = await bench.build(["--project", project, ...target, "--cache-dir", store], {
        wrapper,
      });
      assert.equal(code, 1, stderr);
      assert.ok(["STORE_FAILED", "STORE_FULL"].includes(output.error!.code), stderr);
      for (const kind of ["artifact", "dependencies"]) assert.deepEqual(bench.stored(kind, store), []);
      assert.equal((await built(store)).artifacts[0]!.sha256, reference);
    });
  }

  it("F10: a store of another user is refused with both users and the setting", async function () {
    if (!isRoot) skip(this, "only root can make a folder of another user");
    fs.mkdirSync(bench.at("foreign"));
    fs.chownSync(bench.at("foreign"), 65534, 65534);
    const says = [/foreign belongs to user 65534, but this is user 0/, /UVLAMBDA_CACHE_DIR/];
    await bench.refused(["--project", project, ...target, "--cache-dir", "foreign"], {
      exit: 2,
      code: "STORE_UNUSABLE",
      says,
    });
  });

  it("F10: a store that cannot be made is refused with its path", async () => {
    bench.write("", { "a-file": "" });
    const says = [/a-file\/store cannot be used/, /UVLAMBDA_CACHE_DIR/];
    await bench.refused(["--project", project, ...target, "--cache-dir", "a-file/store"], {
      exit: 2,
      code: "STORE_UNUSABLE",
      says,
    });
  });

  describe("a damaged store", () => {
    const flip = (file: string) => {
      const bytes = fs.readFileSync(file);
      bytes[bytes.length >> 1]! ^= 1;
      fs.writeFileSync(file, bytes);
    };
    for (const [what, damage] of [
      ["F11: one bit of the artifact flipped", (folder: string) => flip(`${folder}/code.zip`)],
      ["F12: the artifact cut to nothing", (folder: string) => fs.truncateSync(`${folder}/code.zip`, 0)],
      ["F12: the artifact gone, its entry there", (folder: string) => fs.rmSync(`${folder}/code.zip`)],
      ["F14: an entry that is garbage", (folder: string) => fs.writeFileSync(`${folder}/entry.json`, "\u0000garbage{")],
    ] as const) {
      it(`${what}: one warning, built again, the same bytes`, async () => {
        const [key] = bench.stored("artifact");
        damage(bench.at("store", "v1", "artifact", key!));
        const again = await built("store");
        assert.equal(again.artifacts[0]!.sha256, reference);
        assert.equal(again.stderr.match(/is damaged/g)?.length, 1, again.stderr);
        assert.equal(again.cacheHit, false);
        const healed = await built("store");
        assert.equal(healed.cacheHit, true);
        assert.doesNotMatch(healed.stderr, /damaged/);
      });
    }

    it("F14: another version's entries are left alone, also by prune", async () => {
      bench.write("store/v0/artifact/x", { "entry.json": "{}" });
      assert.equal((await built("store")).cacheHit, true);
      await bench.run(["cache", "prune", "--max-bytes", "0"]);
      assert.ok(fs.existsSync(bench.at("store/v0/artifact/x/entry.json")));
    });
  });
});
