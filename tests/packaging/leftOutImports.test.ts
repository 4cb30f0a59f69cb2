import assert from "node:assert/strict";
import { openBench, shippedPaths, type PackagingBench } from "./support/bench.js";
import { pyproject, type Fixture, type Wanted } from "./support/fixture.js";
import { callHandler, canCall, tryHandler } from "./support/run.js";

const answer = "def handler(event, context): return NAME\n";

/** Names that the defaults take for tests, and that code imports all the same. */
const fixture: Fixture = {
  name: "imports",
  wheels: [{ name: "helpers", files: { "smoke_test.py": "NAME = 'third'\n" } }],
  files: {
    "project/pyproject.toml": pyproject({
      name: "app",
      members: ["copied"],
      more: '[tool.uv.workspace]\nmembers = ["copied"]\n[dependency-groups]\nthird = ["helpers"]\n',
    }),
    "project/copied/pyproject.toml": pyproject({ name: "copied" }),
    "project/copied/near.py": "import copied_test\n",
    "project/copied/copied_test.py": "",
    "project/orders/__init__.py": "",
    "project/orders/main.py": `from .speed_test import NAME\n${answer}`,
    "project/orders/speed_test.py": "import orders.deep_test as d\nfrom tests import data\nNAME = d.NAME + data.NAME\n",
    "project/orders/deep_test.py": "NAME = 'deep'\n",
    "project/tests/data.py": "NAME = ' data'\n",
    "project/smoke.py": `from smoke_test import NAME\n${answer}`,
    "project/smoke_test.py": "NAME = 'own'\n",
    "project/quiet.py": `NAME = "import test_quiet"  # import test_quiet\n${answer}`,
    "project/test_quiet.py": "import smoke_test, conftest\n",
    "project/conftest.py": "",
  },
  cases: [],
};

describe("modules that the defaults leave out and code imports", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let folder: string;
  before(async function () {
    bench = openBench(this);
    folder = await bench.prepare(fixture);
  });
  after(() => bench?.remove());

  async function build(wanted: Partial<Wanted>) {
    bench.messages.length = 0;
    const artifact = await bench.build(folder, { project: "project", ...wanted });
    return { artifact, said: bench.messages.filter((message) => message.includes("left out by default")) };
  }

  it("are said with the `include` that brings them back, from the store too, and then the function runs", async () => {
    const wanted = { handler: "orders.main.handler", exclude: ["/smoke.py", "/near.py"] };
    const first = await build(wanted);
    assert.ok(!shippedPaths(first.artifact).includes("orders/speed_test.py"));
    assert.equal(first.said.length, 1, bench.messages.join("\n"));
    assert.match(first.said[0]!, /orders\/main\.py imports orders\.speed_test: orders\/speed_test\.py/);
    assert.doesNotMatch(first.said[0]!, /quiet|conftest|smoke/);
    assert.deepEqual((await build(wanted)).said, first.said);
    const include = /`include: (\[[^\]]+\])`/.exec(first.said[0]!)?.[1];
    const followed = await build({ ...wanted, include: JSON.parse(include ?? "[]") as string[] });
    assert.deepEqual(followed.said, []);
    assert.ok(!shippedPaths(followed.artifact).includes("test_quiet.py"));
    if (!canCall("3.11")) return;
    const call = { handler: wanted.handler, minor: "3.11" };
    assert.match((await tryHandler(first.artifact, call)).payload, /No module named 'orders\.speed_test'/);
    assert.equal((await callHandler(followed.artifact, call)).value, "deep data");
  });

  it("are no matter where another file has the name, where `checks.handler` is off, or where nothing imports them", async () => {
    const smoke = { handler: "smoke.handler", exclude: ["orders/", "/near.py"] };
    assert.match((await build(smoke)).said.join(), /smoke\.py imports smoke_test: smoke_test\.py/);
    const levels = { handler: "off", binaries: "error", collisions: "error", sizes: "error" } as const;
    assert.deepEqual((await build({ ...smoke, checks: levels })).said, []);
    const third = await build({ ...smoke, groups: ["third"] });
    assert.deepEqual(third.said, []);
    if (canCall("3.11"))
      assert.equal((await callHandler(third.artifact, { handler: "smoke.handler", minor: "3.11" })).value, "third");
    const quiet = await build({ handler: "quiet.handler", exclude: ["orders/", "/smoke.py", "/near.py"] });
    assert.deepEqual(quiet.said, []);
  });

  it("are said of a local package that is copied, too", async () => {
    const said = (await build({ handler: "quiet.handler", exclude: ["orders/", "/smoke.py"] })).said.join();
    assert.match(said, /near\.py imports copied_test: copied_test\.py[^]*rename them in copied/);
    assert.doesNotMatch(said, /include/);
  });
});
