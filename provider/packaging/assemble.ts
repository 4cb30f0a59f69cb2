import { formats } from "../formats/index.js";
import type { ArtifactFile, Contents } from "../formats/format.js";
import { treeDigest } from "../tree/digest.js";
import { mergeTrees, type Conflict } from "../tree/merge.js";
import type { PackageRequest } from "./request.js";

/** What is remembered about an artifact; everything here is a function of the key. */
export interface ArtifactFacts {
  readonly outputHash: string;
  readonly files: readonly ArtifactFile[];
  readonly packages: Readonly<Record<string, string>>;
  readonly unzippedSize: number;
  readonly conflicts: readonly Conflict[];
}

export interface Parts extends Contents {
  readonly packages: Readonly<Record<string, string>>;
}

/** Joins the parts in the wanted format; nothing is compressed here. */
export async function assemble(request: PackageRequest, parts: Parts, folder: string): Promise<ArtifactFacts> {
  const { tree, conflicts } = mergeTrees([...parts.code.map((p) => p.tree), parts.dependencies.tree]);
  const files = await formats[request.packageFormat].write(parts, folder);
  return {
    outputHash: treeDigest(tree),
    files,
    packages: parts.packages,
    unzippedSize: tree.reduce((sum, entry) => sum + entry.size, 0),
    conflicts,
  };
}
