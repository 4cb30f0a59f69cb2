import * as fs from "node:fs/promises";
import * as path from "node:path";
import { readRegularIfAny } from "../../lib/regularFile.js";
import { UvLambdaError } from "../../lib/errors.js";
import type { Project } from "../../project/workspace.js";
import type { Target } from "../../runtimes/index.js";
import type { UvContext } from "../../uv/context.js";
import { findPython, pythonVersion, type Interpreter } from "../../uv/programs/python.js";
import { createCompiler, type Compiler } from "./bytecode.js";
import { keyOf } from "../../store/key.js";
import type { BuildSession } from "../buildSession.js";
import type { Work } from "../work.js";

/**
 * The compiler of a function that ships bytecode, for what is imported from `runtimeRoot` in Lambda. Throws
 * PYTHON_NOT_FOUND when there is no CPython of the runtime's minor version.
 */
export async function findCompiler(
  { session, uv, project, request, target }: Work,
  runtimeRoot: string,
): Promise<Compiler | undefined> {
  if (!request.bytecode) return undefined;
  const wanted = pinnedVersion(project, target) ?? target.pythonVersion;
  const interpreter = await sharedPython(session, uv, wanted);
  if (interpreter !== undefined) return createCompiler(uv, interpreter, runtimeRoot, session.compileLimit);
  throw new UvLambdaError(
    "PYTHON_NOT_FOUND",
    `Bytecode for ${target.runtime} needs CPython ${wanted}, but uv found none here.`,
    {
      property: "bytecode",
      hint: `Run \`uv python install ${wanted}\` (uv may download it unless UV_PYTHON_DOWNLOADS=never), or set \`bytecode: false\`.`,
    },
  );
}

/**
 * The interpreter that uv installs and builds with where any CPython will do: an existing one, or else the target's
 * version, which uv downloads if it may.
 */
export async function installingPython(session: BuildSession, uv: UvContext, target: Target): Promise<string> {
  const found = await sharedPython(session, uv);
  return found?.path ?? target.pythonVersion;
}

/** A CPython of the target's own minor version, for what compiles. */
export async function targetPython(session: BuildSession, uv: UvContext, target: Target): Promise<string | undefined> {
  return (await sharedPython(session, uv, target.pythonVersion))?.path;
}

/** `wanted`: a version, as in `3.13` or `3.13.2`. Default: any. */
function sharedPython(session: BuildSession, uv: UvContext, wanted?: string): Promise<Interpreter | undefined> {
  return session.once(`python ${wanted ?? "any"}`, () => rememberedPython(session, uv, wanted));
}

/** The full version that `.python-version` names, if it is one of the runtime's. */
function pinnedVersion(project: Project, target: Target): string | undefined {
  for (const folder of [project.folder, project.root]) {
    const text = readRegularIfAny(path.join(folder, ".python-version"))?.toString("utf8");
    const version = /^[ \t]*(?:cpython[@-])?(3\.\d+\.\d+)[ \t\r]*$/m.exec(text ?? "")?.[1];
    if (version?.startsWith(`${target.pythonVersion}.`)) return version;
  }
  return undefined;
}

/**
 * uv is asked once for each environment in which it could find another interpreter, and for the version when the
 * binary has changed. A missing interpreter is skipped.
 */
async function rememberedPython(
  session: BuildSession,
  uv: UvContext,
  wanted: string | undefined,
): Promise<Interpreter | undefined> {
  const { PATH, UV_PYTHON_INSTALL_DIR, HOME } = uv.environment;
  const gone: string[] = [];
  for (;;) {
    const search = { wanted: wanted ?? "any", PATH, UV_PYTHON_INSTALL_DIR, HOME, uv: uv.version, gone };
    const key = keyOf("python", { asked: search });
    const known = await session.store.find("python", key);
    if (known === undefined) return askPython(session, uv, wanted, key);
    const file = known.meta as string;
    const version = await versionOf(session, uv, file);
    // A version that was requested in full may have been replaced in place.
    if (version !== undefined && (wanted === undefined || `${version}.`.startsWith(`${wanted}.`)))
      return { path: file, version };
    gone.push(file);
  }
}

async function askPython(
  session: BuildSession,
  uv: UvContext,
  wanted: string | undefined,
  key: string,
): Promise<Interpreter | undefined> {
  const found = await findPython(uv, session.machine.cacheDir, wanted);
  if (found === undefined) return undefined;
  const identity = await identityOf(found.path);
  if (identity !== undefined)
    await session.store.getOrCreate("python", keyOf("python version", { identity }), () =>
      Promise.resolve(found.version),
    );
  await session.store.getOrCreate("python", key, () => Promise.resolve(found.path));
  return found;
}

/** Undefined when the file is gone or no interpreter any more. */
async function versionOf(session: BuildSession, uv: UvContext, file: string): Promise<string | undefined> {
  const identity = await identityOf(file);
  if (identity === undefined) return undefined;
  const { entry } = await session.store.getOrCreate("python", keyOf("python version", { identity }), async () => {
    return (await pythonVersion(uv, session.machine.cacheDir, file)) ?? null;
  });
  return (entry.meta as string | null) ?? undefined;
}

async function identityOf(file: string): Promise<object | undefined> {
  const stat = await fs.stat(file).catch(() => undefined);
  return stat && { file, size: stat.size, mtimeMs: stat.mtimeMs };
}
