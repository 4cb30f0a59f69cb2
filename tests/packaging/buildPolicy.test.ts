import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { proposedCode, proposedName } from "../support/proposals.js";
import { refused } from "../support/refused.js";
import { contentOf, useBench, type PackagingBench } from "./support/bench.js";
import { pyproject, type Fixture, type Wanted } from "./support/fixture.js";
import { callHandler, canCall } from "./support/run.js";

const library = (name: string) => ({
  [`project/libs/${name}/pyproject.toml`]: `[project]\nname = "${name}"\nversion = "0.1.0"\nrequires-python = ">=3.10"\n[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\n`,
  [`project/libs/${name}/src/${name}/__init__.py`]: `WHO = "${name}"\n`,
});

const fixture: Fixture = {
  name: "policy",
  files: {
    "project/pyproject.toml":
      pyproject({ name: "policy", dependencies: ["core", "twofold"] }) +
      '[tool.uv.sources]\ncore = { path = "libs/core" }\n',
    ...library("core"),
    "project/handler.py": "import twofold\ndef handler(event, context):\n    return twofold.HOW\n",
  },
  wheels: [{ name: "twofold", files: { "twofold/__init__.py": 'HOW = "wheel"\n' } }],
  sdists: [{ name: "twofold", files: { "src/twofold/__init__.py": 'HOW = "source"\n' } }],
  cases: [],
};

