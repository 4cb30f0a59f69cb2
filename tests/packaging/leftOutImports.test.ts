import assert from "node:assert/strict";
import { proposedValue } from "../support/proposals.js";
import { useBench, shippedPaths, type PackagingBench } from "./support/bench.js";
import { pyproject, type Fixture, type Wanted } from "./support/fixture.js";
import { callHandler, canCall, tryHandler } from "./support/run.js";

const answer = "def handler(event, context): return NAME\n";

/** Names that the defaults take for tests, although code imports them. */
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
  useBench(fixture, (...opened) => ([bench, folder] = opened));

  async function build(wanted: Partial<Wanted>, where = folder) {
    bench.messages.length = 0;
    const artifact = await bench.build(where, { project: "project", ...wanted });
    return { artifact, warnings: bench.messages.filter((message) => message.startsWith("Code that ships imports")) };
  }

  /** Sets the lists that a warning proposes. */
  function follow(warnings: readonly string[]): Partial<Wanted> {
    const inputs = (["include", "onlyInclude", "exclude"] as const).filter((input) =>
      warnings.join().includes(`set \`${input}:`),
    );
    const removed = warnings.join().includes("remove `exclude`") ? { exclude: [] } : {};
    assert.ok(inputs.length > 0 || "exclude" in removed, warnings.join());
    const set = inputs.map((input) => [input, proposedValue<string[]>(warnings.join(), input)]);
    return { ...removed, ...(Object.fromEntries(set) as Partial<Wanted>) };
  }

  it("are reported with the `include` that brings them back, from the store too, and then the function runs", async () => {
    const wanted = { handler: "orders.main.handler", exclude: ["/smoke.py", "/near.py"] };
    const first = await build(wanted);
    assert.ok(!shippedPaths(first.artifact).includes("orders/speed_test.py"));
    assert.equal(first.warnings.length, 1, bench.messages.join("\n"));
    assert.match(first.warnings[0]!, /orders\/main\.py imports orders\.speed_test: orders\/speed_test\.py/);
    assert.doesNotMatch(first.warnings[0]!, /quiet|conftest|smoke/);
    assert.deepEqual((await build(wanted)).warnings, first.warnings);
    const followed = await build({ ...wanted, ...follow(first.warnings) });
    assert.deepEqual(followed.warnings, []);
    assert.ok(!shippedPaths(followed.artifact).includes("test_quiet.py"));
    if (!canCall("3.11")) return;
    const call = { handler: wanted.handler, minor: "3.11" };
    assert.match((await tryHandler(first.artifact, call)).payload, /No module named 'orders\.speed_test'/);
    assert.equal((await callHandler(followed.artifact, call)).value, "deep data");
  });

  it("are ignored if another file has the name, if `checks.handler` is off, or if nothing imports them", async () => {
    const smoke = { handler: "smoke.handler", exclude: ["orders/", "/near.py"] };
    assert.match((await build(smoke)).warnings.join(), /smoke\.py imports smoke_test: smoke_test\.py/);
    const levels = { handler: "off", binaries: "error", collisions: "error", sizes: "error" } as const;
    assert.deepEqual((await build({ ...smoke, checks: levels })).warnings, []);
    const third = await build({ ...smoke, groups: ["third"] });
    assert.deepEqual(third.warnings, []);
    if (canCall("3.11"))
      assert.equal((await callHandler(third.artifact, { handler: "smoke.handler", minor: "3.11" })).value, "third");
    const quiet = await build({ handler: "quiet.handler", exclude: ["orders/", "/smoke.py", "/near.py"] });
    assert.deepEqual(quiet.warnings, []);
  });

  describe("that `onlyInclude` does not name", () => {
    const services: Fixture = {
      name: "services",
      wheels: [{ name: "helpers", files: { "common/__init__.py": "", "common/log.py": "NAME = 'third'\n" } }],
      files: {
        "project/pyproject.toml": pyproject({ name: "app", more: '[dependency-groups]\nthird = ["helpers"]\n' }),
        "project/orders/main.py": `import shared.text, calendar\nfrom rates import main\nNAME = main.NAME\n${answer}`,
        "project/rates/main.py":
          "from rates.table_test import NAME\nimport shared.text\nfrom . import table_test\nimport one\n",
        "project/rates/table_test.py": "from one import NAME\n",
        "project/shared/text.py": "",
        "project/one.py": "NAME = 'rate'\n",
        "project/calendar/main.py": "",
        "project/common/log.py": "NAME = 'own'\n",
        "project/bills/main.py": `from common.log import NAME\n${answer}`,
        "project/careful/main.py": [
          "from typing import TYPE_CHECKING",
          "import typing, contextlib",
          "if TYPE_CHECKING:",
          "    from rates import main",
          "elif typing.TYPE_CHECKING: pass",
          "if typing.TYPE_CHECKING: import one",
          "try:",
          "    import shared.text",
          "except (ImportError, OSError):",
          "    text = None",
          "try: import bills.main",
          "except ModuleNotFoundError: pass",
          "with contextlib.suppress(ImportError):",
          "    import bills",
          "if __name__ == '__main__':",
          "    from orders import main",
          "NAME = 'careful'",
          answer,
        ].join("\n"),
        "project/careless/main.py": `try:\n    import one\nexcept OSError:\n    pass\nif not TYPE_CHECKING:\n    from bills import main\n${answer}`,
      },
      cases: [],
    };
    let place: string;
    before(async () => {
      place = await bench.prepare(services);
    });

    async function answers(artifact: Awaited<ReturnType<typeof build>>["artifact"], handler: string, value: string) {
      if (canCall("3.11")) assert.equal((await callHandler(artifact, { handler, minor: "3.11" })).value, value);
    }

    it("are reported with the lists that bring them back, whatever those need in turn", async () => {
      const wanted = { handler: "orders.main.handler", onlyInclude: ["orders/"] };
      const { warnings, artifact } = await build(wanted, place);
      assert.match(warnings.join(), /^Code that ships imports modules[^]*that `onlyInclude` does not name:/);
      assert.match(warnings.join(), /orders\/main\.py imports shared\.text: shared\/text\.py\n/);
      assert.match(warnings.join(), /rates\/\w+\.py imports one: one\.py/);
      assert.doesNotMatch(warnings.join(), /calendar/, "Python imports its own without an __init__.py");
      const lists = follow(warnings);
      assert.deepEqual(lists.onlyInclude?.slice(0, 1), ["orders/"]);
      const followed = await build({ ...wanted, ...lists }, place);
      assert.deepEqual(followed.warnings, []);
      await answers(followed.artifact, wanted.handler, "rate");
      if (!canCall("3.11")) return;
      const failed = await tryHandler(artifact, { handler: wanted.handler, minor: "3.11" });
      assert.match(failed.payload, /No module named 'shared'/);
    });

    it("are reported with both lists where the defaults leave them out, too", async () => {
      const wanted = { handler: "rates.main.handler", onlyInclude: ["rates/main.py"], include: ["/nothing"] };
      const levels = { handler: "warn", binaries: "error", collisions: "error", sizes: "error" } as const;
      const { warnings } = await build({ ...wanted, checks: levels }, place);
      const lists = follow(warnings);
      assert.deepEqual(lists.include, ["/nothing", "/rates/table_test.py"]);
      assert.deepEqual(lists.onlyInclude?.[0], "rates/main.py");
      assert.deepEqual([...(lists.onlyInclude ?? [])].sort(), [
        "/one.py",
        "/rates/table_test.py",
        "/shared/**",
        "rates/main.py",
      ]);
      const followed = await build({ ...wanted, checks: levels, ...follow(warnings) }, place);
      assert.deepEqual(followed.warnings, []);
    });

    it("are ignored if the import may fail, never runs, or finds a package or layer", async () => {
      const careful = await build({ handler: "careful.main.handler", onlyInclude: ["careful/"] }, place);
      assert.deepEqual(careful.warnings, []);
      await answers(careful.artifact, "careful.main.handler", "careful");
      const bills = { handler: "bills.main.handler", onlyInclude: ["bills/"] };
      assert.match((await build(bills, place)).warnings.join(), /bills\/main\.py imports common\.log: common\/log\.py/);
      assert.deepEqual((await build({ ...bills, hasLayers: true }, place)).warnings, []);
      const third = await build({ ...bills, groups: ["third"] }, place);
      assert.deepEqual(third.warnings, []);
      await answers(third.artifact, "bills.main.handler", "third");
    });

    it("are reported where a `try` does not expect that, and in what type checkers skip", async () => {
      const { warnings } = await build({ handler: "careless.main.handler", onlyInclude: ["careless/"] }, place);
      assert.match(warnings.join(), /imports one: one\.py\n.*imports bills\.main: bills\/main\.py/);
    });

    it("are reported for the project's own wheel, from the store too", async () => {
      const files = {
        "project/pyproject.toml": pyproject({ name: "svc", backend: "uv_build" }),
        "project/src/svc/__init__.py": "",
        "project/src/svc/one.py": `from svc.two.deep import NAME\n${answer}`,
        "project/src/svc/two/__init__.py": "from . import near\n",
        "project/src/svc/two/deep.py": "NAME = 'deep'\n",
        "project/src/svc/two/near.py": "",
        "project/src/svc/two/far.py": "",
      };
      const wheel = await bench.prepare({ name: "wheel", files, cases: [] });
      const wanted = { handler: "svc.one.handler", onlyInclude: ["svc/*.py"] };
      const { warnings } = await build(wanted, wheel);
      assert.deepEqual((await build(wanted, wheel)).warnings, warnings);
      const followed = await build({ ...wanted, ...follow(warnings) }, wheel);
      assert.deepEqual(followed.warnings, []);
      assert.ok(!shippedPaths(followed.artifact).includes("svc/two/far.py"));
      await answers(followed.artifact, wanted.handler, "deep");
    });
  });

  describe("that `exclude` names", () => {
    const shop: Fixture = {
      name: "shop",
      wheels: [{ name: "helpers", files: { "common/__init__.py": "", "common/log.py": "NAME = 'third'\n" } }],
      files: {
        "project/pyproject.toml": pyproject({ name: "app", more: '[dependency-groups]\nthird = ["helpers"]\n' }),
        "project/orders/main.py": `from shared.text import NAME\n${answer}`,
        "project/shared/text.py": "from shared.deep_test import NAME\n",
        "project/shared/deep_test.py": "NAME = 'deep'\n",
        "project/common/log.py": "NAME = 'own'\n",
        "project/bills/main.py": `from common.log import NAME\n${answer}`,
        "project/boto3/__init__.py": "",
        "project/careful.py": `try:\n    import shared\nexcept ImportError:\n    NAME = 'careful'\nimport boto3\n${answer}`,
        "project/unused.py": "",
      },
      cases: [],
    };
    let place: string;
    before(async () => {
      place = await bench.prepare(shop);
    });
    const wanted = { handler: "orders.main.handler", exclude: ["unused.py", "bills/", "/shared/"] };

    it("are reported, also when another list leaves them out too, and then the function runs", async () => {
      const { artifact, warnings } = await build(wanted, place);
      assert.equal(warnings.length, 1, bench.messages.join("\n"));
      assert.match(warnings[0]!, /that `exclude` leaves out:\n {2}orders\/main\.py imports shared\.text: shared\/\n/);
      assert.doesNotMatch(warnings[0]!, /(unused|bills).*\n/);
      const lists = follow(warnings);
      assert.deepEqual(lists, { exclude: ["unused.py", "bills/"] });
      const second = await build({ ...wanted, ...lists }, place);
      assert.match(second.warnings.join(), /shared\/text\.py imports shared\.deep_test/);
      const followed = await build({ ...wanted, ...lists, ...follow(second.warnings) }, place);
      assert.deepEqual(followed.warnings, []);
      if (!canCall("3.11")) return;
      const call = { handler: wanted.handler, minor: "3.11" };
      assert.match((await tryHandler(artifact, call)).payload, /No module named 'shared'/);
      assert.equal((await callHandler(followed.artifact, call)).value, "deep");
    });

    it("are reported with every list that has to change", async () => {
      const lists = { exclude: ["*_test.py"], onlyInclude: ["/orders/**", "/shared/text.py"] };
      const { warnings } = await build({ handler: wanted.handler, ...lists }, place);
      assert.match(warnings.join(), /by default, or that `onlyInclude` does not name, or that `exclude` leaves out:/);
      const changed = follow(warnings);
      assert.deepEqual(changed, {
        include: ["/shared/deep_test.py"],
        exclude: [],
        onlyInclude: [...lists.onlyInclude, "/shared/deep_test.py"],
      });
      assert.deepEqual((await build({ handler: wanted.handler, ...changed }, place)).warnings, []);
    });

    it("are ignored where the import may fail, or a package, a layer or the runtime brings the module", async () => {
      const careful = { handler: "careful.handler", exclude: ["orders/", "/shared", "/boto3"] };
      assert.deepEqual((await build(careful, place)).warnings, []);
      const bills = { handler: "bills.main.handler", exclude: ["/common", "orders/", "shared/"] };
      assert.match((await build(bills, place)).warnings.join(), /bills\/main\.py imports common\.log: common\/\n/);
      assert.deepEqual((await build({ ...bills, hasLayers: true }, place)).warnings, []);
      const third = await build({ ...bills, groups: ["third"] }, place);
      assert.deepEqual(third.warnings, []);
      if (canCall("3.11"))
        assert.equal((await callHandler(third.artifact, { handler: bills.handler, minor: "3.11" })).value, "third");
    });

    it("are reported for the wheel of the project, too", async () => {
      const files = {
        "project/pyproject.toml": pyproject({ name: "svc", backend: "uv_build" }),
        "project/src/svc/__init__.py": "",
        "project/src/svc/one.py": `from .two import NAME\n${answer}`,
        "project/src/svc/two.py": "NAME = 'two'\n",
      };
      const wheel = await bench.prepare({ name: "excluded", files, cases: [] });
      const inWheel = { handler: "svc.one.handler", exclude: ["two.py"] };
      const { warnings } = await build(inWheel, wheel);
      assert.match(warnings.join(), /svc\/one\.py imports svc\.two: svc\/two\.py/);
      const followed = await build({ ...inWheel, ...follow(warnings) }, wheel);
      assert.deepEqual(followed.warnings, []);
      assert.ok(shippedPaths(followed.artifact).includes("svc/two.py"));
    });
  });

  it("are reported for a local package that is copied, too", async () => {
    const warnings = (await build({ handler: "quiet.handler", exclude: ["orders/", "/smoke.py"] })).warnings.join();
    assert.match(warnings, /near\.py imports copied_test: copied_test\.py[^]*rename them in copied/);
    assert.doesNotMatch(warnings, /include/);
  });
});
