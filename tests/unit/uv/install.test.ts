import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { refuseMissingWheels } from "../../../provider/project/wheels/missingWheels.js";
import { parsePylock } from "../../../provider/project/lock/pylock.js";
import { resolveTarget, type Target } from "../../../provider/runtimes/index.js";
import { type Selection } from "../../../provider/uv/errors/uvCall.js";
import { exportLock } from "../../../provider/uv/export.js";
import { installLocked } from "../../../provider/uv/install.js";
import { runCommand } from "../../support/commands.js";
import { findTool } from "../../support/machine.js";
import { skip } from "../../support/skip.js";
import { makeWheel } from "../../support/wheels.js";
import { refused } from "../../support/refused.js";
import { Bench, filesIn, read } from "./bench.js";

const arm313 = resolveTarget("python3.13", "arm64").target;
const x311 = resolveTarget("python3.11", "x86_64").target;

describe("installLocked, with the real uv", function () {
  this.timeout(60_000);
  const bench = new Bench();

  async function install(target: Target, selection: Selection = {}, sourceBuilds: string[] = []): Promise<string> {
    const pylock = await exportLock(bench.uv, bench.root, { package: "api", ...selection });
    const site = bench.folder(`site-${bench.uv.runner.calls.length}`);
    await installLocked(bench.uv, { pylock, root: bench.root, target, sourceBuilds, folder: site });
    return site;
  }

  it("installs the wheels of the target, and leaves local packages and markers of others out", async () => {
    for (const target of [
      arm313,
      resolveTarget("python3.13", "x86_64").target,
      resolveTarget("python3.8", "arm64").target,
    ]) {
      const site = await install(target);
      assert.equal(read(path.join(site, "native", "tag.txt")), `${target.minor} ${target.machine}`);
      const found = filesIn(site);
      for (const name of ["alpha/__init__.py", "beta_pkg/__init__.py", "vendored/__init__.py"])
        assert.ok(found.includes(name), name);
      assert.doesNotMatch(found.join(), /winonly|core|api|INSTALLER|REQUESTED|direct_url|\.pyc|\.pth|pylock/);
    }
  });

  it("installs a wheel up to the glibc of Amazon Linux 2 that uv has no platform for", async () => {
    const site = await install(x311);
    assert.equal(read(path.join(site, "native", "tag.txt")), "11 x86_64");
    assert.match(read(path.join(site, "native-1.0.0.dist-info", "WHEEL")), /manylinux_2_24_x86_64/);
  });

  it("asks the cache alone when that is enough", async () => {
    await install(arm313);
    const installs = bench.uv.runner.calls.filter((args) => args[0] === "pip");
    assert.equal(installs.length, 1);
    assert.ok(installs[0]?.includes("--offline"));
  });

  it("builds from source only what is named", async () => {
    await refused(install(arm313, { onlyGroups: ["source"] }), "NO_WHEEL", /srconly[^]*sourceBuilds: \["srconly"\]/);
    const site = await install(arm313, { onlyGroups: ["source"] }, ["srconly"]);
    assert.ok(filesIn(site).includes("srconly/__init__.py"));
  });

  it("builds a package from git when it is named, at the commit of the lock", async function () {
    if (findTool("git", "UVLAMBDA_TEST_GIT") === undefined) skip(this, "needs git");
    const repository = bench.folder("repository");
    await commitPackage(repository, "first");
    bench.workspace.append(
      "libs/core/pyproject.toml",
      `[dependency-groups]\ngit = ["from-git"]\n[tool.uv.sources]\nfrom-git = { git = "file://${repository}" }\n`,
    );
    await bench.workspace.lock();
    await commitPackage(repository, "second");
    const selection = { package: "core", onlyGroups: ["git"] };
    assert.equal(parsePylock(await exportLock(bench.uv, bench.root, selection)).packages[0]?.kind, "git");
    await refused(install(arm313, selection), "NO_WHEEL", /from-git/);
    const site = await install(arm313, selection, ["from-git"]);
    assert.match(read(path.join(site, "from_git", "__init__.py")), /first/);
  });

  it("agrees with our own comparison of wheels, which comes first and says more", async () => {
    const none = resolveTarget("python3.14", "arm64").target;
    const pylock = await exportLock(bench.uv, bench.root, { package: "api" });
    assert.throws(
      () => refuseMissingWheels(parsePylock(pylock).packages, none, []),
      /native 1\.0\.0: wanted cp314-cp314/,
    );
    await refused(install(none), "NO_WHEEL", /native/);
    for (const target of [arm313, x311]) refuseMissingWheels(parsePylock(pylock).packages, target, []);
  });

  it("lets no setting of the project through to the install", async () => {
    const before = filesIn(await install(arm313));
    bench.workspace.append(
      "pyproject.toml",
      '[tool.uv.pip]\nno-deps = false\ntarget = "/nonexistent/t"\nprefix = "/nonexistent/p"\npython = "/nonexistent/python"\npython-version = "3.12"\n' +
        'python-platform = "windows"\ncompile-bytecode = true\nrequire-hashes = true\nverify-hashes = false\nlink-mode = "symlink"\nreinstall = true\nextra = ["x"]\nonly-binary = ["srconly"]\n',
    );
    const site = await install(arm313, { groups: ["source"] }, ["srconly"]);
    assert.deepEqual(
      filesIn(site).filter((file) => !file.startsWith("srconly")),
      before,
    );
    assert.ok(!fs.lstatSync(path.join(site, "alpha", "__init__.py")).isSymbolicLink());
  });

  it("verifies hashes, whatever the project says", async () => {
    bench.workspace.append("pyproject.toml", "[tool.uv.pip]\nverify-hashes = false\n");
    const pylock = await exportLock(bench.uv, bench.root, { package: "api" });
    makeWheel(
      { name: "alpha", version: "1.2.3", files: { "alpha/__init__.py": "evil = True\n" } },
      bench.workspace.index,
    );
    const site = bench.folder("site");
    const install = installLocked(bench.uv, {
      pylock,
      root: bench.root,
      target: arm313,
      sourceBuilds: [],
      folder: site,
    });
    await refused(install, "HASH_MISMATCH", /alpha==1\.2\.3.*Expected sha256:.*got sha256:/);
    assert.ok(!fs.existsSync(path.join(site, "pylock.uvlambda.toml")));
  });

  it("says which settings forbid a wheel", async () => {
    bench.workspace.append("pyproject.toml", '[tool.uv]\nno-binary-package = ["alpha"]\n');
    await refused(install(arm313), "NO_WHEEL", /the wheels of alpha: no-binary/);
  });

  it("says what to do when there is no interpreter", async () => {
    const bare = { ...bench.uv, environment: { ...bench.uv.environment, PATH: bench.folder("empty") } };
    const pylock = await exportLock(bare, bench.root, { package: "api" });
    const install = installLocked(bare, {
      pylock,
      root: bench.root,
      target: arm313,
      sourceBuilds: [],
      folder: bench.folder("site"),
    });
    await refused(install, "PYTHON_NOT_FOUND", /uv python install/);
  });
});

/** Commits a package whose module holds `text` to a repository, which is made when it is not there. */
async function commitPackage(repository: string, text: string): Promise<void> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: repository, GIT_CONFIG_NOSYSTEM: "1" };
  fs.mkdirSync(path.join(repository, "src", "from_git"), { recursive: true });
  fs.writeFileSync(path.join(repository, "src", "from_git", "__init__.py"), `TEXT = "${text}"\n`);
  const pyproject =
    '[project]\nname = "from-git"\nversion = "1"\n[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\n';
  fs.writeFileSync(path.join(repository, "pyproject.toml"), pyproject);
  const author = ["-c", "user.name=test", "-c", "user.email=test@example.invalid"];
  for (const args of [
    ["init", "--quiet"],
    ["add", "."],
    [...author, "commit", "--quiet", "--message", text],
  ]) {
    const result = await runCommand(["git", ...args], { cwd: repository, env });
    assert.equal(result.code, 0, result.stderr);
  }
}
