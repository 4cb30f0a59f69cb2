import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { runCommand } from "../support/commands.js";
import { checkout, findTool } from "../support/machine.js";
import { sayLeftOut, skip } from "../support/skip.js";
import { fixtures } from "./fixtures/index.js";
import { legacy } from "./fixtures/odd.js";
import { srcApp } from "./fixtures/single.js";
import { mixedWorkspace } from "./fixtures/workspaces.js";
import { bytecodeFixture } from "./fixtures/bytecode.js";
import { openBench, type PackagingBench } from "./support/bench.js";
import type { Order, Outcome } from "./support/driver.js";
import { requestFor, writeInto } from "./support/fixture.js";

const all = [...fixtures, bytecodeFixture];
/** Every fixture is a zip, too. */
const inAllFormats = new Set([srcApp, mixedWorkspace, legacy, bytecodeFixture]);
const nobody = 65534;
const machineNodes = (process.env["UVLAMBDA_TEST_NODES"] ?? "").split(path.delimiter).filter((file) => file !== "");

/** How another machine differs from the first one. */
interface Machine {
  /** Name of the folder with everything of this machine. */
  readonly folder: string;
  readonly node: string;
  readonly uv: string;
  readonly umask: string;
  readonly environment: (folder: string) => Readonly<Record<string, string>>;
  /** Of the sources. */
  readonly mtime?: number;
  /** Requirement that replaces plain `hatchling`. */
  readonly hatchling?: string;
  readonly user?: number;
  /** Folder for the sources, if it is not below the machine's own. */
  readonly work?: string;
}

describe("the same bytes", function () {
  this.timeout(600_000);
  let bench: PackagingBench;
  let expected: Outcome;

  before(async function () {
    bench = openBench(this);
    expected = await buildOn({
      folder: "first",
      node: process.execPath,
      uv: bench.uv,
      umask: "022",
      environment: () => ({}),
    });
    for (const [name, outcome] of Object.entries(expected)) {
      if ("hash" in outcome) continue;
      assert.equal(outcome.error, "PYTHON_NOT_FOUND", `${name}: ${outcome.message}`);
      sayLeftOut(`${name}: ${outcome.message}`);
    }
    assert.ok(Object.values(expected).filter((outcome) => "hash" in outcome).length >= 10);
  });
  after(() => bench?.remove());

  const inMemoryFolders: string[] = [];
  after(() => inMemoryFolders.forEach((folder) => fs.rmSync(folder, { recursive: true, force: true })));

  /** A folder on a file system that lists its files in another order, where there is one. */
  function inMemory(): string | undefined {
    try {
      const folder = fs.mkdtempSync("/dev/shm/uvlambda-packaging-");
      inMemoryFolders.push(folder);
      return folder;
    } catch {
      sayLeftOut("another order of files in folders: /dev/shm is not to be written");
      return undefined;
    }
  }

  async function buildOn(machine: Machine): Promise<Outcome> {
    const folder = path.join(bench.folder, machine.folder);
    for (const name of ["home", "tmp", "store"]) fs.mkdirSync(path.join(folder, name), { recursive: true });
    const orders: Order[] = [];
    for (const fixture of all) {
      const place = path.join(machine.work ?? path.join(folder, "work"), fixture.name);
      await bench.write(fixture, place);
      if (machine.hatchling !== undefined) pinHatchling(place, machine.hatchling);
      for (const { name, wanted } of fixture.cases) {
        orders.push({ name, request: requestFor(place, wanted) });
        if (!inAllFormats.has(fixture)) continue;
        for (const packageFormat of ["layer", "image"] as const)
          orders.push({ name: `${name}, ${packageFormat}`, request: requestFor(place, { ...wanted, packageFormat }) });
      }
    }
    const list = path.join(folder, "orders.json");
    fs.writeFileSync(list, JSON.stringify(orders));
    const touched = [folder, ...(machine.work === undefined ? [] : [machine.work])];
    const change = (file: string) => {
      if (machine.mtime !== undefined) fs.lutimesSync(file, machine.mtime, machine.mtime);
      if (machine.user !== undefined) fs.lchownSync(file, machine.user, machine.user);
    };
    touched.forEach((root) => forEachEntry(root, change));
    const argv = [machine.node, "--import=tsx", path.join(checkout, "tests/packaging/support/driver.ts"), list];
    if (machine.user !== undefined) argv.push(String(machine.user));
    const env = {
      ...bench.environment(),
      HOME: path.join(folder, "home"),
      TMPDIR: path.join(folder, "tmp"),
      UVLAMBDA_CACHE_DIR: path.join(folder, "store"),
      UVLAMBDA_UV: machine.uv,
      ...machine.environment(folder),
    };
    const result = await runCommand(argv, { cwd: checkout, env, umask: machine.umask });
    assert.equal(result.code, 0, result.stderr);
    return JSON.parse(result.stdout) as Outcome;
  }

  it("from another path, home, temp folder, time zone, locale, umask, uv, hatchling and Node, on a cold cache, in a noisy environment", async () => {
    const uv = findTool("uv", "UVLAMBDA_TEST_UV_FLOOR");
    if (uv === undefined) sayLeftOut("another uv: UVLAMBDA_TEST_UV_FLOOR is not set");
    if (machineNodes[0] === undefined) sayLeftOut("another Node: UVLAMBDA_TEST_NODES is not set");
    const work = inMemory();
    const outcome = await buildOn({
      ...(work !== undefined && { work: path.join(work, "zwei ter") }),
      folder: "zweiter Rechner für Söhne",
      node: machineNodes[0] ?? process.execPath,
      uv: uv ?? bench.uv,
      umask: "077",
      mtime: 86_400,
      hatchling: "hatchling==1.25.0",
      environment: (folder) => ({
        TZ: "Pacific/Kiritimati",
        LC_ALL: "tr_TR.UTF-8",
        LANG: "tr_TR.UTF-8",
        UV_CACHE_DIR: path.join(folder, "uv cache"),
        ...noise(folder),
      }),
    });
    assert.deepEqual(outcome, expected);
  });

  it("for another user, with another Node and a warm cache", async function () {
    if (process.getuid?.() !== 0) skip(this, "only root can become another user");
    const folder = path.join(bench.folder, "nobody");
    const uv = path.join(folder, "bin", "uv");
    fs.mkdirSync(path.dirname(uv), { recursive: true });
    fs.copyFileSync(bench.uv, uv);
    const cache = path.join(folder, "uv-cache");
    fs.cpSync(bench.environment()["UV_CACHE_DIR"]!, cache, { recursive: true });
    const outcome = await buildOn({
      folder: "nobody",
      node: machineNodes.at(-1) ?? process.execPath,
      uv,
      umask: "027",
      user: nobody,
      environment: () => ({ UV_CACHE_DIR: cache, PYTHONHASHSEED: "77" }),
    });
    assert.deepEqual(withoutMissingPythons(outcome), pick(expected, Object.keys(withoutMissingPythons(outcome))));
  });

  it("with a Node that is linked to another zlib", async function () {
    const node = process.env["UVLAMBDA_TEST_NODE_DEBIAN"];
    if (!node) skip(this, "UVLAMBDA_TEST_NODE_DEBIAN is not set");
    const outcome = await buildOn({ folder: "debian", node, uv: bench.uv, umask: "022", environment: () => ({}) });
    assert.deepEqual(outcome, expected);
  });
});

