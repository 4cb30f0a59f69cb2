import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { proposedName } from "../support/proposals.js";
import { writeZip } from "../aws/archive/writeZip.js";
import { readZip } from "../aws/archive/zip.js";
import { CliBench } from "../support/cli.js";

/** The part of a manifest's facts about an artifact that is forged here. */
interface Meta {
  readonly files: readonly { readonly sha256: string; readonly size: number }[];
}

interface Manifest {
  readonly files: Record<string, { readonly sha256: string; readonly size: number }>;
  readonly meta: Meta;
}

const target = ["--runtime", "python3.13"];
const sha256 = (bytes: string | Buffer) => createHash("sha256").update(bytes).digest("hex");

describe("faults: a cache that other users could write", function () {
  this.timeout(180_000);
  let bench: CliBench;
  let project: string;

  before(async function () {
    bench = CliBench.openOrSkip(this);
    project = await bench.project("project", { dependencies: ["alpha"], wheels: [{ name: "alpha" }] });
  });
  after(() => bench?.remove());

  const formats = {
    zip: ["--project", "project", ...target],
    layer: ["--project", "project", ...target, "--format", "layer"],
    image: ["--project", "project", ...target, "--format", "image"],
  };
  const store = (name: string, env: Readonly<Record<string, string>> = {}) => ({
    env: { UVLAMBDA_CACHE_DIR: bench.at(name), ...env },
  });
  const entryOf = (name: string) =>
    bench.at(name, "v1", "artifact", fs.readdirSync(bench.at(name, "v1", "artifact"))[0]!);

  /** Exchanges files of an entry, and writes a manifest that fits them. */
  function forge(
    entry: string,
    exchange: Readonly<Record<string, Buffer>>,
    meta: (meta: Meta) => Meta = (m) => m,
  ): void {
    const file = path.join(entry, "entry.json");
    const { entry: manifest } = JSON.parse(fs.readFileSync(file, "utf8")) as { entry: Manifest };
    for (const [name, bytes] of Object.entries(exchange)) {
      fs.writeFileSync(path.join(entry, name), bytes);
      manifest.files[name] = { sha256: sha256(bytes), size: bytes.length };
    }
    const text = JSON.stringify({ ...manifest, meta: meta(manifest.meta) });
    fs.writeFileSync(file, `{"sha256":"${sha256(text)}","entry":${text}}\n`);
  }

  const poisoned = (archive: string) =>
    writeZip(
      readZip(fs.readFileSync(archive)).map((entry) => ({
        name: entry.name,
        content: entry.name === "handler.py" ? 'def handler(event, context):\n    return "POISONED"\n' : entry.data(),
      })),
    );

  for (const [format, args] of Object.entries(formats)) {
    it(`${format}: an artifact from another job is confirmed and used`, async () => {
      const made = await bench.build(args, store(`good-${format}`));
      assert.equal(made.code, 0, made.stderr);
      fs.rmSync(bench.at(`good-${format}`, "v1", ".verified"), { recursive: true });
      const taken = await bench.build(args, store(`good-${format}`));
      assert.equal(taken.output.cacheHit, true, taken.stderr);
      assert.doesNotMatch(taken.stderr, /damaged/);
    });
  }

  for (const [what, meta] of [
    ["with its manifest", (m: Meta) => m],
    [
      "with its manifest and the size and hash of the archive",
      (m: Meta, bytes: Buffer) => ({
        ...m,
        files: m.files.map((f) => ({ ...f, sha256: sha256(bytes), size: bytes.length })),
      }),
    ],
  ] as const) {
    it(`an archive that was exchanged ${what} is noticed, reported and made again`, async () => {
      const name = `forged-${what.length}`;
      const { output } = await bench.build(formats.zip, store(name));
      const entry = entryOf(name);
      const bytes = poisoned(path.join(entry, "code.zip"));
      forge(entry, { "code.zip": bytes }, (m) => meta(m, bytes));
      const again = await bench.build(formats.zip, store(name));
      assert.match(again.stderr, /is damaged: .*\. It is removed and built again/);
      assert.equal(again.output.cacheHit, false);
      assert.equal(again.output.outputHash, output.outputHash);
      assert.equal(again.output.artifacts[0]!.sha256, output.artifacts[0]!.sha256);
      assert.doesNotMatch(fs.readFileSync(again.output.artifacts[0]!.path, "latin1"), /POISONED/);
    });
  }

  it("an archive and list of files that were exchanged with the manifest do not ship under the old hash", async () => {
    await bench.build(formats.zip, store("listed"));
    const entry = entryOf("listed");
    const bytes = poisoned(path.join(entry, "code.zip"));
    const content = readZip(bytes)
      .find(({ name }) => name === "handler.py")!
      .data();
    const tree = JSON.parse(fs.readFileSync(path.join(entry, "tree.json"), "utf8")) as { path: string }[];
    const listed = tree.map((row) =>
      row.path === "handler.py" ? { ...row, size: content.length, sha256: sha256(content) } : row,
    );
    forge(entry, { "code.zip": bytes, "tree.json": Buffer.from(JSON.stringify(listed)) }, (m) => ({
      ...m,
      files: m.files.map((f) => ({ ...f, sha256: sha256(bytes), size: bytes.length })),
    }));
    const again = await bench.build(formats.zip, store("listed"));
    assert.match(again.stderr, /do not match its output hash/);
    assert.equal(again.output.cacheHit, false);
  });

  describe("entries whose facts have another form", () => {
    const numbers = (value: unknown): unknown => {
      if (typeof value === "string") return 7;
      if (Array.isArray(value)) return value.map(numbers);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, numbers(one)]));
    };
    const forms: Readonly<Record<string, (meta: unknown) => unknown>> = {
      "a number": () => 7,
      "an empty object": () => ({}),
      "numbers for texts": numbers,
      "nothing for lists": (meta) => JSON.parse(JSON.stringify(meta).replaceAll(/\[[^[\]]*\]/g, "null")) as unknown,
    };
    for (const [what, change] of Object.entries(forms))
      it(`${what}: are damaged, and made again`, async () => {
        await bench.project("member", {
          dependencies: ["alpha", "core"],
          wheels: [{ name: "alpha" }],
          more: "[tool.uv.sources]\ncore = { workspace = true }\n[tool.uv.workspace]\nmembers = ['core']\n",
          files: {
            "core/pyproject.toml": '[project]\nname = "core"\nversion = "0.1.0"\n',
            "core/core.py": "",
          },
        });
        const name = `form-${what.replaceAll(" ", "-")}`;
        const args = ["--project", "member", ...target];
        const first = await bench.build(args, store(name));
        assert.equal(first.code, 0, first.stderr);
        const kinds = ["uv", "export", "distribution", "localpack", "ownpack", "artifact"];
        for (const kind of kinds) {
          const entries = bench.stored(kind, name);
          assert.ok(entries.length > 0, kind);
          for (const entry of entries) forge(bench.at(name, "v1", kind, entry), {}, (meta) => change(meta) as Meta);
        }
        const again = await bench.build(args, store(name));
        assert.equal(again.code, 0, again.stderr);
        assert.equal(again.output.outputHash, first.output.outputHash);
        assert.match(again.stderr, /is damaged: entry\.json has facts in an unexpected form/);
        const third = await bench.build(args, store(name));
        assert.doesNotMatch(third.stderr, /damaged/);
        assert.equal(third.output.cacheHit, true);
      });
  });

  it("a store that everybody can write is refused, with the command that fixes its permissions", async () => {
    const open = "open $HOME it's `date`";
    await bench.build(formats.zip, store(open));
    fs.chmodSync(bench.at(open), 0o777);
    const says = [/can be written by every user \(mode 777\)/];
    const stderr = await bench.refused(formats.zip, { exit: 2, code: "STORE_UNUSABLE", says }, store(open));
    const command = /`(chmod -R go-w .*)`, or set/.exec(stderr)?.[1];
    assert.ok(command !== undefined, stderr);
    execFileSync("sh", ["-c", command]);
    assert.equal((await bench.build(formats.zip, store(open))).output.cacheHit, true);
  });

  it("UVLAMBDA_CACHE_READONLY uses what is there, builds the rest elsewhere, and writes nothing", async () => {
    const made = await bench.build(formats.zip, store("shared"));
    const listing = () =>
      fs.readdirSync(bench.at("shared"), { recursive: true, encoding: "utf8" }).map((name) => {
        const { mtimeMs, ctimeMs } = fs.lstatSync(bench.at("shared", name));
        return [name, mtimeMs, ctimeMs].join(" ");
      });
    const before = listing();
    const readOnly = store("shared", { UVLAMBDA_CACHE_READONLY: "1" });
    const hit = await bench.build(formats.zip, readOnly);
    assert.equal(hit.output.cacheHit, true, hit.stderr);
    assert.equal(hit.output.uvProcesses, 0);
    assert.doesNotMatch(hit.stderr, /--out/);
    fs.appendFileSync(path.join(project, "handler.py"), "# untrusted\n");
    const lost = await bench.build(formats.zip, readOnly);
    assert.match(lost.stderr, /removed when this command ends/);
    const out = proposedName(lost.stderr, "--out");
    const miss = await bench.build([...formats.zip, out, "read-only-out"], readOnly);
    assert.equal(miss.code, 0, miss.stderr);
    assert.equal(miss.output.cacheHit, false);
    assert.notEqual(miss.output.outputHash, made.output.outputHash);
    assert.doesNotMatch(miss.stderr, /--out/);
    assert.ok(fs.existsSync(bench.at("read-only-out", "code.zip")));
    assert.deepEqual(listing(), before);
    assert.deepEqual(
      fs.readdirSync(bench.at("tmp")).filter((name) => name.startsWith("uvlambda-")),
      [],
      "what was built elsewhere goes with the process",
    );
    const { code, stdout } = await bench.run(["cache", "prune"], readOnly);
    assert.equal(code, 2);
    assert.match(stdout, /STORE_UNUSABLE/);
    assert.deepEqual(listing(), before);
  });
});
