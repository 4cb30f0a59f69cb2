import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { UvLambdaError, type ErrorCode } from "../../../provider/lib/errors.js";
import { refuseMissingWheels } from "../../../provider/project/missingWheels.js";
import { parsePylock } from "../../../provider/project/pylock.js";
import { resolveTarget, type Target } from "../../../provider/runtimes/index.js";
import { buildWheel } from "../../../provider/uv/buildWheel.js";
import { exportLock } from "../../../provider/uv/export.js";
import type { Selection } from "../../../provider/uv/errors.js";
import { installLocked, installWheels } from "../../../provider/uv/install.js";
import { checkLock } from "../../../provider/uv/lockCheck.js";
import { findPython } from "../../../provider/uv/python.js";
import { exportSbom } from "../../../provider/uv/sbom.js";
import { runCommand } from "../../support/commands.js";
import { findTool } from "../../support/machine.js";
import { noUv, testUv, type TestUv } from "../../support/uv.js";
import { makeWheel } from "../../support/wheels.js";
import { makeWorkspace, type TestWorkspace } from "./workspace.js";

const arm313 = resolveTarget("python3.13", "arm64").target;
const x311 = resolveTarget("python3.11", "x86_64").target;

describe("uv's commands, with the real uv", function () {
  this.timeout(60_000);
  let uv: TestUv;
  let workspace: TestWorkspace;

  // One cache for all: a new one has uv examine every interpreter again.
  before(async function () {
    const found = await testUv();
    if (found === undefined) {
      console.log(`    ${noUv}`);
      this.skip();
    }
    uv = found;
  });
  after(() => uv?.remove());
  beforeEach(async () => {
    workspace = await makeWorkspace(uv);
    uv.runner.calls.length = 0;
  });

  const names = (pylock: string) => parsePylock(pylock).packages.map((p) => p.name);
  const folder = (name: string) => {
    const made = path.join(workspace.folder, name);
    fs.mkdirSync(made, { recursive: true });
    return made;
  };
  const files = (root: string) =>
    fs
      .readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
      .sort();
  const read = (file: string) => fs.readFileSync(file, "utf8");

  async function refused(promise: Promise<unknown>, code: ErrorCode, says: RegExp): Promise<UvLambdaError> {
    const error = await promise.then(
      () => assert.fail("it was not refused"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof UvLambdaError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(`${error.message}\n${error.hint ?? ""}`, says);
    return error;
  }

  describe("exportLock", () => {
    it("gives exactly what was asked for, in one call: third-party and local packages, no default group", async () => {
      const pylock = await exportLock(uv, workspace.root, { package: "api" });
      assert.equal(uv.runner.calls.length, 1);
      assert.deepEqual(names(pylock), ["alpha", "beta-pkg", "native", "vendored", "winonly"]);
      assert.deepEqual(parsePylock(pylock).localPackages, [
        { name: "api", path: "apps/api" },
        { name: "core", path: "libs/core" },
      ]);
      assert.ok(!pylock.includes("editable"));
    });

    it("follows groups, extras, groups alone, and prunes with orphans", async () => {
      const of = async (selection: Selection) => names(await exportLock(uv, workspace.root, { package: "api", ...selection }));
      assert.ok((await of({ groups: ["jobs"] })).includes("group-one"));
      assert.ok((await of({ extras: ["fast"] })).includes("extra-one"));
      assert.deepEqual(await of({ onlyGroups: ["jobs", "source"] }), ["group-one", "srconly"]);
      assert.deepEqual(await of({ prune: ["alpha"] }), ["beta-pkg", "native", "vendored"]);
    });

    it("names the property of what does not exist, and lets nothing become a flag", async () => {
      const wrong = async (selection: Selection, property: string) => {
        const error = await refused(exportLock(uv, workspace.root, { package: "api", members: ["api", "core"], ...selection }), "INVALID_INPUT", /./);
        assert.deepEqual(error.problems.map((p) => p.property), [property]);
        return error.message;
      };
      assert.match(await wrong({ package: "apo" }, "package"), /Did you mean "api"/);
      await wrong({ groups: ["jobs", "nope"] }, "groups[1]");
      await wrong({ onlyGroups: ["nope"] }, "onlyGroups[0]");
      await wrong({ extras: ["nope"] }, "extras[0]");
      await wrong({ groups: ["--offline"] }, "groups[0]");
      await wrong({ extras: ["$(touch pwned)"] }, "extras[0]");
      await wrong({ package: "-rf" }, "package");
      await wrong({ prune: ["a b"] }, "prune[0]");
    });

    it("says what is wrong with the lock, and never writes it", async () => {
      const lock = path.join(workspace.root, "uv.lock");
      const whole = read(lock);
      const problem = async (content: string | undefined, code: ErrorCode, says: RegExp) => {
        if (content === undefined) fs.rmSync(lock);
        else fs.writeFileSync(lock, content);
        await refused(exportLock(uv, workspace.root, { package: "api" }), code, says);
        assert.equal(fs.existsSync(lock) ? read(lock) : undefined, content);
      };
      await problem(undefined, "LOCK_MISSING", /uv lock/);
      await problem(whole.replace("version = 1", "version = 99"), "LOCK_UNREADABLE", /schema version 99/);
      await problem("garbage [", "LOCK_UNREADABLE", /uv\.lock:1:/);
      await problem(`<<<<<<< HEAD\n${whole}`, "LOCK_UNREADABLE", /merge/);
      fs.writeFileSync(lock, whole);
      workspace.write("libs/newone/pyproject.toml", '[project]\nname = "newone"\nversion = "1"\n');
      await refused(exportLock(uv, workspace.root, { package: "api" }), "LOCK_STALE", /newone[^]*uv lock/);
    });

    it("says which extras conflict", async () => {
      workspace.append("apps/api/pyproject.toml", '[tool.uv]\nconflicts = [[{ extra = "fast" }, { group = "jobs" }]]\n');
      await workspace.lock();
      const both = exportLock(uv, workspace.root, { package: "api", extras: ["fast"], groups: ["jobs"] });
      await refused(both, "INVALID_INPUT", /fast[^]*jobs[^]*cannot be used together/);
    });

    it("says which uv the project wants", async () => {
      workspace.append("pyproject.toml", '[tool.uv]\nrequired-version = ">=99"\n');
      await refused(exportLock(uv, workspace.root, { package: "api" }), "UV_UNUSABLE", />=99/);
    });
  });

  describe("checkLock", () => {
    it("knows a fresh lock in one call without a network, whatever .python-version says", async () => {
      workspace.write(".python-version", "3.99\n");
      assert.deepEqual(await checkLock(uv, workspace.root, ">=3.8"), { status: "fresh" });
      assert.equal(uv.runner.calls.length, 1);
      assert.ok(uv.runner.calls[0]?.includes("--offline"));
    });

    it("knows a stale one, and leaves it as it is", async () => {
      const lock = path.join(workspace.root, "uv.lock");
      const before = read(lock);
      const api = read(path.join(workspace.root, "apps/api/pyproject.toml"));
      workspace.write("apps/api/pyproject.toml", api.replace(', "vendored"', ""));
      const found = await checkLock(uv, workspace.root, ">=3.8");
      assert.equal(found.status, "stale");
      assert.match("reason" in found ? found.reason : "", /does not fit pyproject\.toml/);
      assert.equal(read(lock), before);
    });

    it("is undecided without an interpreter in the range", async () => {
      const found = await checkLock(uv, workspace.root, ">=3.99");
      assert.equal(found.status, "undecided");
      assert.match("reason" in found ? found.reason : "", /Python >=3\.99/);
    });

    it("is undecided without a network where one would be needed, after asking once", async () => {
      workspace.append("pyproject.toml", '[[tool.uv.index]]\nname = "gone"\nurl = "http://127.0.0.1:9/simple"\nexplicit = true\n');
      workspace.write("libs/core/pyproject.toml", '[project]\nname = "core"\nversion = "0.1.0"\ndependencies = ["zeta"]\n[tool.uv.sources]\nzeta = { index = "gone" }\n');
      const found = await checkLock(uv, workspace.root, ">=3.8");
      assert.equal(found.status, "undecided");
      assert.match("reason" in found ? found.reason : "", /could not be reached/);
      assert.equal(uv.runner.calls.length, 2);
    });
  });

  describe("installLocked", () => {
    async function install(target: Target, selection: Selection = {}, sourceBuilds: string[] = []): Promise<string> {
      const pylock = await exportLock(uv, workspace.root, { package: "api", ...selection });
      const site = folder(`site-${uv.runner.calls.length}`);
      await installLocked(uv, { pylock, root: workspace.root, target, sourceBuilds, folder: site });
      return site;
    }

    it("installs the wheels of the target, and leaves local packages and markers of others out", async () => {
      for (const target of [arm313, resolveTarget("python3.13", "x86_64").target, resolveTarget("python3.8", "arm64").target]) {
        const site = await install(target);
        assert.equal(read(path.join(site, "native", "tag.txt")), `${target.minor} ${target.machine}`);
        const found = files(site);
        for (const name of ["alpha/__init__.py", "beta_pkg/__init__.py", "vendored/__init__.py"]) assert.ok(found.includes(name), name);
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
      const installs = uv.runner.calls.filter((args) => args[0] === "pip");
      assert.equal(installs.length, 1);
      assert.ok(installs[0]?.includes("--offline"));
    });

    it("builds from source only what is named", async () => {
      await refused(install(arm313, { onlyGroups: ["source"] }), "NO_WHEEL", /srconly[^]*sourceBuilds: \["srconly"\]/);
      const site = await install(arm313, { onlyGroups: ["source"] }, ["srconly"]);
      assert.ok(files(site).includes("srconly/__init__.py"));
    });

    it("builds a package from git when it is named, at the commit of the lock", async function () {
      if (findTool("git", "UVLAMBDA_TEST_GIT") === undefined) {
        console.log("      skipped: needs git");
        this.skip();
      }
      const repository = folder("repository");
      await commitPackage(repository, "first");
      workspace.append("libs/core/pyproject.toml", `[dependency-groups]\ngit = ["from-git"]\n[tool.uv.sources]\nfrom-git = { git = "file://${repository}" }\n`);
      await workspace.lock();
      await commitPackage(repository, "second");
      const selection = { package: "core", onlyGroups: ["git"] };
      assert.equal(parsePylock(await exportLock(uv, workspace.root, selection)).packages[0]?.kind, "git");
      await refused(install(arm313, selection), "NO_WHEEL", /from-git/);
      const site = await install(arm313, selection, ["from-git"]);
      assert.match(read(path.join(site, "from_git", "__init__.py")), /first/);
    });

    it("agrees with our own comparison of wheels, which comes first and says more", async () => {
      const none = resolveTarget("python3.14", "arm64").target;
      const pylock = await exportLock(uv, workspace.root, { package: "api" });
      assert.throws(() => refuseMissingWheels(parsePylock(pylock).packages, none, []), /native 1\.0\.0: wanted cp314-cp314/);
      await refused(install(none), "NO_WHEEL", /native/);
      for (const target of [arm313, x311]) refuseMissingWheels(parsePylock(pylock).packages, target, []);
    });

    it("lets no setting of the project through to the install", async () => {
      const before = files(await install(arm313));
      workspace.append(
        "pyproject.toml",
        '[tool.uv.pip]\nno-deps = false\ntarget = "/nonexistent/t"\nprefix = "/nonexistent/p"\npython = "/nonexistent/python"\npython-version = "3.12"\n' +
          'python-platform = "windows"\ncompile-bytecode = true\nrequire-hashes = true\nverify-hashes = false\nlink-mode = "symlink"\nreinstall = true\nextra = ["x"]\nonly-binary = ["srconly"]\n',
      );
      const site = await install(arm313, { groups: ["source"] }, ["srconly"]);
      assert.deepEqual(files(site).filter((file) => !file.startsWith("srconly")), before);
      assert.ok(!fs.lstatSync(path.join(site, "alpha", "__init__.py")).isSymbolicLink());
    });

    it("verifies hashes, whatever the project says", async () => {
      workspace.append("pyproject.toml", "[tool.uv.pip]\nverify-hashes = false\n");
      const pylock = await exportLock(uv, workspace.root, { package: "api" });
      makeWheel({ name: "alpha", version: "1.2.3", files: { "alpha/__init__.py": "evil = True\n" } }, workspace.index);
      const site = folder("site");
      const install = installLocked(uv, { pylock, root: workspace.root, target: arm313, sourceBuilds: [], folder: site });
      await refused(install, "HASH_MISMATCH", /alpha==1\.2\.3.*Expected sha256:.*got sha256:/);
      assert.ok(!fs.existsSync(path.join(site, "pylock.uvlambda.toml")));
    });

    it("says which settings forbid a wheel", async () => {
      workspace.append("pyproject.toml", '[tool.uv]\nno-binary-package = ["alpha"]\n');
      await refused(install(arm313), "NO_WHEEL", /alpha \(tool\.uv\.no-binary/);
    });

    it("says what to do when there is no interpreter", async () => {
      const bare = { ...uv, environment: { ...uv.environment, PATH: folder("empty") } };
      const pylock = await exportLock(bare, workspace.root, { package: "api" });
      const install = installLocked(bare, { pylock, root: workspace.root, target: arm313, sourceBuilds: [], folder: folder("site") });
      await refused(install, "PYTHON_NOT_FOUND", /uv python install/);
    });
  });

  describe("buildWheel and installWheels", () => {
    const build = (name: string, out: string) =>
      buildWheel(uv, { packageFolder: path.join(workspace.root, name), root: workspace.root, target: arm313, outFolder: folder(out) });

    it("builds what stands in the folder now, and unpacks it", async () => {
      const first = await build("libs/core", "out-1");
      assert.equal(path.basename(first), "core-0.1.0-py3-none-any.whl");
      await installWheels(uv, { wheels: [first], root: workspace.root, target: arm313, folder: folder("site-1") });
      workspace.write("libs/core/src/core/__init__.py", 'NAME = "edited"\n');
      const second = await build("libs/core", "out-2");
      await installWheels(uv, { wheels: [second, await build("apps/api", "out-3")], root: workspace.root, target: arm313, folder: folder("site-2") });
      assert.match(read(path.join(workspace.folder, "site-1", "core", "__init__.py")), /"core"/);
      assert.match(read(path.join(workspace.folder, "site-2", "core", "__init__.py")), /"edited"/);
      assert.ok(fs.existsSync(path.join(workspace.folder, "site-2", "api", "__init__.py")));
      assert.deepEqual(fs.readdirSync(path.join(workspace.folder, "out-2")), [path.basename(second)]);
    });

    it("says which folder could not be built, and what the backend said", async () => {
      workspace.write("libs/core/pyproject.toml", '[project]\nname = "core"\nversion = "1"\n[build-system]\nrequires = []\nbuild-backend = "boom"\nbackend-path = ["."]\n');
      workspace.write("libs/core/boom.py", 'raise RuntimeError("no such luck")\n');
      await refused(build("libs/core", "out"), "LOCAL_BUILD_FAILED", /libs\/core could not be built[^]*no such luck[^]*uv build --wheel/);
    });

    it("refuses a wheel that was built for another platform", async () => {
      const wheel = makeWheel({ name: "odd", tag: "cp311-cp311-linux_x86_64" }, folder("wheels"));
      const install = installWheels(uv, { wheels: [wheel], root: workspace.root, target: arm313, folder: folder("site") });
      await refused(install, "UNSUITABLE_WHEEL", /odd/);
    });
  });

  describe("findPython", () => {
    it("finds any interpreter with its version, or one of a version, or none", async function () {
      const any = await findPython(uv, workspace.root);
      if (any === undefined) {
        console.log("      skipped: needs a CPython on PATH");
        this.skip();
      }
      assert.ok(path.isAbsolute(any.path) && fs.existsSync(any.path), any.path);
      assert.match(any.version, /^3\.\d+\.\d+/);
      assert.equal((await findPython(uv, workspace.root, any.version))?.version, any.version);
      const minor = any.version.split(".").slice(0, 2).join(".");
      assert.ok((await findPython(uv, workspace.root, minor))?.version.startsWith(`${minor}.`));
      assert.equal(await findPython(uv, workspace.root, "3.99"), undefined);
    });
  });

  describe("exportSbom", () => {
    it("names the packages, and is the same on every run", async () => {
      const [one, two] = [await exportSbom(uv, workspace.root, { package: "api" }), await exportSbom(uv, workspace.root, { package: "api" })];
      assert.equal(one, two);
      const document = JSON.parse(one) as { components: { name: string; version: string }[] };
      assert.ok(document.components.some((c) => c.name === "alpha" && c.version === "1.2.3"));
      assert.doesNotMatch(one, /serialNumber|timestamp|dev-tool/);
    });
  });
});

/** Commits a package whose module holds `text` to a repository, which is made when it is not there. */
async function commitPackage(repository: string, text: string): Promise<void> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: repository, GIT_CONFIG_NOSYSTEM: "1" };
  fs.mkdirSync(path.join(repository, "src", "from_git"), { recursive: true });
  fs.writeFileSync(path.join(repository, "src", "from_git", "__init__.py"), `TEXT = "${text}"\n`);
  const pyproject = '[project]\nname = "from-git"\nversion = "1"\n[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\n';
  fs.writeFileSync(path.join(repository, "pyproject.toml"), pyproject);
  const author = ["-c", "user.name=test", "-c", "user.email=test@example.invalid"];
  for (const args of [["init", "--quiet"], ["add", "."], [...author, "commit", "--quiet", "--message", text]]) {
    const result = await runCommand(["git", ...args], { cwd: repository, env });
    assert.equal(result.code, 0, result.stderr);
  }
}
