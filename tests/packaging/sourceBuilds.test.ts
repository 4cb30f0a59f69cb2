import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { UvLambdaError, type ErrorCode } from "../../provider/lib/errors.js";
import type { Artifact, PackageRequest } from "../../provider/packaging/request.js";
import { elf } from "../support/elf.js";
import { runCommand } from "../support/commands.js";
import { findTool } from "../support/machine.js";
import { skip } from "../support/skip.js";
import { makeSdist } from "../support/wheels.js";
import { contentOf, openBench, shippedPaths, type PackagingBench } from "./support/bench.js";
import { commitAll, pyproject, writeInto, type Fixture } from "./support/fixture.js";
import { sourceOf, sourceThatTells } from "./support/sources.js";

const fromGit = (text: string) => ({
  "repository/pyproject.toml": pyproject({ name: "from-git", backend: "uv_build" }),
  "repository/src/from_git/__init__.py": `TEXT = "${text}"\n`,
});

/** A package of each kind that must be built: an archive of the index, one in a folder, a git repository. */
const everyKind: Fixture = {
  name: "every-kind",
  files: {
    "project/pyproject.toml": pyproject({
      name: "app",
      dependencies: ["alpha", "From.Sdist", "from-path", "from-git"],
    }),
    "project/handler.py": "def handler(event, context):\n    return 1\n",
    ...fromGit("first"),
  },
  wheels: [{ name: "alpha" }],
  sdists: [{ name: "from-sdist" }],
  prepare: async (folder) => {
    makeSdist({ name: "from-path" }, path.join(folder, "archives"));
    await commitAll(path.join(folder, "repository"));
    fs.appendFileSync(
      path.join(folder, "project/pyproject.toml"),
      `[tool.uv.sources]\nfrom-path = { path = "../archives/from_path-1.0.0.tar.gz" }\nfrom-git = { git = "file://${folder}/repository" }\n`,
    );
  },
  cases: [],
};
const sourceBuilds = ["From_Sdist", "from-path", "from.git"];

/** A package whose build gives a wheel with this native module and this tag. */
const native = (glibc: string, tag: string, machine = 62): Fixture => ({
  name: "native",
  files: {
    "project/pyproject.toml": pyproject({ name: "app", dependencies: ["speedy"] }),
    "project/handler.py": "def handler(event, context):\n    return 1\n",
  },
  sdists: [
    sourceOf({
      name: "speedy",
      tag,
      files: { "speedy/__init__.py": "", "speedy/_native.so": elf({ machine, versions: [glibc] }) },
    }),
  ],
  cases: [],
});

