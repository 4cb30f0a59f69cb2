import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { proposedCode, proposedValue } from "../support/proposals.js";
import { refused } from "../support/refused.js";
import { replace } from "./projectScenarios.js";
import { useBench, type PackagingBench } from "./support/bench.js";
import { pyproject, writeInto, type Fixture, type Wanted } from "./support/fixture.js";
import { callHandler, canCall, tryHandler } from "./support/run.js";

const answer = "def handler(event, context): return 1\n";

const fixture: Fixture = {
  name: "broken",
  wheels: [
    ...["in-group", "in-extra", "pruned", "nowhere", "on-windows"].map((name) => ({ name })),
    {
      name: "old-tools",
      files: { "distutils-precedence.pth": "import os\n", "old_tools-1.0-nspkg.pth": "import os\n" },
    },
    { name: "finder", files: { "finder.pth": "elsewhere\n", "elsewhere/nowhere/deep.py": "" } },
  ],
  files: {
    "project/pyproject.toml": pyproject({
      name: "app",
      dependencies: ["pruned", "on-windows; sys_platform == 'win32'"],
      project:
        '[project.optional-dependencies]\nfast = ["in-extra"]\n[dependency-groups]\njobs = ["in-group>=1"]\nold = ["old-tools"]\nfinds = ["finder"]\n',
    }),
    "project/groups.py": `import in_group\nfrom in_extra import VERSION\n${answer}`,
    "project/pruned_one.py": `import pruned\n${answer}`,
    "project/absent.py": `from common import used\n${answer}`,
    "project/common/__init__.py": "",
    "project/common/used.py": "import nowhere.deep\n",
    "project/windows.py": `import on_windows\n${answer}`,
    "project/removed.py": `import imp\nimport tomllib\n${answer}`,
    "project/newer.py": `from typing import Any, override\nfrom collections import Mapping, OrderedDict\n${answer}`,
    "project/names.py": `from common.named import one, two, __name__ as n\nfrom common import named, other\n${answer}`,
    "project/common/named.py": "one = 1\n",
    "project/beside.py": `from .common import used\n${answer}`,
    "project/inside.py": "def handler(event, context):\n    from .common import named\n    return 1\n",
    "project/careful.py": [
      "import json, _thread, boto3, botocore.config, urllib3",
      "import common.dynamic, common.named as named",
      "from common.dynamic import anything",
      "try:\n    import nowhere\nexcept ImportError:\n    nowhere = None",
      "if named.one == 2:\n    import nowhere",
      "def later():\n    import nowhere",
      "if __package__:\n    from .common import named as same\nelse:\n    from common import named as same",
      "def either():\n    try:\n        from .common import named\n    except ImportError:\n        from common import named",
      answer,
    ].join("\n"),
    "project/common/dynamic.py": "def __getattr__(name): return name\n",
    "project/vendored.py": `import sys, os\nsys.path.insert(0, os.path.dirname(__file__) + '/vendor')\nimport inside\n${answer}`,
    "project/vendor/inside.py": "",
    "project/jobs/nightly/main.py": `import steps\nfrom tools import tool\n${answer}`,
    "project/jobs/nightly/steps.py": "",
    "project/jobs/nightly/tools.py": "tool = 1\n",
    "project/jobs/mixed.py": `import parts\nfrom . import others\n${answer}`,
    "project/jobs/parts.py": "",
    "project/jobs/others.py": "",
  },
  cases: [],
};

