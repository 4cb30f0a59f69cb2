import * as fs from "node:fs/promises";
import { compareBytes } from "../../lib/byteOrder.js";
import { UvLambdaError } from "../../lib/errors.js";
import { normaliseName } from "../../project/pyproject.js";
import { bytesEntry } from "../../tree/fileFacts.js";
import { sortTree } from "../../tree/merge.js";
import { scanFolder } from "../../tree/scan.js";
import type { FoundFile, SourceEntry, SourceTree } from "../../tree/tree.js";
import { isHostScript, readStart, startOfBytes } from "./hostScripts.js";
import { headerValue, parseHeaders, stableEntryPoints, stableMetadata, stableWheel } from "./metadata.js";
import { refuseMachinePaths } from "./pathFiles.js";
import { formatRecord, parseRecord, type RecordLine } from "./wheelRecord.js";

/** An installed package; the name is normalised. Plain JSON. */
export interface Distribution {
  readonly name: string;
  readonly version: string;
}

export interface Installed {
  /** Every file that ships; `owner` is the distribution's name. */
  readonly tree: SourceTree;
  /** By name. */
  readonly distributions: readonly Distribution[];
  /** Names of the distributions that lost files to `drop`. */
  readonly partial: readonly string[];
}

export interface NormaliseOptions {
  /** Distributions whose wheels were built here: their dist-info is rewritten, not only RECORD. Default: none. */
  readonly isBuiltHere?: (name: string) => boolean;
  /**
   * More files that do not ship, such as those that `exclude` names. RECORD follows. Called for every path once the
   * package is known.
   */
  readonly drop?: (path: string) => boolean;
}

/**
 * What ships of a package: from a folder that `uv pip install --target` filled, or from the files of a wheel, without
 * leftovers of the installer and scripts of this machine, and with RECORD rewritten to match. Changes nothing in the
 * folder: its files may be links into uv's cache.
 * Throws BAD_FILE.
 */
export async function normaliseInstalled(
  from: string | ReadonlyMap<string, Uint8Array>,
  options: NormaliseOptions = {},
): Promise<Installed> {
  const { drop = () => false, isBuiltHere = () => false } = options;
  // Files that say who owns a file are read, whether they ship or not.
  const select = (path: string, isFolder: boolean) =>
    !isDropping(path) && (isFolder || infoFile(path) !== undefined || !drop(path));
  const all =
    typeof from === "string"
      ? await namingPackages(from, () => scanFolder(from, { select, keeps: true }))
      : [...from].filter(([name]) => isSelected(name, select)).map(([name, bytes]) => bytesEntry(name, bytes));
  const kept = await withoutHostScripts(all);
  const infos = await readInfos(kept);
  const owners = ownersOf(infos);
  const entries = kept.map((entry) => withOwner(entry, infos, owners));
  await refuseMachinePaths(entries, readText);
  const tree: SourceEntry[] = entries.filter((entry) => infoFile(entry.path) === undefined);
  const filesOf = groupByOwner(tree);
  for (const info of infos) {
    const original = entries.filter((entry) => entry.path.startsWith(`${info.folder}/`));
    const isRewritten = isBuiltHere(info.name);
    const all = isRewritten ? await rewriteInfo(info, original) : original.filter((e) => !isRecord(e.path));
    const infoEntries = all.filter((entry) => !drop(entry.path));
    const recordPath = `${isRewritten ? stableFolder(info) : info.folder}/RECORD`;
    const record = formatRecord([...(filesOf.get(info.name) ?? []), ...infoEntries], recordPath);
    tree.push(...infoEntries);
    if (!drop(recordPath)) tree.push(bytesEntry(recordPath, Buffer.from(record), info.name));
  }
  const distributions = infos.map(({ name, version }) => ({ name, version }));
  const lost = ({ record }: Info) => record.some(({ path }) => infoFile(path) === undefined && drop(path));
  return { tree: sortTree(tree), distributions, partial: infos.filter(lost).map(({ name }) => name) };
}

/** As a scan asks: about the folders above, too. */
function isSelected(name: string, select: (path: string, isFolder: boolean) => boolean): boolean {
  for (let slash = name.indexOf("/"); slash >= 0; slash = name.indexOf("/", slash + 1))
    if (!select(name.slice(0, slash), true)) return false;
  return select(name, false);
}

/** Names files as the packages do, not by the temporary folder. */
export async function namingPackages<T>(folder: string, scan: () => Promise<T>): Promise<T> {
  try {
    return await scan();
  } catch (error) {
    if (!(error instanceof UvLambdaError) || error.code !== "BAD_FILE") throw error;
    const message = `An installed package contains a file that cannot be packed: ${error.message.replaceAll(`${folder}/`, "")}`;
    const hint =
      "To fix this, `prune` the package, or lock another version of it. For a local package, `exclude` the file.";
    throw new UvLambdaError("BAD_FILE", message, { hint, cause: error });
  }
}

