import * as fs from "node:fs";
import * as path from "node:path";
import type { PackageRequest } from "../../../provider/packaging/request.js";
import { runCommand } from "../../support/commands.js";
import { makeSdist, makeWheel, type WheelSpec } from "../../support/wheels.js";

/** Path to content. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Inputs of a build. Paths are relative to the fixture's folder. */
export type Wanted = Partial<PackageRequest> & Pick<PackageRequest, "project">;

/** A project, requests, and the expected results. */
export interface Fixture {
  readonly name: string;
  /** Below the fixture's folder; the workspace's root is `project/`, and only its lock is made. */
  readonly files: Files;
  /** Distributions of the flat index beside the project. */
  readonly wheels?: readonly WheelSpec[];
  readonly sdists?: readonly WheelSpec[];
  /** Further preparation before the lock is made. */
  readonly prepare?: (folder: string) => Promise<void>;
  /** The lock is made for this requires-python, which needs an interpreter, and then gets that of the project. */
  readonly lockFor?: string;
  readonly cases: readonly Case[];
}

export interface Case {
  readonly name: string;
  readonly wanted: Wanted;
  /** Every file of the archive outside of dist-info folders, or a function that checks them. */
  readonly ships: readonly string[] | ((paths: readonly string[]) => void);
  readonly packages: Readonly<Record<string, string>>;
  /** The handler's result for `{ "name": "x" }`. Absent: it is not called. */
  readonly answer?: unknown;
  /** First lines of the messages. Default: none. */
  readonly says?: readonly string[];
  /** Minor version of Python to call the handler with, if it is not the runtime's. */
  readonly runWith?: string;
}

/** A request with the defaults of the resource, paths absolute. */
export function requestFor(folder: string, wanted: Wanted): PackageRequest {
  const { project, source, copyFiles, excludedFolders, checks, ...rest } = wanted;
  return {
    groups: [],
    extras: [],
    onlyGroups: [],
    include: [],
    exclude: [],
    prune: [],
    handler: "handler.handler",
    runtime: "python3.11",
    architecture: "arm64",
    packageFormat: "zip",
    bytecode: false,
    sourceBuilds: [],
    hasLayers: false,
    ...rest,
    project: path.join(folder, project),
    ...(source !== undefined && { source: path.join(folder, source) }),
    inputsFolder: folder,
    copyFiles: (copyFiles ?? []).map(({ from, to }) => ({ from: path.join(folder, from), to })),
    excludedFolders: (excludedFolders ?? []).map((excluded) => path.join(folder, excluded)),
    checks: checks ?? { handler: "error", binaries: "error", collisions: "error", sizes: "error" },
  };
}

/** The flat index of tiny wheels. Build backends still come from the machine's own index. */
const index = '\n[[tool.uv.index]]\nname = "flat"\nurl = "../index"\nformat = "flat"\n';

/** Writes a fixture into an empty or missing folder, without its lock. */
export async function writeFixture(fixture: Fixture, folder: string): Promise<void> {
  writeInto(folder, fixture.files);
  fs.appendFileSync(path.join(folder, "project", "pyproject.toml"), index);
  fs.mkdirSync(path.join(folder, "index"), { recursive: true });
  for (const wheel of fixture.wheels ?? []) makeWheel(wheel, path.join(folder, "index"));
  for (const sdist of fixture.sdists ?? []) makeSdist(sdist, path.join(folder, "index"));
  await fixture.prepare?.(folder);
}

export function writeInto(folder: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }
}

/** Makes the folder a git repository with one commit of all its files. */
export async function commitAll(repository: string): Promise<void> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: repository, GIT_CONFIG_NOSYSTEM: "1" };
  const author = ["-c", "user.name=test", "-c", "user.email=test@example.invalid"];
  const date = { GIT_AUTHOR_DATE: "2020-01-01T00:00:00Z", GIT_COMMITTER_DATE: "2020-01-01T00:00:00Z" };
  for (const args of [
    ["init", "--quiet"],
    ["add", "."],
    [...author, "commit", "--quiet", "--message", "all"],
  ]) {
    const result = await runCommand(["git", ...args], { cwd: repository, env: { ...env, ...date } });
    if (result.code !== 0) throw new Error(result.stderr);
  }
}

export interface ProjectText {
  readonly name: string;
  readonly dependencies?: readonly string[];
  readonly requiresPython?: string;
  /** `uv_build`, `hatchling`, `setuptools`, or a whole requirement of one of them; absent: no build system. */
  readonly backend?: string;
  /** Names of workspace members among the dependencies. */
  readonly members?: readonly string[];
  /** Further lines of the [project] table, and further tables. */
  readonly project?: string;
  readonly more?: string;
}

const backends: Readonly<Record<string, string>> = {
  uv_build: "uv_build",
  hatchling: "hatchling.build",
  setuptools: "setuptools.build_meta",
};

/** Text of a pyproject.toml. */
export function pyproject(text: ProjectText): string {
  const lines = [
    `[project]\nname = "${text.name}"\nversion = "0.1.0"\nrequires-python = "${text.requiresPython ?? ">=3.10"}"`,
    `dependencies = ${JSON.stringify([...(text.dependencies ?? []), ...(text.members ?? [])])}`,
    text.project ?? "",
  ];
  if (text.backend !== undefined) {
    const backend = backends[/^\w+/.exec(text.backend)?.[0] ?? ""];
    lines.push(`[build-system]\nrequires = ["${text.backend}"]\nbuild-backend = "${backend}"`);
  }
  if (text.members !== undefined)
    lines.push("[tool.uv.sources]", ...text.members.map((name) => `${name} = { workspace = true }`));
  return `${[...lines, text.more ?? ""].join("\n")}\n`;
}

/** An application with a wheel, a source archive that must be built, and a member of its workspace. */
export function withMember(name: string, sdist: WheelSpec): Fixture {
  return {
    name,
    files: {
      "project/pyproject.toml": pyproject({
        name: "app",
        dependencies: ["alpha", sdist.name],
        members: ["lib"],
        more: '[tool.uv.workspace]\nmembers = ["lib"]',
      }),
      "project/handler.py": "def handler(event, context):\n    return 1\n",
      "project/lib/pyproject.toml": pyproject({ name: "lib", backend: "uv_build" }),
      "project/lib/src/lib/__init__.py": "",
    },
    wheels: [{ name: "alpha" }],
    sdists: [sdist],
    cases: [],
  };
}
