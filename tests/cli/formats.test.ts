import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { CliBench, type BuildOutput } from "../support/cli.js";
import { skip } from "../support/skip.js";

describe("uvlambda build --format", function () {
  this.timeout(120_000);
  let bench: CliBench;
  let project: string;

  before(async function () {
    bench = CliBench.openOrSkip(this);
    const wheels = [{ name: "greeting-lib", version: "1.0", files: { "greeting_lib/__init__.py": "" } }];
    project = await bench.project("app", { dependencies: ["greeting-lib"], wheels });
  });
  after(() => bench?.remove());

  async function build(format: string): Promise<BuildOutput> {
    const args = ["--project", project, "--runtime", "python3.13", "--format", format, "--out", bench.at(format)];
    const { code, output, stderr } = await bench.build([...args, "--verify"]);
    assert.equal(code, 0, stderr);
    assert.equal(output.verified, true);
    return output;
  }

  const kinds = ({ artifacts }: BuildOutput) => artifacts.map(({ kind, path: file }) => [kind, path.basename(file)]);

  it("zip: one archive", async () => {
    assert.deepEqual(kinds(await build("zip")), [["code", "code.zip"]]);
  });

  it("layer: code and dependencies in separate archives, from one install for all formats", async () => {
    const output = await build("layer");
    assert.deepEqual(kinds(output), [
      ["code", "code.zip"],
      ["layer", "layer.zip"],
    ]);
    assert.equal(bench.stored("distribution").length, 1);
  });

  it("image: a complete folder to build from", async () => {
    const output = await build("image");
    assert.deepEqual(kinds(output), [["image", "context"]]);
    const context = output.artifacts[0]!.path;
    assert.equal(
      fs.readFileSync(path.join(context, "Dockerfile"), "utf8").split("\n")[0],
      "FROM public.ecr.aws/lambda/python:3.13",
    );
    assert.ok(fs.existsSync(path.join(context, "dependencies/greeting_lib/__init__.py")));
    assert.deepEqual(fs.readdirSync(path.join(context, "code")), ["handler.py"]);
  });

  it("image: says how it is built, for the right platform", async () => {
    for (const [architecture, platform] of [
      ["arm64", "linux/arm64"],
      ["x86_64", "linux/amd64"],
    ] as const) {
      const args = ["--project", project, "--runtime", "python3.13", "--architecture", architecture];
      const { output, stderr } = await bench.build([...args, "--format", "image"]);
      assert.ok(stderr.includes(`docker build --platform ${platform} ${output.artifacts[0]!.path}`), stderr);
    }
  });

  it("image: prints a command that a shell reads as it is meant, whatever the folder is called", async function () {
    if (process.platform === "win32") skip(this, "Windows has no sh");
    const args = ["--project", project, "--runtime", "python3.13", "--format", "image"];
    const { output, stderr } = await bench.build([...args, "--out", "it's `date` $HOME"]);
    const command = /To build the image, run: (docker .*)/.exec(stderr)?.[1];
    const words = execFileSync("sh", ["-c", `docker() { printf '%s\\n' "$@"; }; ${command}`], { encoding: "utf8" });
    assert.deepEqual(words.trimEnd().split("\n"), [
      ...["build", "--platform", "linux/arm64"],
      output.artifacts[0]!.path,
    ]);
  });

  it("--out has what the last build made, nothing of another format, and all files of others", async () => {
    const args = ["--project", project, "--runtime", "python3.13", "--out", bench.at("same"), "--format"];
    const names = () => fs.readdirSync(bench.at("same")).sort().slice(1);
    bench.write("same/layer.zip", { "own.txt": "" });
    const refused = await bench.build([...args, "layer"]);
    assert.equal(refused.code, 2, refused.stderr);
    fs.renameSync(bench.at("same/layer.zip"), bench.at("same/notes"));
    for (const [format, made] of [
      ["image", ["context"]],
      ["layer", ["code.zip", "layer.zip"]],
      ["zip", ["code.zip"]],
    ] as const) {
      const { code, stderr } = await bench.build([...args, format]);
      assert.equal(code, 0, stderr);
      assert.deepEqual(names(), [...made, "notes"]);
    }
    bench.write("same/context", { "own.txt": "" });
    await bench.build([...args, "zip"]);
    assert.deepEqual(names(), ["code.zip", "context", "notes"]);
  });

  it("--verify of an image looks at the bytes on the disk", async () => {
    const args = ["--project", project, "--runtime", "python3.13", "--format", "image"];
    const { output } = await bench.build(args);
    const file = path.join(output.artifacts[0]!.path, "code/handler.py");
    // While it is verified, so that the store has seen it whole.
    const watched = bench.start(["build", ...args, "--verify"]);
    const stop = setInterval(() => {
      if (fs.readdirSync(bench.at("tmp")).length > 0) fs.writeFileSync(file, "# edited\n");
    }, 5);
    const { code, stdout } = await watched.result;
    clearInterval(stop);
    assert.equal(code, 1, stdout);
    assert.match(stdout, /NOT_REPRODUCIBLE[^]*context/);
  });

  it("another word is refused with the known ones", async () => {
    const refusal = {
      code: "INVALID_INPUT",
      exit: 2,
      says: [/--format: must be "zip" or "layer" or "image"; given: "layers"/],
    } as const;
    await bench.refused(["--project", project, "--format", "layers"], refusal);
  });
});
