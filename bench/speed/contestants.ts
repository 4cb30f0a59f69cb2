import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Workload } from "./workloads.js";

export const uv = process.env["UVLAMBDA_UV"] ?? "uv";
const runtime = "python3.13";
const architecture = "x86_64";

/** Cost of a run: seconds, seconds of all processors together, bytes. */
export interface Taken {
  readonly wall: number;
  readonly cpu: number;
  readonly memory: number;
}

export interface Contestant {
  readonly name: string;
  /** Makes the archives of all functions of the workspace in `folder`. */
  build(folder: string, options: { readonly bytecode?: boolean; readonly memory?: boolean }): Taken;
  /** Removes its caches. With `everything`, also those of uv. */
  forget(everything: boolean): void;
}

/** Folders and variables of one run of the bench. */
export interface Place {
  readonly folder: string;
  readonly uvCache: string;
  readonly workload: Workload;
}

export function run(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv = process.env): string {
  const [program = "", ...args] = command;
  const result = spawnSync(program, args, { cwd, env, encoding: "utf8", maxBuffer: 64e6 });
  if (result.status !== 0) throw new Error(`${command.join(" ")}: ${result.stderr || String(result.error)}`);
  return result.stdout;
}

/** uv with the cache of the bench. */
export function uvEnvironment({ uvCache }: Place): NodeJS.ProcessEnv {
  return { ...process.env, UV_CACHE_DIR: uvCache };
}

/**
 * Takes a folder out of the way. It is removed with everything else at the end: for minutes, ext4 passes over the
 * inodes of what was removed whenever it makes a file, and that would be measured.
 */
function takeAway(old: string, { folder }: Place): void {
  if (!fs.existsSync(old)) return;
  const removed = path.join(folder, "removed");
  fs.mkdirSync(removed, { recursive: true });
  fs.renameSync(old, path.join(fs.mkdtempSync(path.join(removed, "old-")), path.basename(old)));
}

function measure(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv, memory = false): Taken {
  const script = path.join(__dirname, "measure.py");
  return JSON.parse(run(["python3", script, memory ? "memory" : "time", cwd, ...command], cwd, env)) as Taken;
}

/**
 * `uvlambda build` by the program in a file: one process for all functions, as the plugin builds them. `places`: with
 * `--out`.
 */
export function product(name: string, program: string, place: Place, places = true): Contestant {
  const store = path.join(place.folder, `${name}-store`);
  const out = path.join(place.folder, `${name}-out`);
  const env = { ...uvEnvironment(place), UVLAMBDA_CACHE_DIR: store };
  return {
    name,
    build(folder, { bytecode = false, memory }) {
      const [only, ...others] = place.workload.functions.map((member) => ({
        project: path.join(folder, "apps", member),
        handler: `${member}.main.handler`,
        ...{ runtime, architecture, bytecode, packageFormat: place.workload.format ?? "zip" },
      }));
      const request = path.join(place.folder, "request.json");
      fs.writeFileSync(request, JSON.stringify(others.length === 0 ? only : [only, ...others]));
      const target = places ? ["--out", out] : [];
      return measure([process.execPath, program, "build", "--request", request, ...target], folder, env, memory);
    },
    forget(everything) {
      for (const old of [store, out, ...(everything ? [place.uvCache] : [])]) takeAway(old, place);
    },
  };
}

/** uv's part of an image alone: no copy of it is kept, and nothing is checked or placed. */
export function installation(name: string, linkMode: "hardlink" | "copy", place: Place): Contestant {
  const site = path.join(place.folder, `site-${linkMode}`);
  const [member = ""] = place.workload.functions;
  const lines = [
    `set -e`,
    `${uv} export --quiet --frozen --no-dev --no-editable --package ${member} -o ${site}.txt`,
    `${uv} pip install --link-mode=${linkMode} ${installFlags(place)} --target=${site} -r ${site}.txt`,
  ];
  return {
    name,
    build(folder, { memory }) {
      fs.rmSync(site, { recursive: true, force: true });
      return measure(["sh", "-c", lines.join("\n")], folder, uvEnvironment(place), memory);
    },
    forget() {},
  };
}

function installFlags({ workload: { files } }: Place): string {
  const locals = Object.keys(files).flatMap((file) => /^\w+\/(\w+)\/pyproject/.exec(file)?.[1] ?? []);
  return [
    ...["--quiet", "--no-deps", "--no-installer-metadata", "--no-compile-bytecode", "--python-version=3.13"],
    ...[`--python-platform=${architecture}-manylinux_2_34`, ...locals.map((name) => `--reinstall-package=${name}`)],
  ].join(" ");
}

/**
 * The commands of https://docs.astral.sh/uv/guides/integration/aws-lambda/ for the same target, with the flags without
 * which the result is wrong. Several functions are built as many at once as there are processors.
 */
export function recipe(place: Place): Contestant {
  const script = path.join(place.folder, "recipe.sh");
  const sites = path.join(place.folder, "recipe");
  const lines = [
    `set -e; site=${sites}/$1`,
    `${uv} export --quiet --frozen --no-dev --no-editable --package "$1" -o "$site.txt"`,
    `${uv} pip install ${installFlags(place)} --target="$site" -r "$site.txt"`,
    `cd "$site"; zip -q -X -r "$site.zip" .`,
  ];
  fs.writeFileSync(script, `${lines.join("\n")}\n`);
  const all = `printf '%s\\n' ${place.workload.functions.join(" ")} | xargs -P ${os.availableParallelism()} -n 1 sh ${script}`;
  return {
    name: "recipe",
    build(folder, { memory }) {
      // Files of an earlier run would stay in the archive.
      takeAway(sites, place);
      fs.mkdirSync(sites);
      return measure(["sh", "-c", all], folder, uvEnvironment(place), memory);
    },
    forget(everything) {
      if (everything) takeAway(place.uvCache, place);
    },
  };
}
