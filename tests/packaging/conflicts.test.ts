import assert from "node:assert/strict";
import type { PackageRequest } from "../../provider/packaging/request.js";
import type { WheelSpec } from "../support/wheels.js";
import { refused } from "../support/refused.js";
import { contentOf, shippedPaths, useBench, type PackagingBench } from "./support/bench.js";
import { callHandler, canCall } from "./support/run.js";
import { pyproject, type Fixture, type Wanted } from "./support/fixture.js";

const stub = "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n";
const wheel = (name: string, initOfNamespace: string): WheelSpec => ({
  name,
  files: {
    [`${name}/__init__.py`]: `NAME = "${name}"\n`,
    "shared/__init__.py": `OWNER = "${name}"\n`,
    "shared/same.py": "SAME = 1\n",
    "mixed/__init__.py": initOfNamespace,
    "tests/conftest.py": `# ${name}\n`,
    "share/doc.txt": `${name}\n`,
    // Makes one install take longer than the other, sometimes.
    ...Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${name}/part${i}.py`, `# ${i}\n`])),
  },
});

const rivals: Fixture = {
  name: "rivals",
  wheels: [wheel("quebec", "REAL = 1\n"), wheel("papa", stub)],
  files: {
    "project/pyproject.toml": pyproject({ name: "app", dependencies: ["papa", "quebec"] }),
    "project/handler.py": [
      "import mixed, quebec, shared",
      'def handler(event, context): return [shared.OWNER, quebec.NAME, hasattr(mixed, "REAL")]\n',
    ].join("\n"),
    "project/quebec/__init__.py": 'NAME = "own"\n',
  },
  cases: [],
};

const legacy = "from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\n";

/** A local package and a wheel with the same paths where that is not a conflict: namespaces, tests, texts. */
const friends: Fixture = {
  name: "friends",
  wheels: [
    {
      name: "foxtrot",
      files: {
        "space/__init__.py": stub,
        "space/foxtrot.py": "F = 1\n",
        "tests/__init__.py": "# foxtrot\n",
        "NOTICE.txt": "foxtrot\n",
      },
    },
  ],
  files: {
    "project/pyproject.toml": pyproject({
      name: "golf",
      dependencies: ["foxtrot"],
      backend: "hatchling",
      more: '[tool.hatch.build.targets.wheel]\ninclude = ["/space", "/tests", "/NOTICE.txt"]\n',
    }),
    "project/space/__init__.py": legacy,
    "project/space/golf.py": "import space.foxtrot\ndef handler(event, context): return space.foxtrot.F\n",
    "project/tests/__init__.py": "# golf\n",
    "project/NOTICE.txt": "golf\n",
  },
  cases: [],
};

const checks = (collisions: PackageRequest["checks"]["collisions"]) =>
  ({ handler: "error", binaries: "error", collisions, sizes: "error" }) as const;

/** Python prefers a folder with __init__.py to a module of the same name, and the module to any other folder. */
const oneName: Fixture = {
  name: "onename",
  wheels: [
    { name: "sierra", files: { "sierra/__init__.py": "" } },
    { name: "tango", files: { "tango.py": "" } },
    { name: "uniform", files: { "uniform.py": "WHAT = 'module'\n", "uniform_data/x.py": "" } },
    { name: "victor", files: { "uniform/__init__.py": "WHAT = 'folder'\n", "victor.py": "", "victor/a.txt": "" } },
  ],
  files: {
    "project/pyproject.toml": pyproject({ name: "app", dependencies: ["sierra", "tango", "uniform", "victor"] }),
    "project/handler.py": "import uniform\ndef handler(event, context): return uniform.WHAT\n",
    "project/sierra.py": "",
    "project/tango/jobs.py": "",
    "project/data.py": "",
    "project/data/x.py": "",
  },
  cases: [],
};

