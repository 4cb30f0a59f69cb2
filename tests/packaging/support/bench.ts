import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Reporter } from "../../../provider/lib/log.js";
import type { MachineSettings } from "../../../provider/lib/machine.js";
import { createPackager } from "../../../provider/packaging/createPackager.js";
import type { Artifact } from "../../../provider/packaging/request.js";
import { readZip } from "../../aws/archive/zip.js";
import { runCommand } from "../../support/commands.js";
import { findTool } from "../../support/machine.js";
import { skip } from "../../support/skip.js";
import { requestFor, writeFixture, type Fixture, type Wanted } from "./fixture.js";
import { noUv } from "../../support/uv.js";

/** A folder with a store and prepared fixtures. Each test file has its own. */
export class PackagingBench {
  readonly folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-packaging-")));
  readonly messages: string[] = [];
  private made = 0;

  constructor(readonly uv: string) {
    fs.chmodSync(this.folder, 0o755);
  }

  /** A fresh folder with the fixture, locked. */
  async prepare(fixture: Fixture): Promise<string> {
    const folder = this.fresh(fixture.name);
    await this.write(fixture, folder);
    return folder;
  }

  /** The fixture, locked, in this folder. */
  async write(fixture: Fixture, folder: string): Promise<void> {
    await writeFixture(fixture, folder);
    const root = path.join(folder, "project");
    if (fixture.lockFor !== undefined) return this.lockFor(fixture.lockFor, root);
    await this.lock(root);
  }

  private async lockFor(requiresPython: string, root: string): Promise<void> {
    const files = fs.readdirSync(root, { recursive: true, encoding: "utf8" });
    const projects = files
      .filter((file) => path.basename(file) === "pyproject.toml")
      .map((file) => path.join(root, file));
    const originals = projects.map((file) => fs.readFileSync(file, "utf8"));
    const line = /^requires-python = .*$/m;
    const wanted = line.exec(originals[0] ?? "")?.[0] ?? "";
    originals.forEach((text, i) =>
      fs.writeFileSync(projects[i]!, text.replace(line, `requires-python = "${requiresPython}"`)),
    );
    await this.lock(root);
    originals.forEach((text, i) => fs.writeFileSync(projects[i]!, text));
    const lock = path.join(root, "uv.lock");
    fs.writeFileSync(lock, fs.readFileSync(lock, "utf8").replace(line, wanted));
  }

  /** A path below the bench that does not exist yet. */
  fresh(name: string): string {
    return path.join(this.folder, `${++this.made}-${name}`);
  }

  async lock(root: string, ...flags: string[]): Promise<void> {
    const result = await runCommand([this.uv, "lock", "--no-progress", ...flags], {
      cwd: root,
      env: this.environment(),
    });
    assert.equal(result.code, 0, result.stderr);
  }

  environment(): Record<string, string> {
    return uvEnvironmentFor(path.join(this.folder, "home"));
  }

  settings(more: Partial<MachineSettings> = {}): MachineSettings {
    return {
      uv: this.uv,
      cacheDir: path.join(this.folder, "store"),
      workDir: ".uvlambda",
      concurrency: 2,
      timeoutMs: 300_000,
      environment: this.environment(),
      ...more,
    };
  }

  /** Builds as a new process would, which remembers only what is in the store. */
  async build(folder: string, wanted: Wanted, more: Partial<MachineSettings> = {}): Promise<Artifact> {
    const reporter: Reporter = { progress: () => {}, warn: (message) => void this.messages.push(message) };
    const packager = createPackager(this.settings(more), reporter);
    try {
      return await packager.package(requestFor(folder, wanted), { reporter });
    } finally {
      packager.cancel();
    }
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The machine's environment for its network and indexes, with one cache for the whole run and without shims. */
function uvEnvironmentFor(home: string): Record<string, string> {
  const inherited = Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const pythons = (process.env["UVLAMBDA_TEST_PYTHONS"] ?? "").split(path.delimiter).filter((file) => file !== "");
  const onPath = (process.env["PATH"] ?? "").split(path.delimiter);
  const folders = [
    ...onPath.filter((folder) => path.basename(folder) !== "shims"),
    ...pythons.map((file) => path.dirname(file)),
  ];
  return {
    ...Object.fromEntries(inherited),
    PATH: folders.join(path.delimiter),
    HOME: home,
    UV_CACHE_DIR: sharedCache(),
    UV_PYTHON_DOWNLOADS: "never",
  };
}

/** uv's cache for this test run, so that build backends are fetched once. It is removed when the process ends. */
function sharedCache(): string {
  const folder = path.join(os.tmpdir(), `uvlambda-packaging-cache-${process.pid}`);
  if (!fs.existsSync(folder)) {
    fs.mkdirSync(folder);
    process.once("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
  }
  return folder;
}

/** Call this in `before`. Opens the bench of a group, or skips the group with a message if there is no uv. */
export function openBench(context: Mocha.Context): PackagingBench {
  const uv = findTool("uv", "UVLAMBDA_TEST_UV");
  return uv === undefined ? skip(context, noUv) : new PackagingBench(uv);
}

/** Gives a group of tests a bench with the fixture in a folder, and removes it after them. */
export function useBench(fixture: Fixture, give: (bench: PackagingBench, folder: string) => void): void {
  let bench: PackagingBench | undefined;
  before(async function () {
    bench = openBench(this);
    give(bench, await bench.prepare(fixture));
  });
  after(() => bench?.remove());
}

/** Path of the archive with the code. */
function archiveOf(artifact: Artifact): string {
  const file = artifact.files.find(({ kind }) => kind === "code");
  assert.ok(file);
  return path.join(artifact.folder, file.name);
}

/** Content of the archive by path. */
export function contentOf(artifact: Artifact): Map<string, Buffer> {
  const entries = readZip(fs.readFileSync(archiveOf(artifact)));
  assert.equal(new Set(entries.map(({ name }) => name)).size, entries.length, "a path is in the archive twice");
  return new Map(entries.map((entry) => [entry.name, entry.data()]));
}

/** Paths outside of dist-info folders, sorted. */
export function shippedPaths(artifact: Artifact): string[] {
  return [...contentOf(artifact).keys()].filter((name) => !/^[^/]+\.dist-info\//.test(name)).sort();
}

/** Paths in all parts of the artifact, whatever its format, as imports see them. */
export function importablePaths({ folder, files }: Pick<Artifact, "folder" | "files">): string[] {
  const paths = files.flatMap(({ kind, name }) => {
    const file = path.join(folder, name);
    if (kind !== "image") return readZip(fs.readFileSync(file)).map((entry) => entry.name.replace(/^python\//, ""));
    const names = fs.readdirSync(file, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const inside = names.map((entry) => path.relative(file, path.join(entry.parentPath, entry.name)));
    return inside.filter((one) => one.includes("/")).map((one) => one.slice(one.indexOf("/") + 1));
  });
  return paths.filter((name) => !/^[^/]+\.dist-info\//.test(name)).sort();
}
