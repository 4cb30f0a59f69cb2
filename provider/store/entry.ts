import { chmodSync, lstatSync, readFileSync, writeFileSync } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { mapInOrder, mapParallel } from "../lib/concurrency/concurrency.js";
import { sha256File, sha256Hex } from "../lib/hash.js";
import { readTextSync } from "../lib/regularFile.js";
import { codeOf, listFolder, sync, waitsForDisk } from "./files.js";
import { accessProblem } from "./ownership.js";
import type { Verification } from "./verify/verifications.js";
import { isDamage, type FileIdentity, type VerifiedFiles } from "./verify/verifiedFiles.js";

const PARALLEL_SEALS = 32;
const PARALLEL_LOOKS = 8;

/** Name of the file that makes a folder an entry. */
export const manifestName = "entry.json";

export interface StoreEntry {
  /** Absolute. */
  readonly folder: string;
  /** Absolute path of one of the files, by its path in the folder (with `/`). */
  file(name: string): string;
  readonly files: Readonly<Record<string, FileIdentity>>;
  /** Hash of what the manifest says, files and meta together. */
  readonly identity: string;
  /** What `create` returned. */
  readonly meta: unknown;
}

/** Why an entry is wrong although its files match its manifest. Undefined when the entry is right. */
export type Confirm = (entry: StoreEntry) => Promise<string | undefined>;

export type Inspection =
  | { readonly state: "missing" }
  | { readonly state: "damaged"; readonly reason: string }
  | { readonly state: "valid"; readonly entry: StoreEntry };

interface Manifest {
  /** `kind/key`, so that a folder that was moved is not trusted. */
  readonly id: string;
  readonly files: Readonly<Record<string, FileIdentity>>;
  readonly meta: unknown;
}

/** Files by name that were hashed when they were written, so that they are not read again. */
export type HashedFiles = ReadonlyMap<string, FileIdentity>;

/**
 * Hashes everything in `folder`, takes write permission from other users, and adds the manifest. Refuses links and
 * special files.
 */
export async function seal(
  folder: string,
  id: string,
  meta: unknown,
  hashed: HashedFiles = new Map(),
): Promise<StoreEntry> {
  const { files, folders } = listFolder(folder);
  const isSynced = needsSync(files);
  // Several at once: the disk then writes the journal once for all of them.
  const identities = await mapParallel(files, PARALLEL_SEALS, async (name) => {
    const file = path.join(folder, name);
    const { size } = closeToOthers(file);
    const told = hashed.get(name);
    const found = told?.size === size ? told : await sha256File(file);
    if (isSynced) await sync(file);
    return [name, { sha256: found.sha256, size: found.size }] as const;
  });
  // An undefined meta would vanish from the JSON, and the read entry would differ from the made one.
  const manifest: Manifest = { id, files: Object.fromEntries(identities), meta: meta ?? null };
  const text = JSON.stringify(manifest);
  writeFileSync(path.join(folder, manifestName), `{"sha256":"${sha256Hex(text)}","entry":${text}}\n`, {
    flag: "wx",
    mode: 0o600,
  });
  if (isSynced) await sync(path.join(folder, manifestName));
  await mapParallel(folders.reverse(), PARALLEL_SEALS, async (name) => {
    closeToOthers(path.join(folder, name));
    if (isSynced) await sync(path.join(folder, name));
  });
  return toEntry(folder, JSON.parse(text) as Manifest, sha256Hex(text));
}

/** With a umask of 0, everybody may write new files. */
function closeToOthers(fileOrFolder: string): { readonly size: number } {
  const { mode, size } = lstatSync(fileOrFolder);
  if ((mode & 0o022) !== 0) chmodSync(fileOrFolder, mode & 0o755);
  return { size };
}

/**
 * Whether an entry with these files waits until the disk has it. One of facts alone may be lost: its manifest is
 * read whenever it is used, and holds its own hash.
 */
export function needsSync(files: readonly string[]): boolean {
  return files.length > 0 && waitsForDisk();
}

export interface Verifiers {
  readonly verified: VerifiedFiles;
  /** What another process of this user verified before. */
  readonly remembered?: Verification | undefined;
  readonly shapes?: Shapes | undefined;
}

/** What `meta` looks like, by kind. Other kinds are not looked at. */
export type Shapes = Readonly<Record<string, (meta: unknown) => boolean>>;

