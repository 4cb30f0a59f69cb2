import * as fs from "node:fs/promises";
import * as path from "node:path";
import { UvLambdaError, type ErrorCode } from "../lib/errors.js";
import { shellWord } from "../lib/messages/shellWord.js";
import { isInside } from "../lib/paths.js";
import { codeOf } from "./files.js";
import { accessProblem } from "./ownership.js";

export interface Place {
  readonly folder: string;
  /** The machine setting that moves the folder. */
  readonly setting: "UVLAMBDA_CACHE_DIR" | "UVLAMBDA_WORK_DIR";
}

const full = new Set(["ENOSPC", "EDQUOT"]);
const refused = new Set(["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST"]);
const failing = "EIO";

/**
 * Runs `action`. Errors of the file system in this place become STORE_UNUSABLE, STORE_FULL or STORE_FAILED. Other
 * errors pass unchanged.
 */
export async function explaining<T>(place: Place, action: () => Promise<T>): Promise<T> {
  return explainingFull(place, async () => {
    try {
      return await action();
    } catch (error) {
      throw (await explainRefused(place, error as NodeJS.ErrnoException)) ?? error;
    }
  });
}

/**
 * Describes the bytes that a piece of work needs, such as `at most 2000123 bytes`. Undefined when that is not known.
 */
export type Need = () => string | undefined | Promise<string | undefined>;

/**
 * Runs `action`. Its errors pass, except STORE_FULL, which names the folder, the free space and the space needed. A
 * STORE_FULL of a command that `action` ran gets the same text appended.
 */
export async function explainingFull<T>(place: Place, action: () => Promise<T>, need?: Need): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const hint = `To fix this, free some space, or set ${place.setting} to a folder with more space.`;
    if (full.has(codeOf(error) ?? ""))
      throw storeError("STORE_FULL", await noSpaceLeft(place.folder, need), hint, error);
    if (need === undefined || !(error instanceof UvLambdaError) || error.code !== "STORE_FULL") throw error;
    const message = `${error.message}\nThis was for ${await room(place.folder, need)}.`;
    throw storeError("STORE_FULL", message, error.hint ?? hint, error);
  }
}

export async function noSpaceLeft(folder: string, need: Need | undefined): Promise<string> {
  return `No space is left for ${await room(folder, need)}.`;
}

async function explainRefused({ folder, setting }: Place, error: NodeJS.ErrnoException): Promise<Error | undefined> {
  const at = error.path ?? folder;
  if (error.code === failing && concerns(folder, at))
    return diskFailed(`${folder} cannot be used: EIO at ${at}.`, error);
  if (!refused.has(error.code ?? "") || !concerns(folder, at)) return undefined;
  return unusable(
    { folder, setting },
    `${folder} cannot be used: ${error.code} at ${at}${(await noFolder(error)) ?? (await ownerOf(at))}.`,
    error,
  );
}

/** Refuses a folder that another user could put files into. A folder that does not exist is fine. */
export async function requireOwn(place: Place): Promise<void> {
  const { folder, setting } = place;
  const status = await fs.stat(folder).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  });
  const problem = status && accessProblem(status);
  if (problem === undefined) return;
  const hint = problem.startsWith("belongs")
    ? `To fix this, set ${setting} to a folder of your own that you can write to.`
    : `Users who can write there can change what you deploy. To fix this, run \`chmod -R go-w ${shellWord(folder)}\`, or set ${setting} to a folder that only you can write to.`;
  throw storeError("STORE_UNUSABLE", `${folder} ${problem}.`, hint, undefined);
}

function unusable(place: Place, message: string, cause?: unknown): UvLambdaError {
  return storeError(
    "STORE_UNUSABLE",
    message,
    `To fix this, set ${place.setting} to a folder of your own that you can write to.`,
    cause,
  );
}

/** For failures that no setting can cause. */
export function diskFailed(message: string, cause?: unknown): UvLambdaError {
  const hint = "Run the command again: damaged files are built again. If the error comes back, the disk is failing.";
  return storeError("STORE_FAILED", message, hint, cause);
}

function storeError(code: ErrorCode, message: string, hint: string, cause: unknown): UvLambdaError {
  return new UvLambdaError(code, message, { hint, cause });
}

/** A folder above counts too: perhaps it could not be made or entered. */
function concerns(folder: string, file: string): boolean {
  const at = path.resolve(file);
  return isInside(at, folder) || isInside(folder, at);
}

/** `/store (needed: at least 2000123 bytes, free: 4096 bytes)`, without what is unknown. */
async function room(folder: string, need: Need = () => undefined): Promise<string> {
  const needed = await need();
  const free = await fs.statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => undefined,
  );
  const known = [
    ...(needed === undefined ? [] : [`needed: ${needed}`]),
    ...(free === undefined ? [] : [`free: ${free} bytes`]),
  ];
  return known.length === 0 ? folder : `${folder} (${known.join(", ")})`;
}

/** What is in the way of a folder. */
async function noFolder({
  code,
  path: from,
  dest,
}: NodeJS.ErrnoException & { dest?: string }): Promise<string | undefined> {
  if (code !== "ENOTDIR" && code !== "EEXIST") return undefined;
  for (const place of [from, dest])
    for (let at = path.resolve(place ?? "/"); at !== path.dirname(at); at = path.dirname(at)) {
      const status = await fs.stat(at).catch(() => undefined);
      if (status?.isDirectory() === false) return ` (${at} is not a folder)`;
    }
  return undefined;
}

/** Who owns the nearest part of the path that exists. */
async function ownerOf(file: string): Promise<string> {
  for (let at = path.resolve(file); ; at = path.dirname(at)) {
    try {
      const { uid, mode } = await fs.stat(at);
      const user = process.geteuid?.();
      const who = user === undefined ? "" : `, but this is user ${user}`;
      return ` (${at} belongs to user ${uid}, mode ${(mode & 0o777).toString(8)}${who})`;
    } catch (error) {
      if (at === path.dirname(at) || (codeOf(error) !== "ENOENT" && codeOf(error) !== "ENOTDIR")) return "";
    }
  }
}
