import type { Contents } from "../formats/format.js";
import { formats } from "../formats/index.js";
import { treeDigest } from "../tree/digest.js";
import { mergeTrees, type Conflict } from "../tree/merge.js";
import type { InstallFacts } from "./dependencies.js";
import type { Artifact, PackageRequest } from "./request.js";

/** What is remembered about an artifact: a function of its key. */
export type ArtifactFacts = Pick<Artifact, "outputHash" | "files" | "packages" | "unzippedSize" | "conflicts" | "weights">;

/** Joins the parts in the wanted format; nothing is compressed here. */
export async function assemble(
  request: PackageRequest,
  contents: Contents,
  facts: readonly InstallFacts[],
  folder: string,
): Promise<ArtifactFacts> {
  const { tree, conflicts } = mergeTrees([...contents.code.map((pack) => pack.tree), contents.dependencies.tree]);
  const distributions = facts.flatMap((one) => one.distributions).map(({ name, version }) => [name, version] as const);
  const weights = new Map<string, number>();
  for (const { owner = "", size } of tree) weights.set(owner, (weights.get(owner) ?? 0) + size);
  return {
    outputHash: treeDigest(tree),
    files: await formats[request.packageFormat].write(contents, folder),
    packages: Object.fromEntries(distributions.sort()),
    unzippedSize: tree.reduce((sum, entry) => sum + entry.size, 0),
    conflicts: [...facts.flatMap((one): readonly Conflict[] => one.conflicts), ...conflicts],
    weights: Object.fromEntries([...weights].sort()),
  };
}
