import { constants, lstatSync, type BigIntStats } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { ProcessIdentity } from "../../store/locks/processIdentity.js";
import { removeTree } from "../../lib/removeTree.js";
import { readTextSync } from "../../lib/regularFile.js";
import { placedNames, placedRecord } from "../../project/sources/placedFiles.js";
import { EarlierFolder, hashesOf } from "../../store/placed/earlierFolder.js";
import { copyFiles } from "../../store/placed/placedFolder.js";
import { noSpaceLeft } from "../../store/storeError.js";
import { manifestHash } from "../../store/entry.js";
import { bootId } from "../../store/verify/bootId.js";
import { folderPrint } from "../../store/verify/folderPrint.js";
import { isFine } from "../../store/verify/verifiedFiles.js";
import { InvalidInputError, UvLambdaError, type Problem } from "../../lib/errors.js";

/** Followed by the name of the process that copies into it. */
const stagingPrefix = ".uvlambda-";

/** Inside of such a folder: what is replaced. */
const oldName = "old";
/** Of a `folderPrint`. */
const printWords = 6;

const maxRecordBytes = 65_536;

/**
 * Copies files and folders into `folder`, made when missing. Replaces what an earlier build left there, or removes
 * it if this build does not make it. Refuses other files with those names. Nothing appears under its name until
 * everything is copied. What the last build put there is not copied again: not at all if nothing changed, and otherwise
 * the files of a folder are links to those that it replaces, if they are the same.
 * Returns the paths in the same order.
 */
export async function placeFiles(sources: readonly string[], folder: string): Promise<string[]> {
  const identity = new ProcessIdentity();
  const record = recorded(folder);
  const states = sources.map(stateOf);
  if (record !== "" && placedLines(sources, states, folder) === record) {
    await removeLeftovers(folder, identity);
    return placesOf(sources, folder);
  }
  const staging = path.join(folder, `${stagingPrefix}${identity.newName()}`);
  const names = sources.map((source) => path.basename(source));
  const earlier = placedNames(record);
  await refuseForeign(
    folder,
    names.filter((name) => !earlier.includes(name)),
  );
  try {
    await fs.mkdir(staging, { recursive: true });
    await removeLeftovers(folder, identity);
    for (const source of sources) await copyWhole(source, staging, { folder, record });
    // Before the first of them appears, so that the next build recognises them whatever happens.
    const known = new Set([...earlier, ...names]);
    if (known.size > earlier.length) await writeRecord(staging, folder, [...known].join("\n"));
    const staged = names.map((name) => inodeOf(path.join(staging, name)));
    const placed: string[] = [];
    for (const name of names) placed.push(await moveInto(staging, folder, name));
    for (const name of earlier) if (!names.includes(name)) await moveOut(staging, folder, name);
    // What it shares with the new folder changes its times now.
    remove(path.join(staging, oldName));
    const lines = placedLines(sources, states, folder);
    // Another build may have put its own there since: what is recorded would be taken for ours.
    const isOurs = placed.every((file, i) => inodeOf(file) === staged[i]);
    await writeRecord(staging, folder, (isOurs ? lines : undefined) ?? names.join("\n"));
    return placed;
  } catch (error) {
    throw await explained(error as NodeJS.ErrnoException, folder, sources);
  } finally {
    remove(staging);
  }
}

/** What killed processes left. */
async function removeLeftovers(folder: string, identity: ProcessIdentity): Promise<void> {
  for (const name of await fs.readdir(folder)) {
    const isDead = name.startsWith(stagingPrefix) && identity.stateOf(name.slice(stagingPrefix.length)) === "dead";
    if (isDead) remove(path.join(folder, name));
  }
}

/** The folder that is filled, and what is recorded about it. */
interface Before {
  readonly folder: string;
  readonly record: string;
}

async function copyWhole(source: string, staging: string, before: Before): Promise<void> {
  const target = path.join(staging, path.basename(source));
  if ((await fs.lstat(source)).isDirectory()) {
    const earlier = await earlierFolder(source, before);
    await copyFiles(source, target, earlier && { earlier, hashes: await hashesOf(source) });
    if (earlier === undefined || (await earlier.isIntact())) return;
    // Somebody writes there, and so into files of the new folder.
    await fs.rm(target, { recursive: true });
    return copyFiles(source, target);
  }
  // Shared by the file system where it can: with a hard link an edit there would damage the cache.
  await fs.copyFile(source, target, constants.COPYFILE_FICLONE);
  if (bootId() === undefined) await flush(target);
}

