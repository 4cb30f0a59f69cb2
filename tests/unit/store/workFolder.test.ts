import assert from "node:assert/strict";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { sha256Hex } from "../../../provider/lib/hash.js";
import { ProcessIdentity } from "../../../provider/store/locks/processIdentity.js";
import { WorkFolder, type WorkFolderOptions } from "../../../provider/store/placed/workFolder.js";
import { openedDuring } from "../../support/openedFiles.js";
import { WorkFolderBench } from "./workFolderBench.js";

describe("WorkFolder", function () {
  this.timeout(60_000);
  const bench = new WorkFolderBench();
  let program: string;
  let folder: string;
  beforeEach(() => ({ program, folder } = bench));

  interface Source {
    readonly file: string;
    readonly sha256: string;
  }

  async function source(content: string): Promise<Source> {
    const file = path.join(path.dirname(program), `source-${sha256Hex(content).slice(0, 8)}`);
    await fs.writeFile(file, content, { mode: 0o600 });
    return { file, sha256: sha256Hex(content) };
  }

  const namesOf = (...sources: Source[]) => sources.map(({ sha256 }) => `${sha256}.zip`).sort();

  /** A process that places these archives and goes on living. */
  async function run(...sources: Source[]): Promise<void> {
    const work = new WorkFolder(program, ".uvlambda");
    for (const { file, sha256 } of sources) await work.place(file, sha256);
  }

  it("places an archive under its hash and names it from the program", async () => {
    const { file, sha256 } = await source("one");
    const name = await new WorkFolder(program, ".uvlambda").place(file, sha256);
    assert.equal(name, `.uvlambda/${sha256}.zip`);
    assert.equal(await fs.readFile(path.join(program, name), "utf8"), "one");
    assert.equal((await fs.stat(path.join(program, name))).mode & 0o777, 0o644);
    assert.deepEqual(await fs.readdir(path.join(folder, ".temporary")), []);
  });

  it("reads an archive once when it copies it, with its hash", async () => {
    const { file, sha256 } = await source("one");
    const place = () => new WorkFolder(program, ".uvlambda").place(file, sha256);
    const opened = await openedDuring(path.dirname(program), place);
    const reads = Object.entries(opened).filter(([name]) =>
      [path.basename(file), `${sha256}.zip`].includes(path.basename(name)),
    );
    // The copy is opened to sync it.
    assert.deepEqual(
      reads.map(([, count]) => count),
      [1, 1],
    );
  });

  it("names an archive from the program wherever the folder is, absolute only when asked", async () => {
    const { file, sha256 } = await source("one");
    assert.equal(await new WorkFolder(program, "../build/x").place(file, sha256), `../build/x/${sha256}.zip`);
    const absolute = path.join(path.dirname(program), "elsewhere");
    const name = await new WorkFolder(program, absolute).place(file, sha256, ".tar.gz");
    assert.equal(name, path.join(absolute, `${sha256}.tar.gz`));
    assert.equal(await fs.readFile(name, "utf8"), "one");
  });

  it("shares nothing with the store: an edit here leaves the source alone", async () => {
    const one = await source("one");
    await run(one);
    await fs.appendFile(path.join(folder, `${one.sha256}.zip`), "edited");
    assert.equal(await fs.readFile(one.file, "utf8"), "one");
  });

  it("does not write what is there and whole", async () => {
    const one = await source("one");
    await run(one);
    const before = await fs.stat(path.join(folder, `${one.sha256}.zip`));
    await fs.rm(one.file);
    await run(one);
    assert.equal((await fs.stat(path.join(folder, `${one.sha256}.zip`))).ino, before.ino);
  });

  const damages: Record<string, (file: string) => Promise<unknown>> = {
    "does not have the bytes": (file) => fs.writeFile(file, "two"),
    "is truncated": (file) => fs.truncate(file, 0),
    "is gone": (file) => fs.rm(file),
    "is a folder": (file) => fs.rm(file).then(() => fs.mkdir(path.join(file, "x"), { recursive: true })),
    "is a link": async (file) => {
      await fs.rm(file);
      await fs.symlink(path.join(program, "target"), file);
      await fs.writeFile(path.join(program, "target"), "one");
    },
  };
  for (const [name, damage] of Object.entries(damages)) {
    it(`replaces an archive that ${name}`, async () => {
      const one = await source("one");
      const work = new WorkFolder(program, ".uvlambda");
      await work.place(one.file, one.sha256);
      const file = path.join(folder, `${one.sha256}.zip`);
      for (const next of [work, new WorkFolder(program, ".uvlambda")]) {
        await damage(file);
        await next.place(one.file, one.sha256);
        assert.ok((await fs.lstat(file)).isFile());
        assert.equal(await fs.readFile(file, "utf8"), "one");
      }
      const target = await fs.readFile(path.join(program, "target"), "utf8").catch(() => "one");
      assert.equal(target, "one", "wrote through a link");
    });
  }

  it("does not read an archive again for a day while nothing about it changes", async () => {
    const one = await source("one");
    await run(one);
    const name = `${one.sha256}.zip`;
    const file = path.join(folder, name);
    // What only reading would notice: the record is of this very file.
    await fs.writeFile(file, "two");
    const record = path.join(folder, ".verified", name);
    const known = JSON.parse(await fs.readFile(record, "utf8")) as { files: Record<string, string> };
    const { dev, ino, size, mtimeNs, ctimeNs } = await fs.lstat(file, { bigint: true });
    const print = [dev, ino, size, mtimeNs, ctimeNs, one.sha256].join(" ");
    assert.equal(known.files[name]?.split(" ").length, print.split(" ").length);
    await fs.writeFile(record, JSON.stringify({ ...known, files: { [name]: print } }));
    await run(one);
    assert.equal(await fs.readFile(file, "utf8"), "two");
    const tomorrow = () => Date.now() + 25 * 3600 * 1000;
    await new WorkFolder(program, ".uvlambda", { now: tomorrow }).place(one.file, one.sha256);
    assert.equal(await fs.readFile(file, "utf8"), "one");
  });

  it("never places a source that is not what its hash says", async () => {
    const one = await source("one");
    await fs.writeFile(one.file, "bad");
    await assert.rejects(run(one), { code: "STORE_FAILED", message: /changed on disk/ });
    assert.deepEqual(await bench.placed(), []);
  });

  it("refuses names that are no archive names", async () => {
    const one = await source("one");
    const work = new WorkFolder(program, ".uvlambda");
    await assert.rejects(work.place(one.file, "../x"), /not the name/);
    await assert.rejects(work.place(one.file, one.sha256, "/../../x"), /not the name/);
  });

  it("places many at once, equal ones too", async () => {
    const sources = await Promise.all(["a", "b", "a", "a", "b"].map(source));
    const work = new WorkFolder(program, ".uvlambda");
    await Promise.all(sources.map(({ file, sha256 }) => work.place(file, sha256)));
    assert.deepEqual(await bench.placed(), namesOf(sources[0]!, sources[1]!));
  });

  describe("in git", () => {
    it("is ignored as a whole", async () => {
      await run(await source("one"));
      assert.equal(await fs.readFile(path.join(folder, ".gitignore"), "utf8"), "*\n");
    });

    it("keeps a .gitignore that is there, and adds none where the user keeps files", async () => {
      const one = await source("one");
      await bench.scratch.write(program, { "Pulumi.yaml": "x", "mine/.gitignore": "mine\n" });
      await new WorkFolder(program, ".").place(one.file, one.sha256);
      await new WorkFolder(program, "mine").place(one.file, one.sha256);
      await assert.rejects(fs.stat(path.join(program, ".gitignore")), { code: "ENOENT" });
      assert.equal(await fs.readFile(path.join(program, "mine", ".gitignore"), "utf8"), "mine\n");
    });

    it("is ignored also when an earlier run was killed before it could say so", async () => {
      const one = await source("one");
      await run(one);
      await fs.rm(path.join(folder, ".gitignore"));
      await run(one);
      assert.equal(await fs.readFile(path.join(folder, ".gitignore"), "utf8"), "*\n");
    });
  });

  describe("over several runs", () => {
    it("keeps the archives of the last two runs and removes older ones", async () => {
      const [one, two, three, four] = await Promise.all(["1", "2", "3", "4"].map(source));
      for (const archive of [one!, two!, three!]) {
        await run(archive);
        await bench.endRuns();
      }
      assert.deepEqual(await bench.placed(), namesOf(one!, two!, three!));
      await run(four!);
      assert.deepEqual(await bench.placed(), namesOf(two!, three!, four!));
      assert.equal((await fs.readdir(path.join(folder, ".runs"))).length, 3);
    });

    it("keeps an old archive that a later run named again", async () => {
      const [one, two, three] = await Promise.all(["1", "2", "3"].map(source));
      for (const archive of [one!, two!, three!, one!, one!, three!]) {
        await run(archive);
        await bench.endRuns();
      }
      await run(three!);
      assert.deepEqual(await bench.placed(), namesOf(one!, three!));
    });

    it("never removes what a living run named, however many came after", async () => {
      const stack = await source("of a stack that is being deployed");
      await run(stack);
      const live = (await fs.readdir(path.join(folder, ".runs")))[0]!;
      for (const content of ["1", "2", "3", "4"]) {
        await run(await source(content));
        await bench.endRuns();
        await fs.rename(path.join(folder, ".runs", live.replace(/^\d+/, "4194305")), path.join(folder, ".runs", live));
      }
      assert.ok((await bench.placed()).includes(namesOf(stack)[0]!));
    });

    it("keeps the archives of runs it cannot judge for a day", async () => {
      const [other, ...mine] = await Promise.all(["other", "1", "2", "3"].map(source));
      await run(other!);
      const runs = path.join(folder, ".runs");
      const [name] = await fs.readdir(runs);
      await fs.rename(path.join(runs, name!), path.join(runs, "1-2-00000000-000000000000"));
      for (const archive of mine) {
        await run(archive);
        await bench.endRuns();
        await fs.rename(
          path.join(runs, "4194305-2-00000000-000000000000"),
          path.join(runs, "1-2-00000000-000000000000"),
        );
      }
      assert.deepEqual(await bench.placed(), namesOf(other!, ...mine));
      const tomorrow = () => Date.now() + 25 * 3600 * 1000;
      await new WorkFolder(program, ".uvlambda", { now: tomorrow }).place(mine[2]!.file, mine[2]!.sha256);
      assert.deepEqual(await bench.placed(), namesOf(mine[1]!, mine[2]!));
    });

    it("removes what killed processes left, also when all archives are placed already", async () => {
      const one = await source("one");
      await run(one);
      const [name] = await fs.readdir(path.join(folder, ".runs"));
      await bench.scratch.write(folder, {
        [`.temporary/${name!.replace(/^\d+/, "4194305")}-archive/half.zip`]: "x",
        ".cleaning": name!.replace(/^\d+/, "4194305"),
      });
      await run(one);
      assert.deepEqual(await fs.readdir(path.join(folder, ".temporary")), []);
      assert.ok(!(await fs.readdir(folder)).includes(".cleaning"));
    });

    it("waits for a living process that tidies no longer than it may, and says for whom", async () => {
      const one = await source("one");
      const holder = new ProcessIdentity().newName();
      const lock = path.join(folder, ".cleaning");
      await bench.scratch.write(folder, { ".cleaning": holder });
      const place = (options: WorkFolderOptions) =>
        new WorkFolder(program, ".uvlambda", options).place(one.file, one.sha256);
      const waits: string[] = [];
      await assert.rejects(place({ timeoutMs: 1, onWait: (who) => waits.push(who) }), {
        code: "TIMEOUT",
        message: new RegExp(`process ${process.pid} holds the lock .*\\.cleaning`),
        hint: /UVLAMBDA_TIMEOUT/,
      });
      assert.deepEqual(waits, [`process ${process.pid} holds the lock ${lock}`]);
      const cancelled = new AbortController();
      const placing = place({ signal: cancelled.signal, onWait: () => cancelled.abort() });
      await assert.rejects(placing, { code: "CANCELLED" });
      await fs.rm(lock);
      await place({ timeoutMs: 60_000 });
      assert.deepEqual(await bench.placed(), namesOf(one));
    });

    it("leaves files of the user alone", async () => {
      await bench.scratch.write(folder, { "notes.zip": "mine", "0123.zip": "mine" });
      for (const content of ["1", "2", "3", "4"]) {
        await run(await source(content));
        await bench.endRuns();
      }
      assert.equal(await fs.readFile(path.join(folder, "notes.zip"), "utf8"), "mine");
      assert.equal(await fs.readFile(path.join(folder, "0123.zip"), "utf8"), "mine");
    });

    it("still works after somebody deleted the folder in the middle of a run", async () => {
      const one = await source("one");
      const work = new WorkFolder(program, ".uvlambda");
      await work.place(one.file, one.sha256);
      await fs.rm(folder, { recursive: true });
      await work.place(one.file, one.sha256);
      assert.equal(await fs.readFile(path.join(folder, `${one.sha256}.zip`), "utf8"), "one");
    });
  });
});
