import * as fs from "node:fs/promises";
import * as path from "node:path";
import { UvLambdaError } from "../lib/errors.js";
import type { Project } from "../project/workspace.js";
import type { Target } from "../runtimes/index.js";
import type { UvContext } from "../uv/context.js";
import { findPython, type Interpreter } from "../uv/python.js";
import { createCompiler, type Compiler } from "./bytecode.js";
import { keyOf } from "./key.js";
import type { PackageRequest } from "./request.js";
import type { Session } from "./session.js";

/** Where own code and zipped dependencies are imported from in Lambda. */
const codeRoot = "/var/task";

/** The compiler of a function that ships bytecode. Throws PYTHON_NOT_FOUND when there is no CPython of the runtime's minor version. */
export async function findCompiler(
  session: Session,
  uv: UvContext,
  project: Project,
  request: PackageRequest,
  target: Target,
): Promise<Compiler | undefined> {
  if (!request.bytecode) return undefined;
  const wanted = (await pinnedVersion(project, target)) ?? target.pythonVersion;
  const interpreter = await session.once(`python ${wanted}`, () => rememberedPython(session, uv, wanted));
  if (interpreter !== undefined) return createCompiler(uv, interpreter, codeRoot);
  throw new UvLambdaError(
    "PYTHON_NOT_FOUND",
    `Bytecode for ${target.runtime} needs CPython ${wanted}, and uv finds none here.`,
    {
      property: "bytecode",
      hint: `Run \`uv python install ${wanted}\` (uv may download it unless UV_PYTHON_DOWNLOADS=never), or set \`bytecode: false\`.`,
    },
  );
}

/**
 * What uv installs and builds with, where any CPython serves: one that is there, else the target's version, which uv downloads if it may.
 */
export async function installingPython(session: Session, uv: UvContext, target: Target): Promise<string> {
  const found = await session.once("python", () => rememberedPython(session, uv, undefined));
  return found?.path ?? target.pythonVersion;
}

/** A CPython of the target's own minor version, for what compiles. */
export async function targetPython(session: Session, uv: UvContext, target: Target): Promise<string | undefined> {
  const wanted = target.pythonVersion;
  return (await session.once(`python ${wanted}`, () => rememberedPython(session, uv, wanted)))?.path;
}

/** The full version that `.python-version` names, if it is one of the runtime's. */
async function pinnedVersion(project: Project, target: Target): Promise<string | undefined> {
  for (const folder of [project.folder, project.root]) {
    const text = await fs.readFile(path.join(folder, ".python-version"), "utf8").catch(() => undefined);
    const version = /^\s*(?:cpython[@-])?(3\.\d+\.\d+)\s*$/m.exec(text ?? "")?.[1];
    if (version?.startsWith(`${target.pythonVersion}.`)) return version;
  }
  return undefined;
}

interface Remembered extends Interpreter {
  readonly size: number;
  readonly mtimeMs: number;
}

/** uv is asked once for each environment that it could find another interpreter in, and again when the binary has changed. */
async function rememberedPython(
  session: Session,
  uv: UvContext,
  wanted: string | undefined,
): Promise<Interpreter | undefined> {
  const { PATH, UV_PYTHON_INSTALL_DIR, HOME } = uv.environment;
  const asked = { wanted: wanted ?? "any", PATH, UV_PYTHON_INSTALL_DIR, HOME, uv: uv.version };
  const known = await session.store.find("python", keyOf("python", { asked }));
  const remembered = known?.meta as Remembered | undefined;
  if (remembered !== undefined && (await isUnchanged(remembered))) return remembered;
  const found = await findPython(uv, session.settings.cacheDir, wanted);
  if (found === undefined) return undefined;
  const { size, mtimeMs } = await fs.stat(found.path);
  if (remembered === undefined)
    await session.store.getOrCreate("python", keyOf("python", { asked }), () =>
      Promise.resolve({ ...found, size, mtimeMs }),
    );
  return found;
}

async function isUnchanged({ path: file, size, mtimeMs }: Remembered): Promise<boolean> {
  const stat = await fs.stat(file).catch(() => undefined);
  return stat?.size === size && stat.mtimeMs === mtimeMs;
}
