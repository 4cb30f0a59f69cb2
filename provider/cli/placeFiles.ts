import * as fs from "node:fs/promises";
import * as path from "node:path";
import { room } from "../store/storeError.js";
import { InvalidInputError, UvLambdaError } from "../lib/errors.js";

/** Whatever a build may make, in any format. */
const artifactNames = ["code.zip", "layer.zip", "context", "sbom.cdx.json"];

/**
 * Copies files and folders into `folder`, made when missing; what is there under the same name is replaced, and what an
 * earlier build left there and this one does not make is removed. Nothing appears under its name before all are copied
 * whole. Returns the new paths in the same order.
 */
export async function placeFiles(sources: readonly string[], folder: string): Promise<string[]> {
  const staging = path.join(folder, `.uvlambda-${process.pid}`);
  const size = await sizeOf(sources);
  try {
    await fs.mkdir(staging, { recursive: true });
    for (const source of sources) await copyWhole(source, path.join(staging, path.basename(source)));
    const placed: string[] = [];
    for (const source of sources) placed.push(await moveInto(staging, folder, path.basename(source)));
    const made = new Set(placed.map((file) => path.basename(file)));
    for (const name of artifactNames) if (!made.has(name)) await removeOld(staging, folder, name);
    return placed;
  } catch (error) {
    throw await explained(error as NodeJS.ErrnoException, folder, size);
  } finally {
    await fs.rm(staging, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function copyWhole(source: string, target: string): Promise<void> {
  await fs.cp(source, target, { recursive: true });
  if ((await fs.stat(target)).isDirectory()) return;
  const handle = await fs.open(target, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function moveInto(staging: string, folder: string, name: string): Promise<string> {
  const target = path.join(folder, name);
  const old = await fs.lstat(target).catch(() => undefined);
  // A file is replaced by the rename itself; a folder has to make way.
  if (old?.isDirectory()) await fs.rename(target, path.join(staging, `${name}.old`));
  await fs.rename(path.join(staging, name), target);
  return target;
}

/** A folder only when it looks like one of ours. */
async function removeOld(staging: string, folder: string, name: string): Promise<void> {
  const old = path.join(folder, name);
  const status = await fs.lstat(old).catch(() => undefined);
  if (status === undefined) return;
  const holds = status.isDirectory() ? (await fs.readdir(old)).sort() : undefined;
  if (holds === undefined || holds.join() === "Dockerfile,code,dependencies")
    await fs.rename(old, path.join(staging, `${name}.old`));
}

async function sizeOf(files: readonly string[]): Promise<number> {
  const sizes = files.map(async (file) => {
    const status = await fs.stat(file);
    if (!status.isDirectory()) return status.size;
    return sizeOf((await fs.readdir(file)).map((name) => path.join(file, name)));
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function explained(error: NodeJS.ErrnoException, folder: string, size: number): Promise<Error> {
  if (error.code === undefined) return error;
  if (error.code === "ENOSPC" || error.code === "EDQUOT")
    return new UvLambdaError("STORE_FULL", `No space is left for ${await room(folder, () => `${size} bytes`)}.`, {
      hint: "Free some, or give --out another folder.",
      cause: error,
    });
  const message = `${folder} cannot be written (${error.code} at ${error.path ?? folder})`;
  return new InvalidInputError([{ property: "--out", message }]);
}
