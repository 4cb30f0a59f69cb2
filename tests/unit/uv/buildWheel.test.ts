import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { resolveTarget } from "../../../provider/runtimes/index.js";
import { buildWheel } from "../../../provider/uv/buildWheel.js";
import { installWheels } from "../../../provider/uv/install.js";
import { makeWheel } from "../../support/wheels.js";
import { refused } from "../../support/refused.js";
import { Bench, read } from "./bench.js";

const arm313 = resolveTarget("python3.13", "arm64").target;

describe("buildWheel and installWheels, with the real uv", function () {
  this.timeout(60_000);
  const bench = new Bench();

  const build = (name: string, out: string) =>
    buildWheel(bench.uv, {
      packageFolder: path.join(bench.root, name),
      root: bench.root,
      target: arm313,
      outFolder: bench.folder(out),
    });

  it("builds what is in the folder now, and unpacks it", async () => {
    const first = await build("libs/core", "out-1");
    assert.equal(path.basename(first), "core-0.1.0-py3-none-any.whl");
    await installWheels(bench.uv, {
      wheels: [first],
      root: bench.root,
      target: arm313,
      folder: bench.folder("site-1"),
    });
    bench.workspace.write("libs/core/src/core/__init__.py", 'NAME = "edited"\n');
    const second = await build("libs/core", "out-2");
    await installWheels(bench.uv, {
      wheels: [second, await build("apps/api", "out-3")],
      root: bench.root,
      target: arm313,
      folder: bench.folder("site-2"),
    });
    assert.match(read(path.join(bench.workspace.folder, "site-1", "core", "__init__.py")), /"core"/);
    assert.match(read(path.join(bench.workspace.folder, "site-2", "core", "__init__.py")), /"edited"/);
    assert.ok(fs.existsSync(path.join(bench.workspace.folder, "site-2", "api", "__init__.py")));
    assert.deepEqual(fs.readdirSync(path.join(bench.workspace.folder, "out-2")), [path.basename(second)]);
  });

  it("says which folder could not be built, and what the backend said", async () => {
    bench.workspace.write(
      "libs/core/pyproject.toml",
      '[project]\nname = "core"\nversion = "1"\n[build-system]\nrequires = []\nbuild-backend = "boom"\nbackend-path = ["."]\n',
    );
    bench.workspace.write("libs/core/boom.py", 'raise RuntimeError("no such luck")\n');
    const error = await refused(
      build("libs/core", "out"),
      "LOCAL_BUILD_FAILED",
      /libs\/core could not be built[^]*no such luck[^]*uv build --wheel/,
    );
    assert.equal(error.message.split("could not be built").length, 2, error.message);
  });

  it("says where a version from git can come from", async () => {
    bench.workspace.write(
      "libs/core/pyproject.toml",
      '[project]\nname = "core"\nversion = "1"\n[build-system]\nrequires = []\nbuild-backend = "boom"\nbackend-path = ["."]\n',
    );
    bench.workspace.write(
      "libs/core/boom.py",
      'raise LookupError("Alternatively, set the version in the environment with SETUPTOOLS_SCM_PRETEND_VERSION")\n',
    );
    await refused(
      build("libs/core", "out"),
      "LOCAL_BUILD_FAILED",
      /fetch-depth: 0[^]*fallback version in pyproject\.toml/,
    );
  });

  it("names the original when a copy could not be built", async () => {
    const copy = bench.folder("copy");
    bench.workspace.write(
      "../copy/libs/core/pyproject.toml",
      '[project]\nname = "core"\nversion = "1"\n[build-system]\nrequires = []\nbuild-backend = "boom"\nbackend-path = ["."]\n',
    );
    bench.workspace.write("../copy/libs/core/boom.py", 'raise RuntimeError("bad " + __file__)\n');
    const failed = buildWheel(bench.uv, {
      packageFolder: path.join(copy, "libs/core"),
      copied: { original: "/home/me/repo", copy },
      root: bench.root,
      target: arm313,
      outFolder: bench.folder("out"),
    });
    const error = await refused(
      failed,
      "LOCAL_BUILD_FAILED",
      /in \/home\/me\/repo\/libs\/core could[^]*bad \/home\/me\/repo\/libs\/core\/boom.py[^]*--wheel \/home\/me\/repo\/libs\/core`/,
    );
    assert.ok(!`${error.message}${error.hint}`.includes(copy), error.message);
  });

  it("refuses a wheel that was built for another platform", async () => {
    const wheel = makeWheel({ name: "odd", tag: "cp311-cp311-linux_x86_64" }, bench.folder("wheels"));
    const install = installWheels(bench.uv, {
      wheels: [wheel],
      root: bench.root,
      target: arm313,
      folder: bench.folder("site"),
    });
    await refused(install, "UNSUITABLE_WHEEL", /odd/);
  });
});
