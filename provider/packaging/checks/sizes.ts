import { maxArchivesUnzipped } from "../../formats/format.js";
import { compareBytes } from "../../lib/byteOrder.js";
import type { TreeEntry } from "../../tree/tree.js";
import type { Finding } from "./finding.js";

const SHOWN_PACKAGES = 10;

/** What counts of a file. */
export type Sized = Pick<TreeEntry, "path" | "size" | "owner">;

/** Whether code, dependencies and what is already known of layers (bytes) fit into Lambda. */
export function checkSizes(tree: readonly Sized[], layerBytes = 0, limit = maxArchivesUnzipped): Finding | undefined {
  const total = tree.reduce((sum, entry) => sum + entry.size, layerBytes);
  if (total <= limit) return undefined;
  const heaviest = [...sizesByOwner(tree), ...(layerBytes > 0 ? [{ owner: "the layers", size: layerBytes }] : [])]
    .sort(byWeight)
    .slice(0, SHOWN_PACKAGES);
  const rows = heaviest.map(({ owner, size }) => `  ${megabytes(size).padStart(8)}  ${owner}`);
  const hasBytecode = tree.some(({ path }) => path.endsWith(".pyc"));
  const layers = layerBytes > 0 ? `, ${megabytes(layerBytes)} of it in layers` : "";
  return {
    code: "TOO_LARGE",
    certain: true,
    message: [
      `Unpacked, the function has ${total} bytes (${megabytes(total)}${layers}); Lambda allows ${limit} (${megabytes(limit)}).`,
      "The heaviest packages:",
      ...rows,
    ].join("\n"),
    hint:
      "To fix this: `prune` what Lambda brings (boto3, botocore) or what nobody needs, `exclude` data, name fewer `groups` and " +
      `\`extras\`${hasBytecode ? ", `bytecode: false`" : ""}${limit === maxArchivesUnzipped ? ', or `packageFormat: "image"`, which takes 10 GB' : ""}.`,
  };
}

/** Bytes of each package, the project's own files under one name, heaviest first. */
function sizesByOwner(tree: readonly Sized[]): Weight[] {
  const sizes = new Map<string, number>();
  for (const { owner = "the project's own files", size } of tree) sizes.set(owner, (sizes.get(owner) ?? 0) + size);
  return [...sizes].map(([owner, size]) => ({ owner, size })).sort(byWeight);
}

interface Weight {
  readonly owner: string;
  readonly size: number;
}

function byWeight(a: Weight, b: Weight): number {
  return b.size - a.size || compareBytes(a.owner, b.owner);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MB`;
}
