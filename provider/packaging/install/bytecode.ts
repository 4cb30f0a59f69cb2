import * as fs from "node:fs/promises";
import * as path from "node:path";
import { UvLambdaError } from "../../lib/errors.js";
import type { Limit } from "../../lib/concurrency/limit.js";
import { bytesEntry } from "../../tree/fileFacts.js";
import { mergeTrees } from "../../tree/merge.js";
import type { FoundFile, SourceTree } from "../../tree/tree.js";
import type { UvContext } from "../../uv/context.js";
import { compileScript } from "./compileScript.js";

/** A CPython of exactly the runtime's minor version. */
export interface Interpreter {
  /** Absolute. */
  readonly path: string;
  /** Full version, `3.13.0`: another patch version may compile to different bytes. */
  readonly version: string;
}

/** Adds bytecode to trees that are imported from one folder in Lambda. */
export interface Compiler {
  /** What the bytes depend on in addition to the tree. */
  readonly identity: string;
  readonly interpreter: Interpreter;
  /** `scratch` is an empty folder that outlives the returned tree. */
  compile(tree: SourceTree, scratch: string): Promise<SourceTree>;
  /** Only what `compile` adds, for files that were not read. */
  bytecodeOf(files: readonly FoundFile[], scratch: string): Promise<FoundFile[]>;
}

/** `runtimeRoot` is the folder in Lambda that the modules are imported from. Tracebacks show it. */
export function createCompiler(uv: UvContext, interpreter: Interpreter, runtimeRoot: string, limit: Limit): Compiler {
  const compilation = { uv, interpreter, runtimeRoot, limit };
  return {
    identity: `${interpreter.version} ${runtimeRoot}`,
    interpreter,
    compile: async (tree, scratch) => {
      const compiled = await compileAll(tree, { ...compilation, scratch });
      return mergeTrees([tree, compiled.map(({ path: name, bytes, owner }) => bytesEntry(name, bytes, owner))]).tree;
    },
    bytecodeOf: async (files, scratch) => {
      const compiled = await compileAll(files, { ...compilation, scratch });
      return compiled.map(({ bytes, ...file }) => ({ ...file, source: { bytes } }));
    },
  };
}

interface Compiled extends Pick<FoundFile, "path" | "owner"> {
  readonly bytes: Uint8Array;
}

interface Compilation {
  readonly uv: UvContext;
  readonly limit: Limit;
  readonly interpreter: Interpreter;
  readonly runtimeRoot: string;
  readonly scratch: string;
}

/**
 * A hash-based `.pyc` for every module, with the owner of its source. It is never checked against the source at run
 * time, so it holds in Lambda's read-only file system whatever dates the unpacked files have.
 */
async function compileAll(files: readonly FoundFile[], compilation: Compilation): Promise<Compiled[]> {
  const { interpreter, runtimeRoot, scratch } = compilation;
  const tag = `cpython-${interpreter.version.split(".").slice(0, 2).join("")}`;
  const modules = files.filter((entry) => entry.path.endsWith(".py"));
  if (modules.length === 0) return [];
  const jobs: string[][] = [];
  for (const entry of modules) {
    const source = await onDisk(entry, path.join(scratch, `source-${jobs.length}.py`));
    jobs.push([source, `${runtimeRoot}/${entry.path}`]);
  }
  const { sizes, bytes } = await runCompiler(jobs, compilation);
  let done = 0;
  return modules.flatMap(({ path: name, owner }, i) => {
    const size = sizes[i];
    if (typeof size !== "number") return [];
    // A copy, because sending part of a buffer to another thread sends all of it.
    const own = new Uint8Array(bytes.subarray(done, done + size));
    done += size;
    return [{ path: compiledPath(name, tag), bytes: own, ...(owner !== undefined && { owner }) }];
  });
}

/** Path of the module that a file in a `__pycache__` was compiled from; undefined for any other file. */
export function sourceOfBytecode(file: string): string | undefined {
  const [, folder, name] = /^(|.*\/)__pycache__\/([^/]+)\.[^/.]+\.pyc$/.exec(file) ?? [];
  return name === undefined ? undefined : `${folder}${name}.py`;
}

function compiledPath(modulePath: string, tag: string): string {
  const { dir, name } = path.posix.parse(modulePath);
  return path.posix.join(dir, "__pycache__", `${name}.${tag}.pyc`);
}

async function onDisk(entry: FoundFile, file: string): Promise<string> {
  if ("file" in entry.source) return entry.source.file;
  await fs.writeFile(file, entry.source.bytes);
  return file;
}

/** The bytecode of all jobs, end to end, and the size of each. */
async function runCompiler(
  jobs: readonly string[][],
  { uv, interpreter, scratch, limit }: Compilation,
): Promise<{ readonly sizes: readonly (number | null)[]; readonly bytes: Buffer }> {
  const list = path.join(scratch, "jobs.json");
  const output = path.join(scratch, "bytecode.bin");
  // In its own folder: Python looks for modules beside the script.
  const script = path.join(scratch, "compiler", "compile.py");
  await fs.mkdir(path.dirname(script));
  await fs.writeFile(list, JSON.stringify(jobs));
  await fs.writeFile(script, compileScript);
  // Not -I: it would ignore PYTHONHASHSEED, and CPython 3.10 writes sets in the order of their hashes.
  const args = ["-s", "-B", script, list, output, path.join(scratch, "one.pyc")];
  const run = () =>
    uv.runner.run(interpreter.path, args, {
      cwd: scratch,
      env: { LC_ALL: "C.UTF-8", PYTHONHASHSEED: "0" },
      timeoutMs: uv.timeoutMs,
      signal: uv.signal,
    });
  const result = await limit(() => uv.limit(run));
  if (result.exitCode === 0)
    return { sizes: JSON.parse(result.stdout) as (number | null)[], bytes: await fs.readFile(output) };
  throw new UvLambdaError(
    "LOCAL_BUILD_FAILED",
    `${interpreter.path} could not compile bytecode: ${result.stderr.trim().split("\n").at(-1)?.slice(-600) ?? ""}`,
    { property: "bytecode", hint: "Set `bytecode: false`, or fix this interpreter." },
  );
}
