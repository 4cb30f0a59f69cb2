import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { ErrorCode } from "../../provider/lib/errors.js";
import { CliBench, type BuildOutput } from "../support/cli.js";
import { skip } from "../support/skip.js";

const target = ["--runtime", "python3.13"];
const alpha = { name: "alpha", version: "1.2.3" };

describe("uvlambda build", function () {
  this.timeout(120_000);
  let bench: CliBench;
  let project: string;

  before(async function () {
    bench = CliBench.openOrSkip(this);
    const more =
      '[dependency-groups]\ndev = ["dev-tool"]\njobs = ["group-one"]\n[project.optional-dependencies]\nfast = ["extra-one"]';
    const wheels = [alpha, { name: "beta" }, { name: "dev-tool" }, { name: "group-one" }, { name: "extra-one" }];
    project = await bench.project("app", { dependencies: ["alpha", "beta"], more, wheels });
  });
  after(() => bench?.remove());

  const succeeded = async (...args: Parameters<CliBench["build"]>): Promise<BuildOutput & { stderr: string }> => {
    const { code, output, stderr } = await bench.build(...args);
    assert.equal(code, 0, stderr);
    return { ...output, stderr };
  };
  const refused = (args: readonly string[], exit: number, code: ErrorCode, ...says: RegExp[]): Promise<string> =>
    bench.refused(args, { exit, code, says });

  it("prints one JSON object that describes the artifacts correctly", async () => {
    const built = await succeeded(["--project", "app", ...target]);
    assert.deepEqual(Object.keys(built).sort(), [
      ...["artifacts", "cacheHit", "outputHash", "packages", "stderr", "uvProcesses"],
    ]);
    assert.deepEqual(built.packages, { alpha: "1.2.3", beta: "1.0.0" });
    assert.match(built.outputHash, /^[0-9a-f]{64}$/);
    assert.equal(built.artifacts.length, 1);
    const [artifact] = built.artifacts;
    const bytes = fs.readFileSync(artifact!.path);
    assert.equal(artifact!.kind, "code");
    assert.equal(artifact!.sha256, createHash("sha256").update(bytes).digest("hex"));
    assert.equal(artifact!.size, bytes.length);
    assert.ok(artifact!.files >= 5 && artifact!.unzippedSize > 0);
    assert.ok(built.uvProcesses > 0 && !built.cacheHit);
    assert.match(built.stderr, /^\[ *\d+\.\d s\] Installing 2 packages for/m);
  });

  it("draws its progress on a terminal, and nowhere else", async function () {
    if (process.platform === "win32") skip(this, "Windows has no pseudo-terminals of this kind");
    const pty = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)";
    const build = ["build", "--project", "app", ...target, "--cache-dir", bench.at("drawn-store")];
    const wrapper = ["python3", "-c", pty];
    const { code, stdout } = await bench.run(build, { wrapper, env: { TERM: "xterm", CI: "" } });
    assert.equal(code, 0, stdout);
    assert.match(stdout, /\r\x1b\[K\[ *\d+\.\d s\] Installing 2 packages[^\r\n]*\r?\n/);
    assert.match(stdout, /\[ *\d+\.\d s\] \[[#.]{10}\] \d+ B of \d+ B Compressing the packages/);
    for (const env of [
      { TERM: "xterm", CI: "true" },
      { TERM: "dumb", CI: "" },
    ]) {
      const plain = await bench.run([...build, "--verify"], { wrapper, env });
      assert.equal(plain.code, 0, plain.stdout);
      assert.match(plain.stdout, /Building again to compare/);
      assert.doesNotMatch(plain.stdout, /\x1b/);
    }
  });

  it("refuses a lock that is restricted away from the target, as the user's mistake", async () => {
    const more = "[tool.uv]\nenvironments = [\"sys_platform == 'win32'\"]";
    await bench.project("narrow", { dependencies: ["alpha"], more, wheels: [alpha] });
    for (const format of ["zip", "layer", "image"]) {
      const before = fs.readdirSync(bench.at("narrow"));
      const args = ["--project", "narrow", "--format", format, "--out", `narrow-${format}`, ...target];
      await refused([...args, "--cache-dir", "narrow-store"], 2, "TARGET_NOT_LOCKED", /win32/, /aarch64/);
      assert.ok(!fs.existsSync(bench.at(`narrow-${format}`)));
      assert.deepEqual(fs.readdirSync(bench.at("narrow")), before);
      for (const kind of ["artifact", "distribution", "installation", "ownpack", ".temporary"])
        assert.deepEqual(bench.stored(kind, "narrow-store"), [], kind);
    }
  });

  it("starts no process when nothing has changed", async () => {
    const again = await succeeded(["--project", "app", ...target]);
    assert.equal(again.cacheHit, true);
    assert.equal(again.uvProcesses, 0);
  });

  it("takes groups, extras, prune and patterns, repeated or not", async () => {
    const built = await succeeded([
      ...["--project", "app", ...target, "--group", "jobs", "--extra=fast", "--prune", "beta", "--exclude", "*.txt"],
      ...["--exclude=x/**", "--handler", "handler.handler", "--architecture", "x86_64", "--format", "zip"],
    ]);
    assert.deepEqual(Object.keys(built.packages), ["alpha", "extra-one", "group-one"]);
    const only = await succeeded(["--project", "app", ...target, "--only-group", "jobs", "--source", "."]);
    assert.deepEqual(Object.keys(only.packages), ["group-one"]);
  });

  it("takes --source relative to the project wherever it runs, and refuses it outside", async () => {
    bench.write("app/functions/one", { "handler.py": "def handler(event, context):\n    return 1\n" });
    // The same path from the working folder holds something else.
    bench.write("functions/one", { "handler.py": "def handler(event, context):\n    return 'other'\n" });
    const args = [...target, "--only-group", "jobs", "--source", "functions/one"];
    const here = await succeeded(["--project", "app", ...args]);
    const below = await succeeded(["--project", "..", ...args], { cwd: bench.at("app/functions") });
    assert.equal(below.outputHash, here.outputHash);
    const outside = ["--project", "app", ...target, "--source"];
    await refused([...outside, "../functions/one"], 2, "INVALID_INPUT", /--source: .* is outside of the project/);
    await refused([...outside, bench.at("functions")], 2, "INVALID_INPUT", /--source: .* is outside of the project/);
    await refused([...outside, "one"], 2, "INVALID_INPUT", /--source: "one" does not exist/);
    fs.rmSync(bench.at("app/functions"), { recursive: true });
    fs.rmSync(bench.at("functions"), { recursive: true });
  });

  it("copies complete artifacts to --out, over earlier ones, and leaves nothing else", async () => {
    const out = bench.write("out", { "code.zip": "old", ".uvlambda-out": "code.zip\n", "other.txt": "kept" });
    const built = await succeeded(["--project", "app", ...target, "--out", "out", "--sbom"]);
    assert.deepEqual(fs.readdirSync(out).sort(), [".uvlambda-out", "code.zip", "other.txt", "sbom.cdx.json"]);
    assert.equal(built.artifacts[0]?.path, path.join(out, "code.zip"));
    assert.equal(built.sbom, path.join(out, "sbom.cdx.json"));
    const hash = createHash("sha256")
      .update(fs.readFileSync(path.join(out, "code.zip")))
      .digest("hex");
    assert.equal(hash, built.artifacts[0]?.sha256);
    assert.equal(fs.readFileSync(path.join(out, "other.txt"), "utf8"), "kept");
  });

  it("refuses an --out with other files of the same names, and leaves them as they are", async () => {
    const out = bench.write("taken", { "code.zip": "the user's" });
    const args = ["--project", "app", ...target, "--out", "taken"];
    await refused(args, 2, "INVALID_INPUT", /--out: .*code\.zip already exists and is not from an earlier build/);
    assert.deepEqual(fs.readdirSync(out), ["code.zip"]);
    assert.equal(fs.readFileSync(path.join(out, "code.zip"), "utf8"), "the user's");
  });

  it("refuses an --out that is a file", async () => {
    bench.write("", { "a-file": "" });
    await refused(
      ["--project", "app", ...target, "--out", "a-file"],
      2,
      "INVALID_INPUT",
      /--out: .*a-file cannot be written/,
    );
  });

  it("writes an SBOM that is the same in another store, and says nothing of this machine", async () => {
    const one = await succeeded(["--project", "app", ...target, "--sbom"]);
    const two = await succeeded(["--project", "app", ...target, "--sbom", "--cache-dir", "store2"]);
    const [first, second] = [one, two].map(({ sbom }) => fs.readFileSync(sbom!, "utf8"));
    assert.equal(first, second);
    const document = JSON.parse(first!) as { bomFormat: string; components: { name: string; version: string }[] };
    assert.equal(document.bomFormat, "CycloneDX");
    assert.ok(document.components.some(({ name, version }) => name === "alpha" && version === "1.2.3"));
    assert.doesNotMatch(first!, /serialNumber|"timestamp"|dev-tool/);
    assert.ok(!first!.includes(bench.folder), "no path of this machine");
  });

  it("names everything that is wrong at once, by flag", async () => {
    const args = [
      "--projct",
      "x",
      "--group=-x",
      "--runtime",
      "python2",
      "--format",
      "tar",
      "--architecture",
      "arm",
      "--extra=",
    ];
    await refused(
      args,
      2,
      "INVALID_INPUT",
      ...[/--projct: .*Did you mean "--project"/, /--project: is required/, /--group: must be a name/],
      ...[
        /--runtime: /,
        /--format: must be "zip" or "layer" or "image"/,
        /--architecture: must be "arm64" or "x86_64"/,
        /--extra: must not be empty/,
      ],
    );
  });

  for (const [what, args, says] of [
    ["a value is missing", ["--project"], /--project: needs a value/],
    [
      "the next flag stands where a value is due",
      ["--project", "--verify"],
      /--project: needs a value.*--project=--verify/,
    ],
    ["a switch has a value", ["--project", "app", "--verify=yes"], /--verify: takes no value/],
    [
      "a name is given twice",
      ["--project", "app", "--check", "sizes=off", "--check", "sizes=warn", "--provided", "a=1", "--provided", "a=1"],
      /--check: "sizes" is given twice[^]*--provided: "a" is given twice/,
    ],
    [
      "a package is given twice, in two spellings",
      ["--project", "app", "--provided", "foo_bar=1", "--provided", "foo-bar=2"],
      /--provided: "foo-bar" is the same package as "foo_bar"/,
    ],
    ["a flag is given twice", ["--project", "app", "--project", "app"], /--project: is given twice/],
    ["there is a stray argument", ["--project", "app", "app2"], /"app2": is not expected/],
    ["the project does not exist", ["--project", "nowhere"], /--project: "nowhere" does not exist/],
    [
      "groups exclude each other",
      ["--project", "app", "--only-group", "jobs", "--group", "dev"],
      /--group: cannot be combined/,
    ],
    ["a glob is broken", ["--project", "app", "--exclude", "../x"], /--exclude: /],
    ["a name is unknown", ["--project", "app", "--prune", "alpa"], /--prune: .*Did you mean "alpha"/],
  ] as const) {
    it(`says so when ${what}`, async () => {
      await refused([...args, ...target], 2, "INVALID_INPUT", says);
    });
  }

  it("prints the code and the fix of a failed check", async () => {
    await refused(
      ["--project", "app", ...target, "--handler", "handler.handle"],
      2,
      "HANDLER_NOT_FOUND",
      /handler\.py/,
    );
  });

  it("warns of a deprecated runtime with its date, on stderr", async () => {
    const { stderr } = await bench.build(["--project", "app", "--runtime", "python3.8"]);
    assert.match(stderr, /warning: Runtime python3\.8 has been deprecated since \d{4}-\d\d-\d\d/);
  });

  it("loads neither Pulumi nor its aws package", async () => {
    const probe = bench.write("probe", {
      "exit.cjs":
        'process.on("exit", () => { const bad = Object.keys(require.cache).filter((f) => f.includes("@pulumi")); ' +
        "process.stderr.write(`loaded ${Object.keys(require.cache).length > 20} ${bad.length}\\n`); });",
    });
    const { stderr } = await bench.build(["--project", project, ...target], {
      env: { NODE_OPTIONS: `--require=${probe}/exit.cjs` },
    });
    assert.match(stderr, /loaded true 0\n/);
  });

  it("leaves out a Pulumi program's own files, as a deployment does", async () => {
    const beside = await succeeded(["--project", "app", ...target]);
    bench.write("app/infra", { "Pulumi.yaml": "name: x\nruntime: nodejs\n", "index.ts": "" });
    const within = await succeeded(["--project", "..", ...target], { cwd: bench.at("app/infra") });
    assert.equal(within.outputHash, beside.outputHash);
    fs.rmSync(bench.at("app/infra"), { recursive: true });
  });
});