/** Variables that must reach neither uv nor a build backend. */
function noise(folder: string): Record<string, string> {
  const trap = path.join(folder, "trap");
  writeInto(trap, {
    "sitecustomize.py": "raise SystemExit('sitecustomize was imported')\n",
    "handler.py": "raise SystemExit('the wrong handler')\n",
    "pyvenv.cfg": "home = /nonexistent\n",
    "bin/python": "#!/bin/sh\nexit 1\n",
  });
  writeInto(path.join(folder, "home"), {
    ".config/uv/uv.toml":
      'link-mode = "copy"\ncompile-bytecode = true\n[pip]\nno-deps = false\ntarget = "/nonexistent"\nstrict = true\n',
    ".config/git/config": "[core]\nautocrlf = true\n",
    ".pydistutils.cfg": "[install]\nprefix = /nonexistent\n",
  });
  return {
    PYTHONPATH: trap,
    PYTHONHOME: trap,
    PYTHONSTARTUP: path.join(trap, "sitecustomize.py"),
    PYTHONHASHSEED: "5",
    PYTHONOPTIMIZE: "2",
    VIRTUAL_ENV: trap,
    CONDA_PREFIX: trap,
    SOURCE_DATE_EPOCH: "1",
    CFLAGS: "-march=native",
    SETUPTOOLS_USE_DISTUTILS: "stdlib",
    HATCH_BUILD_HOOKS_ENABLE: "true",
    PIP_TARGET: trap,
    UV_COMPILE_BYTECODE: "1",
    UV_LINK_MODE: "copy",
    UV_NO_BINARY: "1",
    UV_NO_CONFIG: "1",
    UV_NO_SOURCES: "1",
    UV_PRERELEASE: "allow",
    UV_RESOLUTION: "lowest",
    UV_EXCLUDE_NEWER: "2000-01-01",
    UV_PYTHON: "/nonexistent/python",
    UV_PROJECT_ENVIRONMENT: trap,
    UV_PROJECT: trap,
    UV_WORKING_DIRECTORY: trap,
    UV_BUILD_CONSTRAINT: path.join(trap, "none.txt"),
    UV_NO_EDITABLE: "0",
    UV_DEV: "1",
    UV_FROZEN: "0",
    UV_LOCKED: "1",
    UV_SYSTEM_PYTHON: "1",
    UV_REQUIRE_HASHES: "1",
  };
}

/** Deepest first, so that a folder's own times stay as they are set. */
function forEachEntry(folder: string, visit: (file: string) => void): void {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) forEachEntry(path.join(folder, entry.name), visit);
    else visit(path.join(folder, entry.name));
  }
  visit(folder);
}

function pinHatchling(folder: string, requirement: string): void {
  forEachEntry(folder, (file) => {
    if (path.basename(file) !== "pyproject.toml") return;
    const text = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, text.replace('["hatchling"]', `["${requirement}"]`));
  });
}

function withoutMissingPythons(outcome: Outcome): Outcome {
  return Object.fromEntries(
    Object.entries(outcome).filter(([name, one]) => {
      const isMissing = "error" in one && one.error === "PYTHON_NOT_FOUND";
      if (isMissing) sayLeftOut(`${name}: another user sees no such interpreter`);
      return !isMissing;
    }),
  );
}

function pick(outcome: Outcome, names: readonly string[]): Outcome {
  return Object.fromEntries(names.map((name) => [name, outcome[name]!]));
}
