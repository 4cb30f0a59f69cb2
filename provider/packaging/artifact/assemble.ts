import { readFileSync } from "node:fs";
import * as path from "node:path";
import { readPacked } from "../../archive/packReader.js";
import { mergedContents, type Contents, type EntryFiles, type FormatTarget } from "../../formats/format.js";
import { formats } from "../../formats/index.js";
import type { Pack } from "../../archive/pack.js";
import type { Conflict } from "../../tree/merge.js";
import type { FileTree, TreeEntry } from "../../tree/tree.js";
import type { InstallFacts } from "../packs/dependencies.js";
import type { StoreEntry } from "../../store/store.js";
import { isImportable, isNamespaceStub } from "../pathConflicts/importable.js";
import type { BuildSession } from "../buildSession.js";
import type { Artifact } from "../request.js";
import type { Work } from "../work.js";
import { findShadows } from "../pathConflicts/shadows.js";

/** What is stored about an artifact. It depends only on its key. */
export type ArtifactFacts = Pick<
  Artifact,
  | "outputHash"
  | "files"
  | "packages"
  | "unzippedSize"
  | "conflicts"
  | "misfits"
  | "partial"
  | "usedPatterns"
  | "secrets"
> &
  Partial<Pick<Artifact, "leftOutImports">>;

const treeName = "tree.json";

/** Everything that ships in an artifact, code and dependencies together. */
export function artifactTree(artifact: Pick<Artifact, "folder">): FileTree {
  return JSON.parse(readFileSync(path.join(artifact.folder, treeName), "utf8")) as FileTree;
}

/** The same of an entry that the store has just returned. */
export function storedTree({ lists }: BuildSession, entry: StoreEntry): FileTree {
  return lists.read(entry, treeName) as FileTree;
}

export function unzippedSize({ code, dependencies }: Contents): number {
  return [...code, dependencies].flatMap((pack) => pack.tree).reduce((sum, entry) => sum + entry.size, 0);
}

/** Joins the parts in the requested format. Compresses nothing. */
export async function assemble(
  { session, request }: Pick<Work, "session" | "request">,
  { contents, facts }: { readonly contents: Contents; readonly facts: readonly InstallFacts[] },
  target: FormatTarget,
  { folder, ...entry }: EntryFiles & { readonly folder: string },
): Promise<ArtifactFacts> {
  const format = formats[request.packageFormat];
  const packs = [...contents.code, contents.dependencies];
  const merged = mergedContents(contents);
  const { tree, conflicts } = merged.merged;
  const distributions = facts.flatMap((one) => one.distributions).map(({ name, version }) => [name, version] as const);
  session.lists.write(folder, treeName, tree.map(plainEntry), entry.onHashed);
  const files = await format.write(merged, folder, target, entry);
  return {
    outputHash: format.outputHash(tree, files, request.image ?? {}),
    files,
    packages: Object.fromEntries(distributions.sort()),
    unzippedSize: tree.reduce((sum, entry) => sum + entry.size, 0),
    misfits: facts.flatMap((one) => one.misfits),
    partial: facts.flatMap((one) => one.partial ?? []),
    usedPatterns: facts.flatMap((one) => one.usedPatterns ?? []),
    secrets: facts.flatMap((one) => one.secrets ?? []),
    leftOutImports: facts.flatMap((one) => one.leftOutImports ?? []),
    conflicts: [
      ...facts.flatMap((one): readonly Conflict[] => one.conflicts),
      ...(await harmful(conflicts, packs)),
      ...(format.isLayered ? await findShadows(contents) : []),
    ],
  };
}

function plainEntry({ path, mode, size, sha256, owner }: TreeEntry): TreeEntry {
  return { path, mode, size, sha256, ...(owner !== undefined && { owner }) };
}

/** The conflicts that matter: it can make a difference to the function which of the files ships. */
async function harmful(conflicts: readonly Conflict[], packs: readonly Pack[]): Promise<Conflict[]> {
  const found: Conflict[] = [];
  for (const conflict of conflicts)
    if (conflict.kind !== "content" || !(await isHarmless(conflict.path, packs))) found.push(conflict);
  return found;
}

async function isHarmless(file: string, packs: readonly Pack[]): Promise<boolean> {
  // Bytecode follows its source, which is in the same pack.
  if (!isImportable(file) || file.includes("__pycache__/")) return true;
  const files = packs.flatMap((pack) => pack.tree.filter((entry) => entry.path === file));
  const contents = await Promise.all(files.map(readPacked));
  return contents.every((content) => isNamespaceStub(file, content.toString("utf8")));
}
