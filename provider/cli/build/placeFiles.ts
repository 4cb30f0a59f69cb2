import { constants } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { ProcessIdentity } from "../../store/locks/processIdentity.js";
import { readTextSync } from "../../lib/regularFile.js";
import { placedNames, placedRecord } from "../../project/sources/placedFiles.js";
import { copyFiles } from "../../store/placed/placedFolder.js";
import { noSpaceLeft } from "../../store/storeError.js";
import { sync } from "../../store/files.js";
import { bootId } from "../../store/verify/bootId.js";
import { folderPrint } from "../../store/verify/folderPrint.js";
import { isFine } from "../../store/verify/verifiedFiles.js";
import { InvalidInputError, UvLambdaError, type Problem } from "../../lib/errors.js";

/** Followed by the name of the process that copies into it. */
const stagingPrefix = ".uvlambda-";

const maxRecordBytes = 65_536;

/**
 * Copies files and folders into `folder`, made when missing. Replaces what an earlier build left there, or removes
 * it if this build does not make it. Refuses other files with those names. Nothing appears under its name until
 * everything is copied. What the last build put there is not copied again.
 * Returns the paths in the same order.
 */
export async function placeFiles(sources: readonly string[], folder: string): Promise<string[]> {
  const identity = new ProcessIdentity();
  const lines = await placedLines(sources, folder);
  if (lines.length > sources.length && lines.join("\n") === recorded(folder)) {
    await removeLeftovers(folder, identity);
    return placesOf(sources, folder);
  }
  const staging = path.join(folder, `${stagingPrefix}${identity.newName()}`);
  const size = await sizeOf(sources);
  const names = sources.map((source) => path.basename(source));
  const earlier = placedNames(recorded(folder));
  await refuseForeign(
    folder,
    names.filter((name) => !earlier.includes(name)),
  );
  try {
    await fs.mkdir(staging, { recursive: true });
    await removeLeftovers(folder, identity);
    for (const source of sources) await copyWhole(source, path.join(staging, path.basename(source)));
    // Before the first of them appears, so that the next build recognises them whatever happens.
    await record(staging, folder, [...new Set([...earlier, ...names])]);
    const placed: string[] = [];
    for (const name of names) placed.push(await moveInto(staging, folder, name));
    for (const name of earlier) if (!names.includes(name)) await removeOld(staging, folder, name);
    await record(staging, folder, await placedLines(sources, folder));
    return placed;
  } catch (error) {
    throw await explained(error as NodeJS.ErrnoException, folder, size);
  } finally {
    await fs.rm(staging, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** What killed processes left. */
async function removeLeftovers(folder: string, identity: ProcessIdentity): Promise<void> {
  for (const name of await fs.readdir(folder)) {
    const isDead = name.startsWith(stagingPrefix) && identity.stateOf(name.slice(stagingPrefix.length)) === "dead";
    // Does no harm, and goes when it can be removed.
    if (isDead) await fs.rm(path.join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

async function copyWhole(source: string, target: string): Promise<void> {
  if ((await fs.lstat(source)).isDirectory()) return copyFiles(source, target);
  // Shared by the file system where it can: with a hard link an edit there would damage the cache.
  await fs.copyFile(source, target, constants.COPYFILE_FICLONE);
  await sync(target);
}

async function moveInto(staging: string, folder: string, name: string): Promise<string> {
  const target = path.join(folder, name);
  const old = await fs.lstat(target).catch(() => undefined);
  // The rename itself replaces a file. A folder must be moved away first.
  if (old?.isDirectory()) await fs.rename(target, path.join(staging, `${name}.old`));
  await fs.rename(path.join(staging, name), target);
  return target;
}

async function removeOld(staging: string, folder: string, name: string): Promise<void> {
  if (await exists(path.join(folder, name)))
    await fs.rename(path.join(folder, name), path.join(staging, `${name}.old`));
}

async function record(staging: string, folder: string, lines: readonly string[]): Promise<void> {
  await fs.writeFile(path.join(staging, placedRecord), lines.map((line) => `${line}\n`).join(""));
  await fs.rename(path.join(staging, placedRecord), path.join(folder, placedRecord));
}

/** The names of what builds have put into the folder, and how to see that it is still the same. */
function recorded(folder: string): string {
  return (readTextSync(path.join(folder, placedRecord), maxRecordBytes) ?? "").trimEnd();
}

function placesOf(sources: readonly string[], folder: string): string[] {
  return sources.map((source) => path.join(folder, path.basename(source)));
}

/** The names, then the states of each file and of the file it was copied from, to notice changes later. */
async function placedLines(sources: readonly string[], folder: string): Promise<string[]> {
  const names = sources.map((source) => path.basename(source));
  const places = await Promise.all(placesOf(sources, folder).map(stateOf));
  const states = await Promise.all(sources.map(stateOf));
  if ([...places, ...states].includes(undefined)) return names;
  // Nothing waits until the disk has it, so after a restart it is copied again.
  return [...names, ...names.map((name, i) => `${name} ${states[i]} ${places[i]} ${bootId() ?? ""}`)];
}

/**
 * ctime changes with every write and cannot be set. Undefined where the file system keeps times too coarsely to see
 * one.
 */
async function stateOf(file: string): Promise<string | undefined> {
  const status = await fs.lstat(file, { bigint: true }).catch(() => undefined);
  if (status?.isDirectory() === true) return stateOfFolder(file);
  if (status?.isFile() !== true) return undefined;
  const { dev, ino, size, mtimeNs, ctimeNs } = status;
  return ctimeNs % 1_000_000n === 0n ? undefined : [dev, ino, size, mtimeNs, ctimeNs].join(" ");
}

/** Undefined also for a folder that holds anything but files: it is copied, and then refused. */
function stateOfFolder(folder: string): string | undefined {
  try {
    const print = folderPrint(folder);
    return isFine(print) ? print : undefined;
  } catch {
    return undefined;
  }
}

async function refuseForeign(folder: string, names: readonly string[]): Promise<void> {
  const problems: Problem[] = [];
  for (const name of names)
    if (await exists(path.join(folder, name)))
      problems.push({
        property: "--out",
        message: `${path.join(folder, name)} already exists and is not from an earlier build; move it, or name another folder`,
      });
  if (problems.length > 0) throw new InvalidInputError(problems);
}

async function exists(file: string): Promise<boolean> {
  return (await fs.lstat(file).catch(() => undefined)) !== undefined;
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
    return new UvLambdaError("STORE_FULL", await noSpaceLeft(folder, () => `${size} bytes`), {
      hint: "To fix this, free some space, or name another folder with `--out`.",
      cause: error,
    });
  const message = `${folder} cannot be written (${error.code} at ${error.path ?? folder})`;
  return new InvalidInputError([{ property: "--out", message }]);
}
