import { readdirSync, realpathSync, type Dirent } from "node:fs";
import * as path from "node:path";
import { sortedByBytes } from "../lib/byteOrder.js";
import { mapParallel } from "../lib/concurrency/concurrency.js";
import { UvLambdaError } from "../lib/errors.js";
import { fileFacts, keptFileFacts, type ContentFacts } from "./fileFacts.js";
import { resolveLink } from "./links.js";
import { sortTree } from "./merge.js";
import { badPathReason, decodeName, printableName } from "./names.js";
import type { FoundFile, SourceEntry, SourceTree } from "./tree.js";

const PARALLEL_READS = 8;
/** A link to a folder repeats its content, so a few nested links can give millions of files. */
const MAX_FILES = 200_000;

export interface ScanOptions {
  /**
   * Whether a file or folder belongs in the tree, by its path relative to the root (NFC, `/`). A rejected folder is
   * not read, so nothing in it can be an error. Default: everything.
   */
  readonly select?: (relPath: string, isFolder: boolean) => boolean;
  /** Distribution that owns every file found. */
  readonly owner?: string;
  /** Whether what is read stays among the recent contents: if it is packed next. Default: no. */
  readonly keeps?: boolean;
  /** Folder in the tree for the files: `python`, `a/b`. */
  readonly prefix?: string;
}

/** A regular file that belongs in the tree. */
export interface OnDisk extends FoundFile {
  readonly source: { readonly file: string };
}

interface WalkedFile {
  readonly relPath: string;
  readonly file: string;
}

interface Walk {
  /** The root with its links resolved. */
  readonly root: string;
  readonly select: (relPath: string, isFolder: boolean) => boolean;
  readonly found: WalkedFile[];
}

/** A folder on the way down. */
interface Folder {
  /** Path inside the tree; "" for the root. */
  readonly relPath: string;
  /** Real path on the disk. */
  readonly real: string;
  /** Real paths of the folder and the folders above it: a link back to one of them is a loop. */
  readonly above: readonly string[];
}

/**
 * Every file under `root` as a sorted tree: modes by content, names in NFC, links inside the root as copies of their
 * targets. Throws BAD_FILE for what cannot be packed faithfully: links that leave the root, dangle or loop, FIFOs,
 * sockets, devices, unreadable files, names that are not text.
 */
export async function scanFolder(root: string, options: ScanOptions = {}): Promise<SourceTree> {
  const read = options.keeps === true ? keptFileFacts : fileFacts;
  const files = await findFiles(root, options);
  return sortTree(await mapParallel(files, PARALLEL_READS, (file) => readEntry(file, read)));
}

/** The same files, not read, in the order of their paths. */
export async function findFiles(root: string, options: ScanOptions = {}): Promise<readonly OnDisk[]> {
  if (options.prefix !== undefined) refuseBadName(options.prefix, badPathReason(options.prefix));
  const real = readable(root, () => realpathSync.native(root));
  const walk: Walk = { root: real, select: options.select ?? (() => true), found: [] };
  await visitFolder(walk, { relPath: "", real, above: [real] });
  const files = walk.found.map(({ relPath, file }) => ({
    path: joinPath(options.prefix ?? "", relPath),
    source: { file },
    ...(options.owner !== undefined && { owner: options.owner }),
  }));
  return refuseTwins(sortedByBytes(files, (file) => file.path));
}

/** Synchronous within a folder: two trips to another thread take longer than reading it. */
async function visitFolder(walk: Walk, folder: Folder): Promise<void> {
  // Names as bytes: decoded ones would turn every invalid byte into the same replacement character.
  const options = { encoding: "buffer", withFileTypes: true } as const;
  const entries = readable(folder.real, () => readdirSync(Buffer.from(folder.real), options));
  for (const entry of entries as unknown as Dirent<Buffer>[]) {
    const below = visit(walk, folder, entry);
    if (below !== undefined) await visitFolder(walk, below);
  }
}

