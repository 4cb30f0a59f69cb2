import { readPacked } from "../../archive/packReader.js";
import type { Contents } from "../../formats/format.js";
import type { Conflict } from "../../tree/merge.js";
import type { TreeEntry } from "../../tree/tree.js";
import { isImportable } from "./importable.js";

/**
 * Folders that occur both in the code and in the dependencies, if Python finds those in two places. A regular
 * package in one place hides the modules of its name in the other. Namespace packages, including those of pkgutil and
 * pkg_resources, span both.
 */
export async function findShadows({ code, dependencies }: Contents): Promise<Conflict[]> {
  const packs = [...code, dependencies];
  const first = code.flatMap((pack) => pack.tree);
  return shadowsBetween(first, dependencies.tree, async (path) => {
    const file = packs.flatMap(({ tree }) => tree.filter((entry) => entry.path === path))[0];
    return file && readPacked(file);
  });
}

/** The same for any two places, where Python searches `first` first. `read` gives the content of a path in either. */
export function shadowsBetween(
  first: readonly TreeEntry[],
  second: readonly TreeEntry[],
  read: ReadFile,
): Promise<Conflict[]> {
  return shadowsBelow("", first, second, read);
}

type ReadFile = (path: string) => Promise<Buffer | undefined>;

async function shadowsBelow(
  prefix: string,
  code: readonly TreeEntry[],
  dependencies: readonly TreeEntry[],
  read: ReadFile,
): Promise<Conflict[]> {
  const [codeFolders, dependencyFolders] = [byFolder(prefix, code), byFolder(prefix, dependencies)];
  const found: Conflict[] = [];
  for (const [folder, inCode] of codeFolders) {
    const inDependencies = dependencyFolders.get(folder);
    if (inDependencies === undefined) continue;
    const initial = `${folder}/__init__.py`;
    // Python searches code first, but a regular package also precedes the parts of a namespace.
    const [visible, hidden] = inCode.some(({ path }) => path === initial)
      ? [inCode, inDependencies]
      : [inDependencies, inCode];
    const regular = visible.find(({ path }) => path === initial);
    if (regular === undefined || (await spansPlaces(regular, read)))
      found.push(...(await shadowsBelow(`${folder}/`, inCode, inDependencies, read)));
    else found.push(...shadowOf(regular, visible, hidden));
  }
  return found;
}

/** The entries below each folder that is directly in `prefix`. */
function byFolder(prefix: string, entries: readonly TreeEntry[]): Map<string, TreeEntry[]> {
  const folders = new Map<string, TreeEntry[]>();
  for (const entry of entries) {
    const end = entry.path.indexOf("/", prefix.length);
    if (end < 0 || !entry.path.startsWith(prefix)) continue;
    const folder = entry.path.slice(0, end);
    const known = folders.get(folder);
    if (known === undefined) folders.set(folder, [entry]);
    else known.push(entry);
  }
  return folders;
}

/** Whether the package searches for its modules in other places too. If its own code changes that, it is assumed to. */
async function spansPlaces({ path }: TreeEntry, read: ReadFile): Promise<boolean> {
  const text = await read(path);
  return /\b(extend_path|declare_namespace|__path__)\b/.test(text?.toString("utf8") ?? "");
}

function shadowOf(regular: TreeEntry, visible: readonly TreeEntry[], hidden: readonly TreeEntry[]): Conflict[] {
  const there = new Set(visible.map(({ path }) => path));
  // A module that both have is found, or is a separate conflict.
  const modules = hidden.filter(({ path }) => /\.(py|pyc|so)$/.test(path) && isImportable(path) && !there.has(path));
  const lost = modules.filter(({ path }) => !path.includes("__pycache__/"));
  const [example] = lost;
  if (example === undefined) return [];
  const owners = [...new Set([regular, ...lost].map(({ owner }) => owner ?? null))];
  return [{ kind: "shadow", path: regular.path, other: example.path, owners }];
}
