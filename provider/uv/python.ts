import type { Target } from "../runtimes/index.js";
import { runUv, type UvContext } from "./context.js";

/** A CPython that uv can use. */
export interface Interpreter {
  /** Absolute. */
  readonly path: string;
  /** `3.13.0` */
  readonly version: string;
}

/** With a GIL: a free-threaded interpreter would have uv choose wheels that Lambda's cannot load. */
const anyInterpreter = ">=3.8+gil";

/**
 * An interpreter outside of virtual environments: any, or one of a version (`3.13`, `3.13.2`). Nothing is downloaded. Undefined when there
 * is none. `cwd` does not matter for the answer.
 */
export async function findPython(context: UvContext, cwd: string, version?: string): Promise<Interpreter | undefined> {
  const request = version === undefined ? anyInterpreter : `${version}+gil`;
  const path = await ask(context, cwd, [request]);
  if (path === undefined) return undefined;
  const found = await ask(context, cwd, ["--show-version", path]);
  return found === undefined ? undefined : { path, version: found };
}

/**
 * What to give `--python` where any interpreter serves: one that is there, else the target's version, which uv downloads if it may.
 * `preferred` (`3.13`) is taken when it is there.
 */
export async function pythonFor(context: UvContext, cwd: string, target: Target, preferred?: string): Promise<string> {
  const exact = preferred === undefined ? undefined : await ask(context, cwd, [`${preferred}+gil`]);
  return exact ?? (await ask(context, cwd, [anyInterpreter])) ?? target.pythonVersion;
}

async function ask(context: UvContext, cwd: string, args: readonly string[]): Promise<string | undefined> {
  const result = await runUv(context, ["python", "find", "--system", "--no-project", "--no-python-downloads", "--offline", ...args], {
    cwd,
    purpose: "looking for an interpreter",
  });
  const answer = result.stdout.trim();
  return result.exitCode === 0 && answer !== "" ? answer : undefined;
}
