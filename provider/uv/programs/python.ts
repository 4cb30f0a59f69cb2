import type { Target } from "../../runtimes/index.js";
import { runUv, type UvContext } from "../context.js";

/** A CPython that uv can use. */
export interface Interpreter {
  /** Absolute. */
  readonly path: string;
  /** `3.13.0` */
  readonly version: string;
}

/** With a GIL: for a free-threaded interpreter, uv would choose wheels that Lambda's Python cannot load. */
export const anyInterpreter = ">=3.8+gil";

/**
 * An interpreter outside of virtual environments: any, or one of a version (`3.13`, `3.13.2`). Downloads nothing.
 * Undefined when there is none. `cwd` does not affect the answer.
 */
export async function findPython(context: UvContext, cwd: string, version?: string): Promise<Interpreter | undefined> {
  const request = version === undefined ? anyInterpreter : `${version}+gil`;
  const path = await ask(context, cwd, [request]);
  if (path === undefined) return undefined;
  const found = await ask(context, cwd, ["--show-version", path]);
  return found === undefined ? undefined : { path, version: found };
}

/**
 * The `--python` for building for a target: an interpreter of its version if there is one, because only that can
 * compile for it, else any. Costs a process, and a second if a version manager's shims are on PATH, so remember the
 * result.
 */
export async function pythonForBuilds(context: UvContext, cwd: string, target: Target): Promise<string> {
  return (await ask(context, cwd, [`${target.pythonVersion}+gil`])) ?? anyInterpreter;
}

/** Version of the interpreter at `path`. Undefined when it is not one. */
export function pythonVersion(context: UvContext, cwd: string, path: string): Promise<string | undefined> {
  return ask(context, cwd, ["--show-version", path]);
}

async function ask(context: UvContext, cwd: string, args: readonly string[]): Promise<string | undefined> {
  const result = await runUv(
    context,
    ["python", "find", "--system", "--no-project", "--no-python-downloads", "--offline", ...args],
    {
      cwd,
      purpose: "looking for an interpreter",
    },
  );
  const answer = result.stdout.trim();
  return result.exitCode === 0 && answer !== "" ? answer : undefined;
}