/** The record of a copy is trusted without a limit, so where a restart is not noticed, the disk must have it. */
async function flush(file: string): Promise<void> {
  // Windows syncs only what is open for writing.
  const handle = await fs.open(file, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What the last build made of a folder, if nothing has changed it since and the store still knows what it holds. */
async function earlierFolder(source: string, { folder, record }: Before): Promise<EarlierFolder | undefined> {
  const name = path.basename(source);
  const lines = record.split("\n").map((line) => line.split(" "));
  const [, boot, entry, manifest, ...states] = lines.find((words) => words.length > 1 && words[0] === name) ?? [];
  // Nothing waits until the disk has a file, so after a restart it is copied again.
  if (entry === undefined || boot !== bootId()) return undefined;
  const stored = path.join(source, "../..", entry);
  // Made again under the same key, it may hold other bytes: not every build of a package is reproducible.
  if (manifestHash(stored) !== manifest) return undefined;
  const hashes = await hashesOf(path.join(stored, name));
  const files = [...(hashes ?? [])].map(([file, sha256]) => ({ path: file, sha256 }));
  return hashes && EarlierFolder.open(path.join(folder, name), files, states.slice(-printWords).join(" "));
}

async function moveInto(staging: string, folder: string, name: string): Promise<string> {
  const target = path.join(folder, name);
  const old = await fs.lstat(target).catch(() => undefined);
  // The rename itself replaces a file. A folder must be moved away first.
  if (old?.isDirectory()) await moveOut(staging, folder, name);
  await fs.rename(path.join(staging, name), target);
  return target;
}

async function moveOut(staging: string, folder: string, name: string): Promise<void> {
  const file = path.join(folder, name);
  if (!(await exists(file))) return;
  await fs.mkdir(path.join(staging, oldName), { recursive: true });
  await fs.rename(file, path.join(staging, oldName, name));
}

async function writeRecord(staging: string, folder: string, text: string): Promise<void> {
  await fs.writeFile(path.join(staging, placedRecord), `${text}\n`);
  await fs.rename(path.join(staging, placedRecord), path.join(folder, placedRecord));
}

/** If that fails, a later build removes it. */
function remove(folder: string): void {
  try {
    removeTree(folder);
  } catch {
    // It does no harm.
  }
}

/** The names of what builds have put into the folder, and how to see that it is still the same. */
function recorded(folder: string): string {
  return (readTextSync(path.join(folder, placedRecord), maxRecordBytes) ?? "").trimEnd();
}

function placesOf(sources: readonly string[], folder: string): string[] {
  return sources.map((source) => path.join(folder, path.basename(source)));
}

/**
 * The names, then for each file the machine's start, its entry of the store with the hash of its manifest, its state
 * there and its own, to notice changes later. Undefined when a state is not known.
 */
function placedLines(
  sources: readonly string[],
  states: readonly (string | undefined)[],
  folder: string,
): string | undefined {
  const places = placesOf(sources, folder).map(stateOf);
  if ([...places, ...states].includes(undefined)) return undefined;
  const names = sources.map((source) => path.basename(source));
  const lines = sources.map((source, i) => {
    const entry = path.dirname(source);
    const kept = [path.basename(entry), manifestHash(entry) ?? "unknown"];
    return [names[i], bootId() ?? "unknown", ...kept, states[i], places[i]].join(" ");
  });
  return [...names, ...lines].join("\n");
}

/**
 * ctime changes with every write and cannot be set. Undefined where the file system keeps times too coarsely to see
 * one.
 */
function stateOf(file: string): string | undefined {
  const status = statusOf(file);
  if (status?.isDirectory() === true) return stateOfFolder(file);
  if (status?.isFile() !== true) return undefined;
  const { dev, ino, size, mtimeNs, ctimeNs } = status;
  return ctimeNs % 1_000_000n === 0n ? undefined : [dev, ino, size, mtimeNs, ctimeNs].join(" ");
}

/** Stays when a file or folder is renamed. */
function inodeOf(file: string): string | undefined {
  const status = statusOf(file);
  return status && `${status.dev} ${status.ino}`;
}

function statusOf(file: string): BigIntStats | undefined {
  try {
    return lstatSync(file, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
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

async function explained(error: NodeJS.ErrnoException, folder: string, sources: readonly string[]): Promise<Error> {
  if (error.code === undefined) return error;
  if (error.code === "ENOSPC" || error.code === "EDQUOT")
    return new UvLambdaError("STORE_FULL", await noSpaceLeft(folder, async () => `${await sizeOf(sources)} bytes`), {
      hint: "To fix this, free some space, or name another folder with `--out`.",
      cause: error,
    });
  const message = `${folder} cannot be written (${error.code} at ${error.path ?? folder})`;
  return new InvalidInputError([{ property: "--out", message }]);
}