/** Adds a file. Returns a folder, to be visited next. */
function visit(walk: Walk, folder: Folder, entry: Dirent<Buffer>): Folder | undefined {
  const name = decodeName(entry.name);
  const relPath = joinPath(folder.relPath, (name ?? printableName(entry.name)).normalize("NFC"));
  if (entry.isSymbolicLink() && name !== undefined)
    return visitLink(walk, folder, path.join(folder.real, name), relPath);
  if (!walk.select(relPath, entry.isDirectory())) return undefined;

  const real = path.join(folder.real, name ?? printableName(entry.name));
  refuseBadName(real, name === undefined ? "is not valid UTF-8" : badPathReason(relPath));
  if (entry.isDirectory()) return { relPath, real, above: [...folder.above, real] };
  if (!entry.isFile()) throw badFile(`${real} is ${kindOf(entry)}, which cannot be packed`);
  add(walk, { relPath, file: real });
  return undefined;
}

function visitLink(walk: Walk, folder: Folder, link: string, relPath: string): Folder | undefined {
  const target = readable(link, () => resolveLink(link, walk.root));
  if (!walk.select(relPath, target.isFolder)) return undefined;

  refuseBadName(link, badPathReason(relPath));
  const named = `${link} is a link to ${printableName(target.text)}`;
  if (target.problem !== undefined) throw badFile(`${named}, ${target.problem}`, target.isElsewhere);
  if (!target.isFolder) {
    add(walk, { relPath, file: target.real });
    return undefined;
  }
  if (folder.above.includes(target.real)) throw badFile(`${named}, a folder that contains the link`);
  return { relPath, real: target.real, above: [...folder.above, target.real] };
}

function add(walk: Walk, found: WalkedFile): void {
  if (walk.found.length >= MAX_FILES)
    throw new UvLambdaError(
      "TOO_LARGE",
      `${walk.root} contains more than ${MAX_FILES} files, including those behind links`,
    );
  walk.found.push(found);
}

async function readEntry(
  { path: name, owner, source }: OnDisk,
  read: (file: string) => Promise<ContentFacts>,
): Promise<SourceEntry> {
  const facts = await read(source.file).catch((error: unknown) => {
    throw unreadable(source.file, error);
  });
  return { path: name, ...facts, source, ...(owner !== undefined && { owner }) };
}

function refuseBadName(file: string, reason: string | undefined): void {
  if (reason !== undefined) throw badFile(`The path "${printableName(file)}" ${reason}`);
}

function refuseTwins(tree: readonly OnDisk[]): readonly OnDisk[] {
  for (const [i, entry] of tree.entries())
    if (entry.path === tree[i + 1]?.path)
      throw badFile(`Two files are named ${entry.path}: their names differ only in Unicode normalisation`);
  return tree;
}

/** Runs a call to the file system. Its error becomes one that names the path. */
function readable<T>(file: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, cause: unknown): UvLambdaError {
  if (cause instanceof UvLambdaError) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  return new UvLambdaError("BAD_FILE", `${printableName(file)} cannot be read (${code ?? String(cause)})`, {
    hint: "To fix this, make it readable, or leave it out with `exclude`.",
    cause,
  });
}

function kindOf(entry: Dirent<Buffer>): string {
  if (entry.isFIFO()) return "a FIFO";
  if (entry.isSocket()) return "a socket";
  return "a device";
}

/** `isElsewhere`: a link to a file or folder that exists, as folders of shared code are linked. */
function badFile(message: string, isElsewhere = false): UvLambdaError {
  const hint = isElsewhere
    ? "To ship what it leads to: remove the link and name its target in `copyFiles`, or make the target a package " +
      "and a path dependency. Otherwise, remove it, or leave it out with `exclude`."
    : "To fix this, remove it, or leave it out with `exclude`.";
  return new UvLambdaError("BAD_FILE", message, { hint });
}

function joinPath(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}