describe("imports of what does not ship", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let folder: string;
  useBench(fixture, (...opened) => ([bench, folder] = opened));

  async function build(module: string, wanted: Partial<Wanted> = {}, where = folder) {
    bench.messages.length = 0;
    const artifact = await bench.build(where, { project: "project", handler: `${module}.handler`, ...wanted });
    return { artifact, warning: bench.messages.filter((one) => one.startsWith("The handler's module imports")).join() };
  }

  /** The function fails now, and works after the change. */
  async function fixes(module: string, before: Partial<Wanted>, after: Partial<Wanted>, where = folder) {
    const minor = (after.runtime ?? "python3.11").replace("python", "");
    const failed = await build(module, before);
    assert.notEqual(failed.warning, "");
    const { artifact, warning } = await build(module, after, where);
    assert.equal(warning, "");
    const call = { handler: `${module}.handler`, minor };
    if (canCall(minor)) assert.equal((await callHandler(artifact, call)).value, 1);
    const then = (before.runtime ?? "python3.11").replace("python", "");
    if (canCall(then))
      assert.match((await tryHandler(failed.artifact, { ...call, minor: then })).payload, /ImportModuleError/);
  }

  it("name the group and the extra that have the packages, together with those that are set", async () => {
    const { warning } = await build("groups");
    assert.match(warning, /groups\.py imports in_group\n {2}groups\.py imports in_extra\n/);
    const lists = {
      groups: proposedValue<string[]>(warning, "groups"),
      extras: proposedValue<string[]>(warning, "extras"),
    };
    assert.deepEqual(lists, { groups: ["jobs"], extras: ["fast"] });
    await fixes("groups", {}, lists);
  });

  it("name the module beside the file, and `source`, but never a package of that name", async () => {
    const { warning } = await build("jobs/nightly/main");
    assert.doesNotMatch(warning, /uv add/);
    const [steps, , tools] = proposedCode(warning);
    assert.deepEqual([steps, tools], ["jobs.nightly.steps", "jobs.nightly.tools"]);
    const copy = await bench.prepare(fixture);
    const imports = `import ${steps}\nfrom ${tools} import tool\n${answer}`;
    writeInto(copy, { "project/jobs/nightly/main.py": imports });
    await fixes("jobs/nightly/main", {}, {}, copy);
    const source = `project/${proposedValue<string>(warning, "source")}`;
    const handler = proposedValue<string>(warning, "handler");
    const asked = await build("", { source, handler });
    assert.equal(asked.warning, "");
    if (canCall("3.11")) assert.equal((await callHandler(asked.artifact, { handler, minor: "3.11" })).value, 1);
    assert.match((await build("jobs.mixed")).warning, /import `jobs\.parts` instead of `parts`\.$/m);
  });

  it("are named with `.pth` files of setuptools, but not with one that adds a folder", async () => {
    const old = await build("absent", { groups: ["old"] });
    assert.match(old.warning, /common\/used\.py imports nowhere\.deep/);
    const finds = await build("absent", { groups: ["finds"] });
    assert.equal(finds.warning, "");
    if (!canCall("3.11")) return;
    const call = { handler: "absent.handler", minor: "3.11" };
    assert.match((await tryHandler(old.artifact, call)).payload, /ImportModuleError/);
    assert.equal((await callHandler(finds.artifact, call)).value, 1);
  });

  it("name what is pruned", async () => {
    const wanted = { prune: ["pruned"] };
    assert.match((await build("pruned_one", wanted)).warning, /remove "pruned" from `prune`/);
    await fixes("pruned_one", wanted, { prune: [] });
  });

  it("name what `exclude-dependencies` keeps out of the lock", async () => {
    const copy = await bench.prepare(fixture);
    const setting = '\n[tool.uv]\nexclude-dependencies = ["Pruned"]\n';
    const file = path.join(copy, "project/pyproject.toml");
    fs.appendFileSync(file, setting);
    await bench.lock(path.dirname(file));
    const said = (await build("pruned_one", {}, copy)).warning;
    assert.ok(said.includes(`remove "Pruned" from \`exclude-dependencies\` in ${file} and run \`uv lock\``), said);
    replace(copy, "project/pyproject.toml", setting, "");
    await bench.lock(path.dirname(file));
    const { artifact, warning } = await build("pruned_one", {}, copy);
    assert.equal(warning, "");
    if (!canCall("3.11")) return;
    assert.equal((await callHandler(artifact, { handler: "pruned_one.handler", minor: "3.11" })).value, 1);
  });

  it("name a marker that does not apply", async () => {
    const said = (await build("windows")).warning;
    assert.match(said, /change the marker of on-windows \(`sys_platform == 'win32'`\) and run `uv lock`/);
    const copy = await bench.prepare(fixture);
    replace(copy, "project/pyproject.toml", "; sys_platform == 'win32'", "");
    await bench.lock(path.join(copy, "project"));
    await fixes("windows", {}, {}, copy);
  });

  it("are found through the project's own modules, and `uv add` is the way for what is nowhere", async () => {
    assert.match((await build("absent")).warning, /common\/used\.py imports nowhere\.deep\n[^]*`uv add`/);
    const copy = await bench.prepare(fixture);
    replace(copy, "project/pyproject.toml", '"pruned"', '"pruned", "nowhere"');
    writeInto(copy, { "project/common/used.py": "import nowhere\n" });
    await bench.lock(path.join(copy, "project"));
    await fixes("absent", {}, {}, copy);
  });

  it("name modules that the runtime's Python does not have", async () => {
    assert.match(
      (await build("removed", { runtime: "python3.12" })).warning,
      /imports imp, which Python 3\.12 does not/,
    );
    assert.match(
      (await build("removed", { runtime: "python3.10" })).warning,
      /imports tomllib, which Python 3\.10 does/,
    );
    await fixes("removed", { runtime: "python3.12" }, { runtime: "python3.11" });
  });

  it("name names that the standard library of another Python has", async () => {
    const { warning } = await build("newer");
    assert.match(warning, /imports override from typing, which Python 3\.11 does not have\n/);
    assert.match(warning, /imports Mapping from collections, which[^]*choose a `runtime` that has it/);
    assert.doesNotMatch(warning, /Any|OrderedDict|uv add/);
    const copy = await bench.prepare(fixture);
    writeInto(copy, { "project/newer.py": `from typing import Any, override\n${answer}` });
    await fixes("newer", {}, { runtime: "python3.12" }, copy);
  });

  it("name names that the project's own module does not define", async () => {
    const { warning } = await build("names");
    assert.match(
      warning,
      /imports two from common\.named, which[^]*imports other from common, which[^]*correct the names/,
    );
    assert.doesNotMatch(warning, /one|__name__|uv add/);
    const copy = await bench.prepare(fixture);
    writeInto(copy, { "project/names.py": `from common.named import one\nfrom common import named\n${answer}` });
    await fixes("names", {}, {}, copy);
  });

  it("are no warning where they may fail, do not run, or code decides, nor with layers that are not examined", async () => {
    for (const module of ["careful", "vendored"]) {
      assert.equal((await build(module)).warning, "", module);
      assert.doesNotMatch(bench.messages.join("\n"), new RegExp(`${module}\\.py imports`));
    }
    assert.equal((await build("absent", { hasLayers: true })).warning, "");
    assert.equal((await build("absent", { packageFormat: "image", image: { baseImage: "base" } })).warning, "");
    assert.match((await build("absent", { packageFormat: "image" })).warning, /nowhere/);
    const checks = { handler: "off", binaries: "error", collisions: "error", sizes: "error" } as const;
    assert.equal((await build("absent", { checks })).warning, "");
  });

  it("from above the root of the archive are an error, and work without the dots", async () => {
    const error = await refused(build("beside"), "HANDLER_NOT_FOUND", /import from "common" without the dots/);
    assert.match(error.message, /beside\.py imports from "\.common"/);
    const copy = await bench.prepare(fixture);
    writeInto(copy, { "project/beside.py": `from common import named\n${answer}` });
    const { artifact } = await build("beside", {}, copy);
    bench.messages.length = 0;
    const later = await bench.build(folder, { project: "project", handler: "inside.handler" });
    assert.match(bench.messages.join(), /inside\.py imports from "\.common"/);
    if (!canCall("3.11")) return;
    const called = await tryHandler(later, { handler: "inside.handler", minor: "3.11" });
    assert.match(called.payload, /relative import/);
    assert.equal((await callHandler(artifact, { handler: "beside.handler", minor: "3.11" })).value, 1);
    const checks = { handler: "off", binaries: "error", collisions: "error", sizes: "error" } as const;
    const failed = await tryHandler((await build("beside", { checks })).artifact, {
      handler: "beside.handler",
      minor: "3.11",
    });
    assert.match(failed.payload, /relative import/);
  });
});