describe("What may be built, and what has to be", function () {
  this.timeout(300_000);
  let bench: PackagingBench;
  let folder: string;
  useBench(fixture, (...opened) => ([bench, folder] = opened));

  /** The settings of the project are written after the lock, because they are not part of it. */
  async function build(
    settings: string,
    wanted: Partial<Wanted> = {},
    environment: Record<string, string> = {},
    noBuilds = false,
  ) {
    const file = path.join(folder, "project/pyproject.toml");
    const before = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, before.replace("[tool.uv.sources]", `[tool.uv]\n${settings}\n[tool.uv.sources]`));
    try {
      // A package that another test has installed would come from its store.
      const cacheDir = bench.fresh("store");
      const more = { environment: { ...bench.environment(), ...environment }, noBuilds, cacheDir };
      const artifact = await bench.build(folder, { project: "project", ...wanted }, more);
      const content = contentOf(artifact);
      const call = { handler: "handler.handler", minor: "3.11" };
      if (canCall("3.11")) assert.equal((await callHandler(artifact, call)).value, how(content));
      return content;
    } finally {
      fs.writeFileSync(file, before);
    }
  }
  const how = (content: Map<string, Buffer>) => /HOW = "(\w+)"/.exec(String(content.get("twofold/__init__.py")))?.[1];

  it("a link to a folder that uv_build does not follow is named with copyFiles, which then ships it", async () => {
    const linked = await bench.prepare({
      name: "linked",
      files: {
        "project/pyproject.toml": pyproject({ name: "app", backend: "uv_build" }),
        "project/src/app/__init__.py": "def handler(event, context): return 1\n",
        "shared/words.py": "WORD = 1\n",
      },
      cases: [],
    });
    const link = path.join(linked, "project/src/app/common");
    fs.symlinkSync("../../../shared", link);
    const wanted = { project: "project", handler: "app.handler" };
    const says = /src\/app\/common is a link to a folder[^]*remove the link and name its target in/;
    const error = await refused(bench.build(linked, wanted), "LOCAL_BUILD_FAILED", says);
    fs.rmSync(link);
    const copies = { [proposedName(error, "copyFiles")]: [{ from: "shared", to: "app/common" }] };
    const content = contentOf(await bench.build(linked, { ...wanted, ...copies }));
    assert.equal(String(content.get("app/common/words.py")), "WORD = 1\n");
  });

  it("no-build-isolation is named where a backend is not found, and works when it is removed", async () => {
    const folder = await bench.prepare({
      name: "isolation",
      files: {
        "project/pyproject.toml": pyproject({ name: "app", backend: "uv_build" }),
        "project/src/app/__init__.py": "def handler(event, context): return 1\n",
        "project/bk/backend.py": "import idna\nfrom uv_build import *\n",
      },
      cases: [],
    });
    const file = path.join(folder, "project/pyproject.toml");
    const text = fs.readFileSync(file, "utf8");
    const own = text.replace(/^build-backend = .*$/m, 'build-backend = "backend"\nbackend-path = ["bk"]');
    assert.notEqual(own, text);
    const wanted = { project: "project", handler: "app.handler" };
    fs.writeFileSync(file, own);
    const missing = await refused(bench.build(folder, wanted), "LOCAL_BUILD_FAILED", /add idna to `build-system/);
    const requires = own.replace(
      /^requires = \["/m,
      `requires = ["${/add (\w+) to/.exec(missing.hint ?? "")?.[1]}", "`,
    );
    assert.notEqual(requires, own);
    fs.writeFileSync(file, `${requires}[tool.uv]\nno-build-isolation-package = ["app"]\n`);
    await refused(bench.build(folder, wanted), "LOCAL_BUILD_FAILED", /remove app from no-build-isolation-package/);
    fs.writeFileSync(file, requires);
    assert.ok(contentOf(await bench.build(folder, wanted)).has("app/__init__.py"));
  });

  it("no-binary of a local package is what happens anyway", async () => {
    for (const setting of ['no-binary-package = ["core"]', 'no-build = true\nno-binary-package = ["core", "other"]'])
      assert.equal(how(await build(setting)), "wheel");
  });

  it("no-binary of a third-party package is refused with the setting, which then builds it from source", async () => {
    for (const setting of ['no-binary-package = ["twofold"]', "no-binary = true"]) {
      await assert.rejects(build(setting), {
        code: "NO_WHEEL",
        message: /no-binary.*pyproject\.toml requires that twofold is built/,
        hint: /sourceBuilds: \["twofold"\]/,
      });
      assert.equal(how(await build(setting, { sourceBuilds: ["twofold"] })), "source");
    }
    assert.equal(how(await build("", { sourceBuilds: ["twofold"] })), "wheel");
  });

  it("no-build of a local package is refused with the setting, which then builds it", async () => {
    await assert.rejects(build("no-build = true"), {
      code: "BUILD_FORBIDDEN",
      message: /no-build in .*pyproject\.toml forbids building the local package core/,
      hint: /no-binary-package = \["core"\]/,
    });
    await assert.rejects(build('no-build-package = ["core"]'), { code: "BUILD_FORBIDDEN", hint: /remove it from/ });
    assert.equal(how(await build('no-build-package = ["twofold"]')), "wheel");
  });

  it("a machine's no-build forbids too; its no-binary is ignored with a warning", async () => {
    for (const variables of [{ UV_NO_BUILD: "1" }, { UV_NO_BUILD_PACKAGE: "core" }])
      await assert.rejects(build("", {}, variables), {
        code: "BUILD_FORBIDDEN",
        message: /UV_NO_BUILD/,
      });
    bench.messages.length = 0;
    assert.equal(how(await build("", {}, { UV_NO_BINARY_PACKAGE: "twofold" })), "wheel");
    assert.match(bench.messages.join("\n"), /is ignored for twofold/);
    const config = bench.fresh("config");
    fs.mkdirSync(path.join(config, "uv"), { recursive: true });
    const file = path.join(config, "uv", "uv.toml");
    for (const setting of ['no-binary-package = ["core", "twofold"]', "no-binary = true"])
      for (const variables of [{ XDG_CONFIG_HOME: config }, { UV_CONFIG_FILE: file }]) {
        fs.writeFileSync(file, `${setting}\n`);
        bench.messages.length = 0;
        assert.equal(how(await build("", {}, variables)), "wheel", setting);
        assert.match(bench.messages.join("\n"), /no-binary.*uv\.toml is ignored for twofold/);
      }
  });

  it("[tool.uv.pip] is for `uv pip`, so it decides nothing, in the project or in a uv.toml", async () => {
    const config = bench.fresh("config");
    fs.mkdirSync(path.join(config, "uv"), { recursive: true });
    for (const value of ['"twofold"', '":all:"']) {
      fs.writeFileSync(path.join(config, "uv", "uv.toml"), `[pip]\nno-binary = [${value}]\n`);
      assert.equal(how(await build("", {}, { XDG_CONFIG_HOME: config })), "wheel", value);
      assert.equal(how(await build(`[tool.uv.pip]\nno-binary = [${value}]`)), "wheel", value);
    }
  });

  it("UVLAMBDA_NO_BUILDS names what would run code of the checkout", async () => {
    await assert.rejects(build("", {}, {}, true), { code: "BUILD_FORBIDDEN", message: /core \(a local package\)/ });
    const sources = build('no-binary-package = ["twofold"]', { sourceBuilds: ["twofold"] }, {}, true);
    await assert.rejects(sources, { code: "BUILD_FORBIDDEN", message: /core \(a local package\), twofold/ });
    const file = path.join(folder, "project/libs/core/pyproject.toml");
    const before = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, before.replace('name = "core"', 'name = "core"\ndynamic = ["dependencies"]'));
    await assert.rejects(build("", {}, {}, true), {
      code: "BUILD_FORBIDDEN",
      message: /core \(its dependencies are dynamic\)/,
    });
    fs.writeFileSync(file, `${before}[tool.uv]\npackage = false\n`);
    try {
      await bench.lock(path.join(folder, "project"));
      assert.equal(how(await build("", {}, {}, true)), "wheel");
    } finally {
      fs.writeFileSync(file, before);
      await bench.lock(path.join(folder, "project"));
    }
  });

  it("extra-build-dependencies are used; with match-runtime the error says what to write, and that works", async () => {
    const setup =
      "from setuptools import setup\nimport idna\n" +
      "seen = {'built_with': ['idna = v' + idna.__version__.replace('.', '_')]}\n" +
      "setup(name='core', version='0.1.0', packages=['core'], package_dir={'': 'src'}, entry_points=seen)\n";
    const file = path.join(folder, "project/libs/core/pyproject.toml");
    const before = fs.readFileSync(file, "utf8");
    fs.writeFileSync(
      file,
      '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "core"\ndynamic = ["version", "dependencies"]\n',
    );
    fs.writeFileSync(path.join(folder, "project/libs/core/setup.py"), setup);
    const project = path.join(folder, "project/pyproject.toml");
    const settings = fs.readFileSync(project, "utf8");
    const needing = settings.replace('"twofold"', '"twofold", "idna<3.10"');
    let hint = "";
    const tool = (value: string) =>
      fs.writeFileSync(project, `${needing}[tool.uv.extra-build-dependencies]\ncore = [${value}]\n`);
    try {
      tool('"idna"');
      await bench.lock(path.join(folder, "project"));
      assert.equal(how(await build("")), "wheel");
      tool('{ requirement = "idna", match-runtime = true }');
      await assert.rejects(build(""), (error: { code: string; hint?: string }) => {
        assert.equal(error.code, "LOCAL_BUILD_FAILED");
        hint = error.hint ?? "";
        return true;
      });
      const followed = proposedCode(hint).find((code) => code.startsWith("extra-build-dependencies = ")) ?? "";
      assert.notEqual(followed, "", hint);
      const lock = fs.readFileSync(path.join(folder, "project/uv.lock"), "utf8");
      const locked = /name = "idna"\nversion = "([^"]+)"/.exec(lock)?.[1] ?? "";
      fs.writeFileSync(project, needing);
      const content = await build(followed.replace("<version>", locked));
      // The code that the backend was built with ships.
      const seen = String(content.get("core-0.1.0.dist-info/entry_points.txt"));
      assert.match(seen, new RegExp(`^idna = v${locked.replaceAll(".", "_")}$`, "m"));
      assert.ok(content.has(`idna-${locked}.dist-info/METADATA`), [...content.keys()].join());
    } finally {
      fs.writeFileSync(file, before);
      fs.writeFileSync(project, settings);
      fs.rmSync(path.join(folder, "project/libs/core/setup.py"));
    }
  });
});
