import assert from "node:assert/strict";
import { CliBench } from "../support/cli.js";

const target = ["--runtime", "python3.13"];

describe("faults: --out inside a packed folder", function () {
  this.timeout(120_000);
  let bench: CliBench;

  before(function () {
    bench = CliBench.openOrSkip(this);
  });
  after(() => bench?.remove());

  for (const out of [".", "mine/deep"]) {
    it(`--out ${out} inside the project: no build packs the previous one`, async () => {
      const project = await bench.project(`out-inside-${out.length}`, { files: { "context/__init__.py": "x = 1\n" } });
      const build = () => bench.build(["--project", ".", ...target, "--out", out], { cwd: project });
      const first = await build();
      assert.equal(first.code, 0, first.stderr);
      assert.equal((await build()).output.outputHash, first.output.outputHash);
      assert.equal(first.output.artifacts[0]?.files, 2);
    });
  }

  it("--out into one folder of the project, then another: neither is packed, but other files there are", async () => {
    const project = await bench.project("out-twice", { files: { "one/layer.zip": "mine" } });
    const build = (...more: string[]) => bench.build(["--project", ".", ...target, ...more], { cwd: project });
    const first = await build("--out", "one");
    assert.equal(first.code, 0, first.stderr);
    for (const more of [["--out", "two"], ["--out", "deep/three"], []])
      assert.equal((await build(...more)).output.outputHash, first.output.outputHash, more.join(" "));
    assert.equal(first.output.artifacts[0]?.files, 2);
  });

  it("--out inside a member or `source`: no build packs the previous one", async () => {
    const member = '[project]\nname = "api"\nversion = "1"\nrequires-python = ">=3.11"\n';
    const project = await bench.project("out-in-member", {
      more: '[tool.uv.workspace]\nmembers = ["api"]',
      files: { "api/pyproject.toml": member, "api/main.py": "def handler(event, context): ...\n", "code/main.py": "" },
    });
    for (const args of [
      ["--package", "api", "--handler", "main.handler", "--out", "api/built"],
      ["--package", "api", "--source", "code", "--check", "handler=off", "--out", "code/built"],
    ]) {
      const build = () => bench.build(["--project", ".", ...target, ...args], { cwd: project });
      const first = await build();
      assert.equal(first.code, 0, first.stderr);
      assert.equal((await build()).output.outputHash, first.output.outputHash, args.join(" "));
    }
  });
});
