import * as fs from "node:fs/promises";
import * as path from "node:path";
import type { Contents } from "../formats/format.js";
import { formats } from "../formats/index.js";
import { treeDigest } from "../tree/digest.js";
import { mergeTrees, type Conflict } from "../tree/merge.js";
import type { FileTree } from "../tree/tree.js";
import type { InstallFacts } from "./dependencies.js";
import type { Artifact, PackageRequest } from "./request.js";

/** What is remembered about an artifact: a function of its key. */
export type ArtifactFacts = Pick<
  Artifact,
  "outputHash" | "files" | "packages" | "unzippedSize" | "conflicts" | "misfits"
>;

const treeName = "tree.json";

/** Everything that ships in an artifact, code and dependencies together. */
export async function artifactTree(artifact: Artifact): Promise<FileTree> {
  return JSON.parse(await fs.readFile(path.join(artifact.folder, treeName), "utf8")) as FileTree;
}

/** Joins the parts in the wanted format; nothing is compressed here. */
export async function assemble(
  request: PackageRequest,
  contents: Contents,
  facts: readonly InstallFacts[],
  folder: string,
): Promise<ArtifactFacts> {
  const { tree, conflicts } = mergeTrees([...contents.code.map((pack) => pack.tree), contents.dependencies.tree]);
  const distributions = facts.flatMap((one) => one.distributions).map(({ name, version }) => [name, version] as const);
  await fs.writeFile(path.join(folder, treeName), JSON.stringify(tree));
  return {
    outputHash: treeDigest(tree),
    files: await formats[request.packageFormat].write(contents, folder),
    packages: Object.fromEntries(distributions.sort()),
    unzippedSize: tree.reduce((sum, entry) => sum + entry.size, 0),
    misfits: facts.flatMap((one) => one.misfits),
    conflicts: [...facts.flatMap((one): readonly Conflict[] => one.conflicts), ...conflicts],
  };
}
