import * as fs from "node:fs/promises";
import * as path from "node:path";
import { sha256File, sha256Hex } from "../lib/hash.js";
import { codeOf, listFolder, sync } from "./files.js";
import { isDamage, type FileIdentity, type VerifiedFiles } from "./verifiedFiles.js";

/** Name of the file that makes a folder an entry. */
export const manifestName = "entry.json";

export interface StoreEntry {
  /** Absolute. */
  readonly folder: string;
  /** Absolute path of one of the files, by its path in the folder (with `/`). */
  file(name: string): string;
  readonly files: Readonly<Record<string, FileIdentity>>;
  /** What `create` returned. */
  readonly meta: unknown;
}

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

/** Hashes and syncs everything in `folder` and writes its manifest. Links and special files are refused. */
export async function seal(folder: string, id: string, meta: unknown): Promise<StoreEntry> {
  const { files, folders } = await listFolder(folder);
  const identities: [string, FileIdentity][] = [];
  for (const name of files) {
    const file = path.join(folder, name);
    identities.push([name, await sha256File(file)]);
    await sync(file);
  }
  // An undefined meta would vanish from the JSON, and the read entry would differ from the made one.
  const manifest: Manifest = { id, files: Object.fromEntries(identities), meta: meta ?? null };
  const text = JSON.stringify(manifest);
  await fs.writeFile(path.join(folder, manifestName), `{"sha256":"${sha256Hex(text)}","entry":${text}}\n`, {
    flag: "wx",
  });
  await sync(path.join(folder, manifestName));
  for (const name of folders.reverse()) await sync(path.join(folder, name));
  return toEntry(folder, JSON.parse(text) as Manifest);
}

/** Reads an entry and verifies every file of it. Errors that say nothing about the entry are thrown. */
export async function inspect(folder: string, id: string, verified: VerifiedFiles): Promise<Inspection> {
  let text: string;
  try {
    text = await fs.readFile(path.join(folder, manifestName), "utf8");
  } catch (error) {
    if (!isDamage(error)) throw error;
    return (await isThere(folder))
      ? damaged(`${manifestName} cannot be read (${codeOf(error)})`)
      : { state: "missing" };
  }
  const manifest = parse(text, id);
  if (!manifest) return damaged(`${manifestName} is not what was written`);
  for (const [name, expected] of Object.entries(manifest.files)) {
    const problem = await verified.problem(path.join(folder, name), expected);
    if (problem) return damaged(`${name} ${problem}`);
  }
  return { state: "valid", entry: toEntry(folder, manifest) };
}

/** The same entry in another folder. */
export function moved(entry: StoreEntry, folder: string): StoreEntry {
  return toEntry(folder, entry);
}

function parse(text: string, id: string): Manifest | undefined {
  try {
    const { sha256, entry } = JSON.parse(text) as { sha256: unknown; entry: Manifest };
    return sha256Hex(JSON.stringify(entry)) === sha256 && entry.id === id ? entry : undefined;
  } catch {
    return undefined;
  }
}

function toEntry(folder: string, { files, meta }: Pick<Manifest, "files" | "meta">): StoreEntry {
  const file = (name: string) => {
    if (!Object.hasOwn(files, name)) throw new Error(`${folder} has no file ${name}`);
    return path.join(folder, name);
  };
  return { folder, file, files, meta };
}

function damaged(reason: string): Inspection {
  return { state: "damaged", reason };
}

async function isThere(folder: string): Promise<boolean> {
  try {
    await fs.lstat(folder);
    return true;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}