/** One dist-info folder. */
export interface Info extends Distribution {
  readonly folder: string;
  /** Content of its METADATA. */
  readonly metadata: Uint8Array;
  readonly record: readonly RecordLine[];
}

const installerFiles = new Set(["INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json"]);

export function isDropping(path: string): boolean {
  const file = path.slice(path.lastIndexOf("/") + 1);
  // Only caches: packages without sources ship a `.pyc` in place of a module.
  if (path === ".lock" || file === "__pycache__") return true;
  return infoFile(path) !== undefined && installerFiles.has(file);
}

/** Name of a file inside of a dist-info folder, or undefined for any other path. */
export function infoFile(path: string): string | undefined {
  return /^[^/]+\.dist-info\/(.+)$/.exec(path)?.[1];
}

export async function withoutHostScripts<F extends FoundFile>(entries: readonly F[]): Promise<F[]> {
  const kept: F[] = [];
  for (const entry of entries)
    if (!(entry.path.startsWith("bin/") && isHostScript(await startOf(entry)))) kept.push(entry);
  return kept;
}

export async function readInfos(entries: readonly FoundFile[]): Promise<Info[]> {
  const infos: Info[] = [];
  for (const entry of entries.filter((e) => infoFile(e.path) === "METADATA")) {
    const metadata = await readBytes(entry);
    const headers = parseHeaders(metadata.toString());
    const name = headerValue(headers, "Name");
    const version = headerValue(headers, "Version");
    if (name === undefined || version === undefined)
      throw new UvLambdaError(
        "BAD_FILE",
        `${entry.path} of an installed package lacks the name or the version of the package.`,
      );
    const folder = entry.path.slice(0, entry.path.indexOf("/"));
    const record = entries.find((e) => e.path === `${folder}/RECORD`);
    infos.push({
      name: normaliseName(name),
      version,
      folder,
      metadata,
      record: record === undefined ? [] : parseRecord(await readText(record)),
    });
  }
  return infos.sort((a, b) => compareBytes(a.name, b.name));
}

/** By path, the distribution whose RECORD lists it. If several do, the first by name. */
function ownersOf(infos: readonly Info[]): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const { name, record } of infos) for (const { path } of record) if (!owners.has(path)) owners.set(path, name);
  return owners;
}

function withOwner(entry: SourceEntry, infos: readonly Info[], owners: ReadonlyMap<string, string>): SourceEntry {
  const owner = infos.find((info) => entry.path.startsWith(`${info.folder}/`))?.name ?? owners.get(entry.path);
  return owner === undefined ? entry : { ...entry, owner };
}

function groupByOwner(entries: SourceTree): Map<string, SourceEntry[]> {
  const groups = new Map<string, SourceEntry[]>();
  for (const entry of entries) {
    if (entry.owner === undefined) continue;
    const group = groups.get(entry.owner);
    if (group === undefined) groups.set(entry.owner, [entry]);
    else group.push(entry);
  }
  return groups;
}

/** Backends spell the folder differently (`My.Lib-1.dist-info`). importlib.metadata finds it in this form. */
export function stableFolder({ name, version }: Distribution): string {
  return `${name.replaceAll("-", "_")}-${version}.dist-info`;
}

/** dist-info of a package built here: the same whatever the backend's version and the README. */
export async function rewriteInfo(info: Info, original: readonly FoundFile[]): Promise<SourceEntry[]> {
  const rewritten: SourceEntry[] = [];
  for (const [name, rewrite] of Object.entries(rewrites)) {
    const entry = original.find((e) => infoFile(e.path) === name);
    if (entry === undefined) continue;
    rewritten.push(bytesEntry(`${stableFolder(info)}/${name}`, Buffer.from(rewrite(await readText(entry))), info.name));
  }
  return rewritten;
}

/** The files that are kept in a dist-info made here, in addition to RECORD. */
const rewrites: Readonly<Record<string, (text: string) => string>> = {
  METADATA: (text) => stableMetadata(parseHeaders(text)),
  WHEEL: (text) => stableWheel(parseHeaders(text)),
  "entry_points.txt": stableEntryPoints,
  "top_level.txt": (text) => text.replace(/\r\n/g, "\n"),
};

function isRecord(path: string): boolean {
  return infoFile(path) === "RECORD";
}

async function startOf({ source }: FoundFile): Promise<string> {
  return "bytes" in source ? startOfBytes(source.bytes) : readStart(source.file);
}

async function readText(entry: FoundFile): Promise<string> {
  return (await readBytes(entry)).toString();
}

async function readBytes({ source }: FoundFile): Promise<Buffer> {
  return "bytes" in source ? Buffer.from(source.bytes) : fs.readFile(source.file);
}