describe("two packages that own one path", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let folder: string;
  useBench(rivals, (...opened) => ([bench, folder] = opened));

  const own = { project: "project" };
  const without = { project: "project", exclude: ["/quebec"] };

  /** What the function sees of both packages, called in the runner. */
  async function answers(wanted: Wanted, value: unknown): Promise<void> {
    if (!canCall("3.11")) return;
    const artifact = await bench.build(folder, wanted);
    assert.deepEqual((await callHandler(artifact, { handler: "handler.handler", minor: "3.11" })).value, value);
  }

  it("are one warning that names path and packages, and none if no import reaches the path", async () => {
    bench.messages.length = 0;
    await bench.build(folder, without);
    const [warning, ...others] = bench.messages.splice(0).filter((message) => message.includes("papa"));
    assert.deepEqual(others, []);
    assert.deepEqual(warning?.split("\n").slice(1, 3), [
      "  mixed/__init__.py: that of papa ships, that of quebec does not",
      "  shared/__init__.py: that of papa ships, that of quebec does not",
    ]);
    assert.match(warning ?? "", /prune.*checks\.collisions/s);
  });

  it("are an error if one of them is the function's own", async () => {
    const error = await refused(bench.build(folder, own), "FILE_CONFLICT", /quebec\/__init__\.py: different bytes/);
    assert.doesNotMatch(error.message, /shared/);
    assert.match(error.problems[0]?.message ?? "", /prune|checks\.collisions/);
  });

  it("are a warning or nothing if the check is lowered", async () => {
    bench.messages.length = 0;
    await bench.build(folder, { ...without, checks: checks("off") });
    assert.deepEqual(bench.messages, []);
    await bench.build(folder, { ...own, checks: checks("warn") });
    assert.match(bench.messages.splice(0).join("\n"), /quebec\/__init__\.py: different bytes in .* and quebec/);
  });

  it("ship the bytes of the first by name in every fresh install", async () => {
    const hashes = new Set<string>();
    for (let i = 0; i < 8; i++) {
      const artifact = await bench.build(
        folder,
        { ...without, checks: checks("off") },
        { cacheDir: bench.fresh("store") },
      );
      const content = contentOf(artifact);
      assert.equal(content.get("shared/__init__.py")?.toString(), 'OWNER = "papa"\n');
      assert.equal(content.get("mixed/__init__.py")?.toString(), stub);
      const record = (name: string) => content.get(`${name}-1.0.0.dist-info/RECORD`)?.toString() ?? "";
      assert.match(record("papa"), /^shared\/__init__\.py,/m);
      assert.doesNotMatch(record("quebec"), /^shared\/__init__\.py,/m);
      assert.ok(!shippedPaths(artifact).some((name) => /^(tests|share)\//.test(name)));
      hashes.add(artifact.files[0]!.sha256);
    }
    assert.equal(hashes.size, 1);
    await answers({ ...without, checks: checks("off") }, ["papa", "quebec", false]);
  });

  it("have one name for a module and a folder: an error with the function's own, a warning between packages", async () => {
    const project = await bench.prepare(oneName);
    const build = (wanted: object) => bench.build(project, { project: "project", ...wanted });
    const error = await refused(
      build({}),
      "FILE_CONFLICT",
      /sierra\.py of the project's own files and sierra\/ of sierra/,
    );
    assert.match(error.message, /tango\.py of tango and tango\/ of the project's own files/);
    assert.doesNotMatch(error.message, /uniform|data/);
    bench.messages.length = 0;
    const artifact = await build({ exclude: ["/sierra.py", "/tango"] });
    const text = bench.messages.splice(0).join("\n");
    assert.match(text, /uniform\.py of uniform and uniform\/ of victor: one name for two modules\n.*`prune`/);
    assert.doesNotMatch(text, /sierra|tango|data/);
    const call = { handler: "handler.handler", minor: "3.11" };
    if (canCall("3.11")) assert.equal((await callHandler(artifact, call)).value, "folder");
    await build({ exclude: ["/sierra.py", "/tango"], prune: ["victor"] });
    await build({ exclude: ["/sierra.py", "/tango"], checks: checks("off") });
    assert.deepEqual(bench.messages, []);
  });

  it("lose to the function's own file", async () => {
    const artifact = await bench.build(folder, { ...own, checks: checks("off") });
    assert.equal(contentOf(artifact).get("quebec/__init__.py")?.toString(), 'NAME = "own"\n');
    assert.ok(artifact.conflicts.some(({ path, owners }) => path === "quebec/__init__.py" && owners.includes(null)));
    await answers({ ...own, checks: checks("off") }, ["papa", "own", false]);
  });

  it("are ignored if nobody imports the path, or if all make it a namespace; bytecode goes with its source", async () => {
    const place = await bench.prepare(friends);
    bench.messages.length = 0;
    for (const bytecode of canCall("3.11") ? [false, true] : [false]) {
      const artifact = await bench.build(place, { project: "project", handler: "space.golf.handler", bytecode });
      assert.deepEqual(artifact.conflicts, []);
      const content = contentOf(artifact);
      assert.equal(content.get("space/__init__.py")?.toString(), legacy);
      if (!bytecode) continue;
      const { value } = await callHandler(artifact, { handler: "space.golf.handler", minor: "3.11" });
      assert.equal(value, 1);
    }
    assert.deepEqual(bench.messages, []);
  });
});
