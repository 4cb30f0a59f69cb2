import assert from "node:assert/strict";
import { artifactTree } from "../../provider/packaging/artifact/assemble.js";
import { contentOf, shippedPaths, useBench, type PackagingBench } from "./support/bench.js";
import { pyproject, type Fixture } from "./support/fixture.js";
import { refused } from "../support/refused.js";
import { callHandler, canCall, requireCalls } from "./support/run.js";

const heavy: Fixture = {
  name: "heavy",
  wheels: [
    {
      name: "sierra",
      files: {
        "sierra/__init__.py": "SIZE = 1\n",
        "sierra/py.typed": "",
        "sierra/core.pyi": "",
        "sierra/data/ec2/big.json": "{}\n",
        "sierra/data/s3/small.json": "{}\n",
        "sierra/tests/__init__.py": "",
        "sierra/tests/test_core.py": "def answer(event, context): return 4\n",
      },
    },
    { name: "tango", files: { "tango/__init__.py": "SIZE = 2\n", "tango/_native/tests/deep/t.py": "" } },
    { name: "uniform" },
  ],
  files: {
    "project/pyproject.toml": pyproject({ name: "app", dependencies: ["sierra", "tango", "uniform"] }),
    "project/handler.py": "import sierra, tango\ndef handler(event, context): return sierra.SIZE + tango.SIZE\n",
    "project/sub/tests/kept.py": "",
  },
  cases: [],
};

describe("dependencyExclude", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let folder: string;
  useBench(heavy, (...opened) => ([bench, folder] = opened));

  const build = (dependencyExclude: readonly string[], more: object = {}) => {
    bench.messages.length = 0;
    return bench.build(folder, { project: "project", dependencyExclude, ...more });
  };
  const modules = (paths: readonly string[]) => paths.filter((file) => !file.includes(".dist-info/"));

  it("leaves out files of third-party packages only, adjusts RECORD, and the function runs", async () => {
    const artifact = await build(["tests/", "*.pyi", "sierra/data/ec2/**"]);
    assert.deepEqual(modules(shippedPaths(artifact)), [
      "handler.py",
      "sierra/__init__.py",
      "sierra/data/s3/small.json",
      "sierra/py.typed",
      "sub/tests/kept.py",
      "tango/__init__.py",
      "uniform/__init__.py",
    ]);
    const record = contentOf(artifact).get("sierra-1.0.0.dist-info/RECORD")?.toString() ?? "";
    const listed = record
      .trim()
      .split("\n")
      .map((line) => line.split(",")[0]!);
    const sierra = shippedPaths(artifact).filter((file) => file.startsWith("sierra"));
    assert.deepEqual(modules(listed).sort(), sierra);
    assert.deepEqual(artifact.partial, ["sierra", "tango"]);
    assert.deepEqual(Object.keys(artifact.packages), ["sierra", "tango", "uniform"]);
    assert.ok(!bench.messages.some((message) => message.includes("dependencyExclude")), bench.messages.join("\n"));
    if (canCall("3.11"))
      assert.equal((await callHandler(artifact, { handler: "handler.handler", minor: "3.11" })).value, 3);
  });

  it("is part of the key: the whole packages give other bytes, and come from the store the second time", async () => {
    const whole = await build([]);
    const without = await build(["*.pyi"]);
    assert.notEqual(whole.outputHash, without.outputHash);
    assert.deepEqual(whole.partial, []);
    assert.ok((await build(["*.pyi"])).cacheHit && (await build([])).cacheHit);
  });

  it("works in every format, and in a Layer", async () => {
    for (const packageFormat of ["layer", "image"] as const) {
      const artifact = await build(["tests/"], { packageFormat });
      const paths = artifactTree(artifact).map((entry) => entry.path);
      assert.ok(paths.includes("sierra/core.pyi"));
      assert.ok(!paths.some((file) => /^(sierra|tango).*\/tests\//.test(file)), paths.join());
      assert.equal(artifact.partial.length, 2);
      if (canCall("3.11"))
        assert.equal((await callHandler(artifact, { handler: "handler.handler", minor: "3.11" })).value, 3);
    }
    const checks = { handler: "off", binaries: "error", collisions: "error", sizes: "error" } as const;
    const layer = await build(["*.json"], { packageFormat: "layer", contents: "dependencies", checks });
    assert.deepEqual(layer.partial, ["sierra"]);
  });

  it("says once which patterns match nothing, from the store too; a hidden pattern has matched", async () => {
    for (let i = 0; i < 2; i++) {
      await build(["sierra/data", "sierra/data/ec2/big.json", "sierra/dta", "sub/tests"]);
      const warnings = bench.messages.filter((message) => message.includes("dependencyExclude: "));
      assert.equal(warnings.length, 1);
      assert.match(
        warnings[0]!,
        /^dependencyExclude: "sierra\/dta" and "sub\/tests" match no file of a third-party package/,
      );
    }
  });

  it("leaves the handler check as it is", async () => {
    const wanted = { handler: "sierra.tests.test_core.answer" };
    await build([], wanted);
    await refused(build(["tests/"], wanted), "HANDLER_NOT_FOUND", /sierra/);
  });

  it("takes bytecode along, by the module's path or by its own", async function () {
    requireCalls(this, "3.11");
    const artifact = await build(["sierra/tests", "tango/**/__pycache__/", "tango/__pycache__"], { bytecode: true });
    const compiled = shippedPaths(artifact).filter((file) => file.endsWith(".pyc"));
    assert.ok(compiled.includes("sierra/__pycache__/__init__.cpython-311.pyc"));
    assert.ok(!compiled.some((file) => /^tango|tests\/test_core/.test(file)), compiled.join());
    // With this variable, Python says where the code of each module came from.
    const call = { handler: "handler.handler", minor: "3.11", env: { PYTHONVERBOSE: "1" } };
    const { value, log } = await callHandler(artifact, call);
    assert.equal(value, 3);
    const froms = [...log.matchAll(/# code object from '?\/var\/task\/([^'\n]+?)'?$/gm)].map((match) => match[1]);
    assert.deepEqual(froms.sort(), [
      "__pycache__/handler.cpython-311.pyc",
      "sierra/__pycache__/__init__.cpython-311.pyc",
      "tango/__init__.py",
    ]);
  });

  it("still knows packages whose dist-info it leaves out", async () => {
    const artifact = await build(["*.dist-info"]);
    assert.ok(![...contentOf(artifact).keys()].some((file) => file.includes(".dist-info")));
    assert.deepEqual(artifact.packages, { sierra: "1.0.0", tango: "1.0.0", uniform: "1.0.0" });
  });
});