describe("sourceBuilds", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let folder: string;

  before(async function () {
    bench = openBench(this);
    if (findTool("git", "UVLAMBDA_TEST_GIT") === undefined) skip(this, "needs git");
    folder = await bench.prepare(everyKind);
  });
  after(() => bench?.remove());

  const build = (where: string, wanted: Partial<PackageRequest>): Promise<Artifact> =>
    bench.build(where, { project: "project", ...wanted });

  async function refused(promise: Promise<unknown>, code: ErrorCode, says: RegExp): Promise<UvLambdaError> {
    const error: unknown = await promise.then(
      () => assert.fail(`nothing was refused; expected ${code}`),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof UvLambdaError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.problems.map(({ message }) => message).join("\n"), says);
    return error;
  }

  it("names every package that would have to be built, and builds none, when none is named", async () => {
    const error = await refused(
      build(folder, {}),
      "NO_WHEEL",
      /sourceBuilds: \["from-git", "from-path", "from-sdist"\]/,
    );
    assert.match(
      error.message,
      /from-git 0\.1\.0: comes from git[^]*from-path 1\.0\.0: only a source archive[^]*from-sdist/,
    );
    await refused(build(folder, { sourceBuilds: ["from-git", "from-path"] }), "NO_WHEEL", /from-sdist 1\.0\.0/);
  });

  it("refuses names that are not in the lock, each with the name that was probably meant", async () => {
    const wanted = { sourceBuilds: ["from-sdist", "from-gti", "nothing-like-it"] };
    const error = await refused(build(folder, wanted), "INVALID_INPUT", /from-gti.*Did you mean.*from-git/);
    assert.deepEqual(
      error.problems.map(({ property }) => property),
      ["sourceBuilds[1]", "sourceBuilds[2]"],
    );
  });

  it("builds archives of an index, archives in a folder and git packages, however the names are written and ordered", async () => {
    const artifact = await build(folder, { sourceBuilds });
    assert.deepEqual(shippedPaths(artifact), [
      "alpha/__init__.py",
      "from_git/__init__.py",
      "from_path/__init__.py",
      "from_sdist/__init__.py",
      "handler.py",
    ]);
    assert.match(String(contentOf(artifact).get("from_git/__init__.py")), /first/);
    assert.deepEqual(artifact.packages, {
      alpha: "1.0.0",
      "from-git": "0.1.0",
      "from-path": "1.0.0",
      "from-sdist": "1.0.0",
    });
    const reversed = await build(folder, { sourceBuilds: [...sourceBuilds].reverse() });
    assert.equal(reversed.outputHash, artifact.outputHash);
    assert.equal(reversed.cacheHit, true);
    // A package that has a wheel is installed from it, whether or not it may be built.
    const needless = await build(folder, { sourceBuilds: [...sourceBuilds, "alpha"] });
    assert.equal(needless.cacheHit, true);
  });

  it("builds again for another commit or another archive in the lock", async () => {
    const first = await build(folder, { sourceBuilds });
    writeInto(folder, fromGit("second"));
    await commitAll(path.join(folder, "repository"));
    assert.equal((await build(folder, { sourceBuilds })).cacheHit, true, "the lock still names the first commit");
    const root = path.join(folder, "project");
    const lock = async (...options: string[]) => {
      const locked = await runCommand([bench.uv, "lock", ...options], { cwd: root, env: bench.environment() });
      assert.equal(locked.code, 0, locked.stderr);
    };
    await lock("--upgrade-package", "from-git");
    const second = await build(folder, { sourceBuilds });
    assert.notEqual(second.outputHash, first.outputHash);
    assert.match(String(contentOf(second).get("from_git/__init__.py")), /second/);

    const files = { "src/from_path/__init__.py": "EDITED = True\n" };
    makeSdist({ name: "from-path", files }, path.join(folder, "archives"));
    await refused(
      build(folder, { sourceBuilds }),
      "HASH_MISMATCH",
      /from-path[^]*`uv lock --refresh --upgrade-package from-path`/,
    );
    await lock("--refresh", "--upgrade-package", "from-path");
    const third = await build(folder, { sourceBuilds });
    assert.match(String(contentOf(third).get("from_path/__init__.py")), /EDITED/);
  });

  it("says which package failed to build", async () => {
    const failing = sourceOf({ name: "failing" });
    const backend = String(failing.files?.["backend.py"]);
    const broken = backend.replace("    shutil.copy(", "    raise SystemExit('no compiler today')\n    shutil.copy(");
    const where = await bench.prepare({
      name: "failing",
      files: {
        "project/pyproject.toml": pyproject({ name: "app", dependencies: ["failing"] }),
        "project/handler.py": "def handler(event, context):\n    return 1\n",
      },
      sdists: [{ ...failing, files: { ...failing.files, "backend.py": broken } }],
      cases: [],
    });
    const says = /failing==1\.0\.0[^]*no compiler today/;
    await refused(build(where, { sourceBuilds: ["failing"] }), "LOCAL_BUILD_FAILED", says);
  });

  describe("whose result is native", () => {
    const wanted = { sourceBuilds: ["speedy"], runtime: "python3.11", architecture: "x86_64" } as const;

    it("passes when it fits the target", async () => {
      const where = await bench.prepare(native("GLIBC_2.17", "py3-none-any"));
      assert.ok(shippedPaths(await build(where, wanted)).includes("speedy/_native.so"));
    });

    it("is refused for another machine, also when the wheel claims to be pure", async () => {
      const where = await bench.prepare(native("GLIBC_2.17", "py3-none-any"));
      const arm = { ...wanted, architecture: "arm64" } as const;
      const says = /speedy\/_native\.so \(speedy\) is built for x86_64, not for aarch64[^]*mode: "docker"/;
      await refused(build(where, arm), "NATIVE_MISMATCH", says);
      await refused(build(where, arm), "NATIVE_MISMATCH", says); // also when it is in the store
    });

    it("is refused when it needs a newer C library than the runtime has, and passes on one that has it", async () => {
      const where = await bench.prepare(native("GLIBC_2.34", "py3-none-any"));
      await refused(build(where, wanted), "NATIVE_MISMATCH", /needs GLIBC_2\.34, but Lambda has glibc 2\.26/);
      await build(where, { ...wanted, runtime: "python3.12" });
    });

    it("ships with a warning when the check is lowered", async () => {
      const where = await bench.prepare(native("GLIBC_2.36", "py3-none-any"));
      const checks = { handler: "error", binaries: "warn", collisions: "error", sizes: "error" } as const;
      await build(where, { ...wanted, checks });
      assert.match(bench.messages.join("\n"), /_native\.so \(speedy\) needs GLIBC_2\.36/);
    });

    it("is refused by its tag when it says that it is for this machine, and the target is another", async () => {
      const where = await bench.prepare(native("GLIBC_2.17", "cp311-cp311-linux_x86_64"));
      const says = /speedy-1\.0\.0-cp311-cp311-linux_x86_64\.whl was built on this machine[^]*mode: "docker"/;
      await refused(build(where, { ...wanted, architecture: "arm64" }), "UNSUITABLE_WHEEL", says);
    });

    it("is audited when its tag fits the target, which says nothing of the C library that it was built with", async () => {
      const where = await bench.prepare(native("GLIBC_2.36", "cp311-cp311-linux_x86_64"));
      await refused(build(where, wanted), "NATIVE_MISMATCH", /needs GLIBC_2\.36/);
    });

    it("is built of a local package with the target's Python, or refused with what is missing", async () => {
      const own = sourceThatTells("own").files ?? {};
      const where = await bench.prepare({
        name: "own-native",
        files: {
          "project/pyproject.toml": pyproject({
            name: "app",
            members: ["own"],
            more: '[tool.uv.workspace]\nmembers = ["own"]\n',
          }),
          "project/handler.py": "def handler(event, context):\n    return 1\n",
          ...Object.fromEntries(Object.entries(own).map(([name, text]) => [`project/own/${name}`, text])),
        },
        cases: [],
      });
      const [here, elsewhere] =
        process.arch === "x64" ? (["x86_64", "arm64"] as const) : (["arm64", "x86_64"] as const);
      const artifact = await build(where, { runtime: "python3.11", architecture: here });
      assert.match(String(contentOf(artifact).get("own/__init__.py")), /PYTHON = \(3, 11\)/);
      await refused(
        build(where, { architecture: elsewhere }),
        "UNSUITABLE_WHEEL",
        /\nBuild it inside[^]*mode: "docker"/,
      );
      const future = { runtime: "python3.20", architecture: here };
      await refused(build(where, future), "UNSUITABLE_WHEEL", /\nInstall CPython 3\.20[^]*mode: "docker"/);
    });
  });
});