/** Reads an entry and verifies all its files. Throws errors that do not concern the entry. */
export async function inspect(folder: string, id: string, verifiers: Verifiers): Promise<Inspection> {
  const found = readEntry(folder, id, verifiers.shapes);
  if (found.state !== "valid") return found;
  const problem = await fileProblem(found.entry, verifiers);
  return problem === undefined ? found : damaged(problem);
}

/** Like `inspect`, without a look at the files. */
export function readEntry(folder: string, id: string, shapes: Shapes | undefined): Inspection {
  let text: string;
  try {
    for (const part of [folder, path.join(folder, manifestName)]) {
      const problem = accessProblem(lstatSync(part));
      if (problem !== undefined) return damaged(`${part === folder ? "its folder" : manifestName} ${problem}`);
    }
    text = readFileSync(path.join(folder, manifestName), "utf8");
  } catch (error) {
    if (!isDamage(error)) throw error;
    return isThere(folder) ? damaged(`${manifestName} cannot be read (${codeOf(error)})`) : { state: "missing" };
  }
  const parsed = parse(text);
  if (parsed?.manifest.id !== id) return damaged(`${manifestName} is not what was written`);
  const entry = toEntry(folder, parsed.manifest, parsed.sha256);
  const [kind = ""] = id.split("/");
  if (shapes?.[kind]?.(entry.meta) === false) return damaged(`${manifestName} has facts in an unexpected form`);
  return { state: "valid", entry };
}

/** What the manifest in `folder` says about the files there. Undefined when there is no intact one. */
export async function manifestFiles(folder: string): Promise<StoreEntry["files"] | undefined> {
  try {
    const text = await fs.readFile(path.join(folder, manifestName), "utf8");
    return parse(text)?.manifest.files;
  } catch {
    return undefined;
  }
}

/** The hash of the manifest in `folder`, as its first words say. Undefined when there is none. */
export function manifestHash(folder: string): string | undefined {
  return /^\{"sha256":"([0-9a-f]{64})",/.exec(readTextSync(path.join(folder, manifestName), 128) ?? "")?.[1];
}

/** The first problem by the order of the manifest. */
async function fileProblem(entry: StoreEntry, { verified, remembered }: Verifiers): Promise<string | undefined> {
  const problems = mapInOrder(
    Object.entries(entry.files),
    { parallel: PARALLEL_LOOKS, maxWeight: Number.POSITIVE_INFINITY },
    () => 0,
    async ([name, expected]) => {
      const isKnown = (seen: string) => remembered?.files[name] === seen;
      const problem = await verified.problem(path.join(entry.folder, name), expected, isKnown);
      return problem === undefined ? undefined : `${name} ${problem}`;
    },
  );
  for await (const problem of problems) if (problem !== undefined) return problem;
  return undefined;
}

/** What the next process should know about an entry that was just verified. Undefined when something is not known. */
export function fingerprints(entry: StoreEntry, verified: VerifiedFiles): Record<string, string> | undefined {
  const found = Object.keys(entry.files).map((name) => [name, verified.fingerprint(entry.file(name))] as const);
  if (found.some(([, seen]) => seen === undefined)) return undefined;
  return Object.fromEntries(found as [string, string][]);
}

/** The same entry in another folder. */
export function moved(entry: StoreEntry, folder: string): StoreEntry {
  return toEntry(folder, entry, entry.identity);
}

/** The manifest and its hash, if it is one that was written. */
function parse(text: string): { readonly manifest: Manifest; readonly sha256: string } | undefined {
  try {
    const { sha256, entry: manifest } = JSON.parse(text) as { sha256: string; entry: Manifest };
    return sha256Hex(JSON.stringify(manifest)) === sha256 ? { manifest, sha256 } : undefined;
  } catch {
    return undefined;
  }
}

function toEntry(folder: string, { files, meta }: Pick<Manifest, "files" | "meta">, identity: string): StoreEntry {
  const file = (name: string) => {
    if (!Object.hasOwn(files, name)) throw new Error(`${folder} has no file ${name}`);
    return path.join(folder, name);
  };
  return { folder, file, files, identity, meta };
}

function damaged(reason: string): Inspection {
  return { state: "damaged", reason };
}

function isThere(folder: string): boolean {
  try {
    lstatSync(folder);
    return true;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}
