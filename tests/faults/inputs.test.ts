import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { makeUvShim } from "../engine/uvShim.js";
import { CliBench, type BuildOutput } from "../support/cli.js";

const target = ["--runtime", "python3.13"];
const buildSystem = '[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\n';
/** Names that a shell, a path or a command line could misunderstand. */
const hostile = [
  "../../x",
  "a/b",
  "-rf",
  "--config-file=x",
  "x;touch pwned",
  "$(touch pwned)",
  "`touch pwned`",
  "a\nb",
  "a b",
  "|x",
  "é💥",
];

describe("faults: what a user may write", function () {
  this.timeout(240_000);
  let bench: CliBench;

  before(async function () {
    bench = CliBench.openOrSkip(this);
    await bench.project("app", { dependencies: ["alpha"], wheels: [{ name: "alpha" }, { name: "extra-one" }] });
  });
  after(() => bench?.remove());

  async function built(args: readonly string[], cwd?: string): Promise<BuildOutput> {
    const { code, output, stderr } = await bench.build([...args, ...target], cwd === undefined ? {} : { cwd });
    assert.equal(code, 0, stderr);
    return output;
  }

  /** Folder of an unlocked copy of the project, which tests then damage. */
  function copy(name: string): string {
    fs.cpSync(bench.at("app"), bench.at(name), { recursive: true });
    return bench.at(name);
  }

  it("F17: one byte changes the archive; times and permissions do not", async () => {
    const handler = path.join(copy("f17"), "handler.py");
    const sha256 = async () => (await built(["--project", "f17"])).artifacts[0]!.sha256;
    const first = await sha256();
    fs.utimesSync(handler, 1, 1);
    assert.equal(await sha256(), first);
    fs.chmodSync(handler, 0o4777);
    assert.equal(await sha256(), first);
    fs.appendFileSync(handler, "#");
    assert.notEqual(await sha256(), first);
  });

  it("F18: an edit in a member, reached through another member, ships although uv's cache is warm", async () => {
    const member = (name: string, more: string, code: string) => ({
      [`${name}/pyproject.toml`]: `[project]\nname = "${name}"\nversion = "1"\nrequires-python = ">=3.11"\n${more}${buildSystem}`,
      [`${name}/src/${name}/__init__.py`]: code,
    });
    await bench.project("f18", {
      dependencies: ["near"],
      more: '[tool.uv.workspace]\nmembers = ["near", "far"]\n[tool.uv.sources]\nnear = { workspace = true }\n',
      files: {
        ...member("near", 'dependencies = ["far"]\n[tool.uv.sources]\nfar = { workspace = true }\n', "import far\n"),
        ...member("far", "", "VALUE = 1\n"),
      },
    });
    const before = await built(["--project", "f18"]);
    fs.writeFileSync(bench.at("f18/far/src/far/__init__.py"), "VALUE = 2\n");
    const after = await built(["--project", "f18"]);
    assert.notEqual(after.outputHash, before.outputHash);
    const inArchive = fs.readFileSync(after.artifacts[0]!.path);
    assert.ok(inArchive.length > 0 && after.packages["far"] === "1");
  });

  it("F19: what can reach the output is part of the key; equal content keeps its hash", async () => {
    const folder = await bench.project("f19", {
      dependencies: ["alpha"],
      more: '[project.optional-dependencies]\nfast = ["extra-one"]\n',
      files: { "data.txt": "x", "only-here.txt": "x" },
    });
    const args = ["--project", folder];
    const first = await built(args);
    for (const [what, more, sameContent] of [
      ["architecture", ["--architecture", "x86_64"], true],
      ["extra", ["--extra", "fast"], false],
      ["exclude", ["--exclude", "data.txt"], false],
    ] as const) {
      const other = await built([...args, ...more]);
      assert.equal(other.cacheHit, false, what);
      assert.equal(other.outputHash === first.outputHash, sameContent, what);
    }
    const { output } = await bench.build([...args, "--runtime", "python3.12"]);
    assert.deepEqual([output.cacheHit, output.outputHash], [false, first.outputHash], "runtime");
    const manifest = path.join(folder, "pyproject.toml");
    fs.writeFileSync(manifest, fs.readFileSync(manifest, "utf8").replace(">=3.11", ">=3.10"));
    await bench.lock(folder);
    assert.equal((await built(args)).outputHash, first.outputHash, "requires-python");
  });

  describe("F26: the lock", () => {
    for (const [what, spoil, code, says] of [
      ["missing", (lock: string) => fs.rmSync(lock), "LOCK_MISSING", [/uv\.lock/, /`uv lock`/]],
      [
        "stale",
        (lock: string) => {
          const manifest = path.join(path.dirname(lock), "pyproject.toml");
          fs.writeFileSync(manifest, fs.readFileSync(manifest, "utf8").replace('["alpha"]', '["alpha","extra-one"]'));
        },
        "LOCK_STALE",
        [/uv\.lock/, /`uv lock`/],
      ],
      [
        "of a merge that was not finished",
        (lock: string) =>
          fs.writeFileSync(lock, fs.readFileSync(lock, "utf8").replace("version = 1", "<<<<<<< HEAD\nversion = 1")),
        "LOCK_UNREADABLE",
        [/uv\.lock:\d/, /`uv lock`/],
      ],
      [
        "of version 99",
        (lock: string) => fs.writeFileSync(lock, fs.readFileSync(lock, "utf8").replace("version = 1", "version = 99")),
        "LOCK_UNREADABLE",
        [/uv\.lock/, /99/],
      ],
      [
        "of 50 MB of nonsense",
        (lock: string) => fs.writeFileSync(lock, `${`# ${"x".repeat(997)}\n`.repeat(50_000)}a = [\n`),
        "LOCK_UNREADABLE",
        [/uv\.lock/],
      ],
    ] as const) {
      it(`${what}: refused with the command to run, and not rewritten`, async () => {
        const lock = path.join(copy(`f26-${what.replaceAll(" ", "-")}`), "uv.lock");
        spoil(lock);
        const before = fs.existsSync(lock) ? fs.readFileSync(lock) : undefined;
        await bench.refused(["--project", path.dirname(lock), ...target], { exit: 2, code, says });
        assert.deepEqual(fs.existsSync(lock) ? fs.readFileSync(lock) : undefined, before);
      });
    }
  });

  describe("F27: pyproject.toml", () => {
    for (const [what, content, says] of [
      ["that is not UTF-8", Buffer.from([0x5b, 0xff, 0xfe, 0x5d]), [/pyproject\.toml/]],
      ["that is no TOML", "[project\nname = 1", [/pyproject\.toml:1/]],
      ["that is empty", "", [/pyproject\.toml/]],
      ["of 10,000 arrays in each other", `a = ${"[".repeat(10_000)}${"]".repeat(10_000)}`, [/pyproject\.toml/]],
    ] as const) {
      it(`${what}: refused with its place`, async () => {
        const folder = copy(`f27-${what.replaceAll(/\W/g, "-")}`);
        fs.writeFileSync(path.join(folder, "pyproject.toml"), content);
        await bench.refused(["--project", folder, ...target], { exit: 2, code: "PROJECT_UNREADABLE", says });
      });
    }

    it("that is a folder: refused with its place", async () => {
      const folder = copy("f27-folder");
      fs.rmSync(path.join(folder, "pyproject.toml"));
      fs.mkdirSync(path.join(folder, "pyproject.toml"));
      await bench.refused(["--project", folder, ...target], {
        exit: 2,
        code: "PROJECT_UNREADABLE",
        says: [/pyproject\.toml/],
      });
    });
  });

  it("F28: names of projects that would lead to another path are refused", async () => {
    for (const name of hostile.slice(0, 6)) {
      const folder = copy("f28");
      const manifest = path.join(folder, "pyproject.toml");
      fs.writeFileSync(
        manifest,
        fs.readFileSync(manifest, "utf8").replace('name = "app"', `name = ${JSON.stringify(name)}`),
      );
      await bench.refused(["--project", folder, ...target], {
        exit: 2,
        code: "PROJECT_UNREADABLE",
        says: [/is not a valid package name/],
      });
      fs.rmSync(folder, { recursive: true });
    }
    assert.deepEqual(pwned(), []);
  });

  it("F28: folders with such names are just folders", async () => {
    const reference = await built(["--project", "app"]);
    fs.mkdirSync(bench.at("odd"));
    for (const name of ["-rf", "x;touch pwned", "$(touch pwned)", "a b'\"", "é💥"]) {
      const folder = copy(path.join("odd", name));
      await bench.lock(folder);
      const args = name.startsWith("-") ? [`--project=${name}`] : ["--project", name];
      assert.equal((await built(args, bench.at("odd"))).outputHash, reference.outputHash, name);
    }
    assert.deepEqual(pwned(), []);
  });

  it("F29: names on the command line are refused all at once before uv is asked, patterns stay patterns", async () => {
    const uv = makeUvShim(bench.at("f29-shim"), bench.uv);
    const env = { UVLAMBDA_UV: uv.path, UVLAMBDA_CACHE_DIR: bench.at("f29") };
    const lists = ["group", "extra", "only-group", "prune", "source-build"];
    const args = lists.flatMap((flag) => hostile.map((name) => `--${flag}=${name}`));
    const single = ["--package=-rf", "--handler=$(touch pwned)", "--runtime=-rf"];
    const stderr = await bench.refused(
      ["--project", "app", ...args, ...single],
      { exit: 2, code: "INVALID_INPUT" },
      { env },
    );
    for (const flag of [...lists, "package", "handler", "runtime"]) assert.match(stderr, new RegExp(`--${flag}: `));
    assert.ok(stderr.match(/^--(group|extra|prune): /gm)!.length >= 3 * hostile.length, stderr);
    assert.deepEqual(uv.calls(), []);

    const patterns = hostile.filter((name) => !/\.\.|\n/.test(name)).map((name) => `--exclude=${name}`);
    const { code, stderr: printed } = await bench.build(["--project", "app", ...target, ...patterns], { env });
    assert.equal(code, 0, printed);
    assert.ok(uv.calls().length > 0);
    for (const call of uv.calls()) assert.doesNotMatch(call, /pwned|config-file|-rf/);
    assert.deepEqual(pwned(), []);
  });

  describe("F30: links", () => {
    for (const [what, to] of [
      ["to a file of the machine", "/etc/passwd"],
      ["to a file beside the project", "../app/handler.py"],
      ["to the folder they are in", "."],
      ["to nothing", "nowhere"],
    ] as const) {
      it(`${what} are refused by name and target`, async () => {
        const folder = copy(`f30-${what.replaceAll(" ", "-")}`);
        fs.symlinkSync(to, path.join(folder, "the-link.py"));
        const says = [/the-link\.py/, new RegExp(to === "." ? "the-link" : to.replaceAll(".", "\\."))];
        await bench.refused(["--project", folder, ...target], { exit: 2, code: "BAD_FILE", says });
      });
    }

    it("inside are what they point at, with the same bytes as a copy", async () => {
      const [linked, copied] = [copy("f30-linked"), copy("f30-copied")];
      fs.symlinkSync("handler.py", path.join(linked, "again.py"));
      fs.copyFileSync(path.join(copied, "handler.py"), path.join(copied, "again.py"));
      const sha256 = async (folder: string) => (await built(["--project", folder])).artifacts[0]!.sha256;
      assert.equal(await sha256(linked), await sha256(copied));
    });
  });

  it("F35: names that are not text are refused, escaped; long, deep and odd ones are packed as they are", async () => {
    const folder = copy("f35");
    const deep = Array.from({ length: 300 }, () => "d").join("/");
    const odd = ["x".repeat(252) + ".py", "dot.", "ünï💥.txt", `${deep}/f.txt`];
    for (const name of odd) {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      fs.writeFileSync(path.join(folder, name), name);
    }
    const packed = await built(["--project", folder]);
    assert.equal(packed.artifacts[0]!.files, (await built(["--project", "app"])).artifacts[0]!.files + odd.length);
    for (const [bytes, says] of [
      [Buffer.from([0x61, 0xff, 0xfe, 0x2e, 0x70, 0x79]), /a\\xff\\xfe\.py/],
      [Buffer.from("a\nb.py"), /a\\x0ab\.py/],
    ] as const) {
      const file = Buffer.concat([Buffer.from(`${folder}/`), bytes]);
      fs.writeFileSync(file, "");
      await bench.refused(["--project", folder, ...target], { exit: 2, code: "BAD_FILE", says: [says] });
      fs.rmSync(file);
    }
  });

  /** Traces of a command that should never have run. */
  function pwned(): string[] {
    return fs
      .readdirSync(bench.folder, { recursive: true, encoding: "utf8" })
      .filter((name) => path.basename(name) === "pwned");
  }
});
