import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { ErrorCode } from "../../provider/lib/errors.js";
import type { MachineSettings } from "../../provider/lib/machine.js";
import { writeZip } from "../aws/archive/writeZip.js";
import { readZip } from "../aws/archive/zip.js";
import { findInterpreter } from "../aws/runner/interpreter.js";
import { elf } from "../support/elf.js";
import { proposedName, proposedValue } from "../support/proposals.js";
import { refused } from "../support/refused.js";
import { sayLeftOut, skip } from "../support/skip.js";
import { makeWheel } from "../support/wheels.js";
import { openBench, shippedPaths, type PackagingBench } from "./support/bench.js";
import { FakeDocker } from "./support/fakeDocker.js";
import { pyproject, type Wanted } from "./support/fixture.js";
import { sourceOf, sourceThatTells } from "./support/sources.js";

const [here, machine] = process.arch === "arm64" ? (["arm64", 183] as const) : (["x86_64", 62] as const);
const answer = "def handler(event, context): return 1\n";
/** Python that tells this machine, whose home folder has a file of that name, from the container. */
const isOutside = "os.path.exists(os.path.join(os.environ.get('HOME', '/nowhere'), 'outside'))";

/** Each way of a hint about installed and built files, done. */
describe("each way that an error about installed files names leads to a build", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  before(function () {
    bench = openBench(this);
    const home = bench.environment()["HOME"] ?? "";
    fs.mkdirSync(home, { recursive: true });
    fs.writeFileSync(path.join(home, "outside"), "");
  });
  after(() => bench?.remove());

  function fails(code: ErrorCode, folder: string, wanted: Partial<Wanted>, more: Partial<MachineSettings> = {}) {
    return refused(bench.build(folder, { project: "project", ...wanted }, more), code);
  }

  async function works(folder: string, wanted: Partial<Wanted>, more: Partial<MachineSettings> = {}) {
    bench.messages.length = 0;
    const paths = shippedPaths(await bench.build(folder, { project: "project", ...wanted }, more));
    assert.deepEqual(bench.messages, []);
    return paths;
  }

  const environment = (more: Record<string, string>) => ({ environment: { ...bench.environment(), ...more } });
  const withDocker = () => {
    const { bin } = new FakeDocker(bench.fresh("docker"));
    return environment({ PATH: `${bin}${path.delimiter}${bench.environment()["PATH"]}` });
  };

  it("own native files that do not fit: built for the target, or left out", async () => {
    const module = "fast.abi3.so";
    const folder = await bench.prepare({
      name: "own-native",
      files: {
        "project/pyproject.toml": pyproject({ name: "app" }),
        "project/handler.py": answer,
        [`project/${module}`]: elf({ machine: 40 }),
      },
      cases: [],
    });
    const error = await fails("NATIVE_MISMATCH", folder, { architecture: here });
    assert.match(error.message, /fast\.abi3\.so \(own file\) is built for arm, not for/);
    const list = [module];
    assert.ok(!(await works(folder, { architecture: here, [proposedName(error, "exclude")]: list })).includes(module));
    const file = path.join(folder, "project", module);
    fs.writeFileSync(file, Buffer.concat([Buffer.from("cffaedfe", "hex"), Buffer.alloc(60)]));
    assert.match((await fails("NATIVE_MISMATCH", folder, { architecture: here })).message, /built for macOS/);
    assert.match(error.hint ?? "", /build your own files for the target/);
    fs.writeFileSync(file, elf({ machine, versions: ["GLIBC_2.17"] }));
    assert.ok((await works(folder, { architecture: here })).includes(module));
    // The same files are judged again for another target.
    const other = here === "arm64" ? "x86_64" : "arm64";
    await fails("NATIVE_MISMATCH", folder, { architecture: other });
  });

  it("libraries that packages open by their names, unless something brings them", async () => {
    const build = async (dependencies: string[], more: Readonly<Record<string, string>> = {}) => {
      const wheels = ["psycopg", "psycopg-binary", "python-magic", "weasyprint"].map((name) => ({ name }));
      const files = {
        "project/pyproject.toml": pyproject({ name: "app", dependencies }),
        "project/handler.py": answer,
        ...more,
      };
      const folder = await bench.prepare({ name: "opened", files, wheels, cases: [] });
      bench.messages.length = 0;
      await bench.build(folder, { project: "project" });
      return bench.messages.join("\n");
    };
    const warning = await build(["psycopg", "python-magic", "weasyprint"], { "project/lib/libmagic.so.1": "" });
    assert.match(warning, /psycopg opens libpq\.so\.5\n {2}weasyprint opens libpango-1\.0\.so\.0\nTo fix this/);
    assert.equal(await build(["psycopg", "psycopg-binary"]), "");
  });

  it("libraries that Lambda does not have: brought along, by a layer, or by an image; and only then no warning", async () => {
    const library = elf({ machine, libraries: ["libc.so.6"] });
    const folder = await bench.prepare({
      name: "lacking",
      files: {
        "project/pyproject.toml": pyproject({ name: "app", dependencies: ["vision"] }),
        "project/handler.py": answer,
      },
      wheels: [
        {
          name: "vision",
          files: {
            "vision/__init__.py": "",
            "vision/core.abi3.so": elf({ machine, libraries: ["libGL.so.1", "libgomp.so.1", "libc.so.6"] }),
            "vision.libs/libgomp.so.1": library,
          },
        },
      ],
      cases: [],
    });
    const warnings = async (wanted: Partial<Wanted> = {}) => {
      bench.messages.length = 0;
      await bench.build(folder, { project: "project", architecture: here, ...wanted });
      return bench.messages.filter((one) => one.startsWith("Packages need libraries"));
    };
    const [warning = ""] = await warnings();
    assert.match(warning, /vision\/core\.abi3\.so \(vision\) needs libGL\.so\.1\n/);
    assert.deepEqual(
      await warnings({ checks: { handler: "error", binaries: "off", collisions: "error", sizes: "error" } }),
      [],
    );
    assert.deepEqual(await warnings({ hasLayers: true }), []);
    const own = /into `(lib)\/` of the project's files/.exec(warning)?.[1] ?? "";
    fs.mkdirSync(path.join(folder, "project", own));
    fs.writeFileSync(path.join(folder, "project", own, "libGL.so.1"), library);
    assert.deepEqual(await warnings(), []);
  });

  it("native files that do not fit: wheels, the build image, another runtime or architecture", async () => {
    const wheel = (glibc: string) => ({
      name: "speedy",
      files: { "speedy/__init__.py": "", "speedy/_native.so": elf({ machine, versions: [glibc] }) },
    });
    const name = "speedy-1.0.0-py3-none-any.whl";
    const source = sourceOf(wheel("GLIBC_2.34"));
    const inImage = sourceOf(wheel("GLIBC_2.17")).files?.[name] ?? "";
    const backend = String(source.files?.["backend.py"])
      .replace("import shutil", "import os, shutil")
      .replace("shutil.copy(", `shutil.copy(("" if ${isOutside} else "image/") + `);
    const folder = await bench.prepare({
      name: "native",
      files: {
        "project/pyproject.toml": pyproject({ name: "app", dependencies: ["speedy"] }),
        "project/handler.py": answer,
      },
      sdists: [{ ...source, files: { ...source.files, "backend.py": backend, [`image/${name}`]: inImage } }],
      cases: [],
    });
    const wanted = { sourceBuilds: ["speedy"], architecture: here, runtime: "python3.11" } as const;
    const error = await fails("NATIVE_MISMATCH", folder, wanted);
    await works(folder, { ...wanted, [proposedName(error, "runtime")]: "python3.12" });
    await works(folder, { ...wanted, bundling: proposedValue(error, "bundling") }, withDocker());

    const other = { ...wanted, runtime: "python3.12", architecture: here === "arm64" ? "x86_64" : "arm64" } as const;
    const foreign = await fails("NATIVE_MISMATCH", folder, other);
    await works(folder, { ...other, [proposedName(foreign, "architecture")]: here });

    makeWheel(
      { ...wheel("GLIBC_2.17"), tag: `cp311-cp311-manylinux_2_17_${here === "arm64" ? "aarch64" : here}` },
      path.join(folder, "index"),
    );
    await bench.lock(path.join(folder, "project"), "--upgrade");
    await works(folder, { ...wanted, [proposedName(error, "sourceBuilds")]: [] });
  });

  it("a local package that compiles for another Python: an interpreter, the build image, or its wheels", async function () {
    const own = Object.entries(sourceThatTells("own").files ?? {}).map(([name, text]) => [
      `project/own/${name}`,
      String(text).replace("    files = {", `    if not ${isOutside}: tag = "py3-none-any"\n    files = {`),
    ]);
    const folder = await bench.prepare({
      name: "own-native",
      files: {
        "project/pyproject.toml": pyproject({
          ...{ name: "app", members: ["own"] },
          more: '[tool.uv.workspace]\nmembers = ["own"]\n',
        }),
        "project/handler.py": answer,
        ...(Object.fromEntries(own) as Record<string, string>),
      },
      cases: [],
    });
    const wanted = { runtime: "python3.20", architecture: here } as const;
    const error = await fails("UNSUITABLE_WHEEL", folder, wanted);
    assert.match(error.hint ?? "", /Install CPython 3\.20 \(`uv python install`\)/);
    if (findInterpreter("3.11") !== undefined) await works(folder, { ...wanted, runtime: "python3.11" });
    else sayLeftOut("the runtime of an installed Python: needs CPython 3.11");
    await works(folder, { ...wanted, bundling: proposedValue(error, "bundling") }, withDocker());

    makeWheel({ name: "own" }, path.join(folder, "index"));
    fs.rmSync(path.join(folder, "project/own"), { recursive: true });
    const file = path.join(folder, "project/pyproject.toml");
    const text = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, text.replace("own = { workspace = true }", "").replace('members = ["own"]', "members = []"));
    await bench.lock(path.join(folder, "project"));
    await works(folder, wanted);
  });

  it("an installed file that cannot be packed: without its package, another version, or without the file", async () => {
    const folder = await bench.prepare({
      name: "odd",
      files: {
        "project/pyproject.toml": pyproject({ name: "app", dependencies: ["odd", "alpha"] }),
        "project/handler.py": answer,
      },
      wheels: [{ name: "odd" }, { name: "alpha" }],
      cases: [],
    });
    const file = path.join(folder, "index/odd-1.0.0-py3-none-any.whl");
    const plain = readZip(fs.readFileSync(file)).map((entry) => ({ name: entry.name, content: entry.data() }));
    fs.writeFileSync(file, writeZip([...plain, { name: "C:\\odd.py", content: "odd = 1\n" }]));
    fs.rmSync(path.join(folder, "project/uv.lock"));
    await bench.lock(path.join(folder, "project"));
    const error = await fails("BAD_FILE", folder, {});
    const pruned = await works(folder, { [proposedName(error, "prune")]: ["odd"] });
    assert.ok(!pruned.includes("odd/__init__.py"));
    makeWheel({ name: "odd", version: "1.0.1" }, path.join(folder, "index"));
    await bench.lock(path.join(folder, "project"), "--upgrade-package", "odd");
    assert.ok((await works(folder, {})).includes("odd/__init__.py"));

    const local = await bench.prepare({
      name: "odd-local",
      files: {
        "project/pyproject.toml": pyproject({ name: "app", backend: "uv_build" }),
        "project/src/app/__init__.py": answer,
        "project/src/app/C:\\odd.txt": "odd\n",
      },
      cases: [],
    });
    const handler = "app.handler";
    const own = await fails("BAD_FILE", local, { handler });
    await works(local, { handler, [proposedName(own, "exclude")]: ["*odd.txt"] });
  });

  it("an interpreter that cannot compile: without bytecode, or with that interpreter repaired", async function () {
    const python = findInterpreter("3.11");
    if (python === undefined) skip(this, "needs CPython 3.11");
    const startup = path.join(installedAgain(python.prefix, bench.fresh("python")), "sitecustomize.py");
    fs.writeFileSync(startup, "import os, sys\nif 'compile.py' in ' '.join(sys.orig_argv): os._exit(3)\n");
    const folder = await bench.prepare({
      name: "compiled",
      files: { "project/pyproject.toml": pyproject({ name: "app" }), "project/handler.py": answer },
      cases: [],
    });
    const PATH = `${path.join(startup, "../../../../bin")}${path.delimiter}${bench.environment()["PATH"]}`;
    const broken = { ...environment({ PATH }), cacheDir: bench.fresh("store") };
    const error = await fails("LOCAL_BUILD_FAILED", folder, { bytecode: true }, broken);
    await works(folder, { bytecode: proposedValue(error, "bytecode") }, broken);
    fs.rmSync(startup);
    const paths = await works(folder, { bytecode: true }, broken);
    assert.ok(paths.some((file) => file.endsWith(".pyc")));
  });

  it("a cache that is only read, and that others can write: another one", async () => {
    const folder = await bench.prepare({
      name: "shared",
      files: { "project/pyproject.toml": pyproject({ name: "app" }), "project/handler.py": answer },
      cases: [],
    });
    const cacheDir = bench.fresh("shared-store");
    await works(folder, {}, { cacheDir });
    fs.chmodSync(cacheDir, 0o777);
    const error = await fails("STORE_UNUSABLE", folder, {}, { cacheDir, isCacheReadOnly: true });
    proposedName(error, "UVLAMBDA_CACHE_DIR");
    const own = bench.fresh("own-store");
    await works(folder, {}, { cacheDir: own });
    await works(folder, {}, { cacheDir: own, isCacheReadOnly: true });
  });
});

/** The same CPython 3.11 in another folder, with site-packages of its own: these are returned. */
function installedAgain(prefix: string, folder: string): string {
  const library = path.join(folder, "lib/python3.11");
  const packages = path.join(library, "site-packages");
  fs.mkdirSync(packages, { recursive: true });
  fs.mkdirSync(path.join(folder, "bin"));
  fs.copyFileSync(path.join(prefix, "bin/python3.11"), path.join(folder, "bin/python3.11"));
  for (const at of ["lib", "lib/python3.11"])
    for (const name of fs.readdirSync(path.join(prefix, at)))
      if (!fs.existsSync(path.join(folder, at, name)))
        fs.symlinkSync(path.join(prefix, at, name), path.join(folder, at, name));
  return packages;
}
