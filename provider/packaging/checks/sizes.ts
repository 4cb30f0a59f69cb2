import { maxArchivesUnzipped } from "../../formats/format.js";
import { compareBytes } from "../../lib/byteOrder.js";
import { readableSize } from "../../lib/messages/readableSize.js";
import type { TreeEntry } from "../../tree/tree.js";
import type { Finding } from "./finding.js";

const SHOWN_PACKAGES = 10;

/** The parts of a file that count. */
export type Sized = Pick<TreeEntry, "path" | "size" | "owner">;

/** Whether code, dependencies and the known size of layers (bytes) fit into Lambda. */
export function checkSizes(tree: readonly Sized[], layerBytes = 0, limit = maxArchivesUnzipped): Finding | undefined {
  const total = tree.reduce((sum, entry) => sum + entry.size, layerBytes);
  if (total <= limit) return undefined;
  const heaviest = [...sizesByOwner(tree), ...(layerBytes > 0 ? [{ owner: "the layers", size: layerBytes }] : [])]
    .sort(byWeight)
    .slice(0, SHOWN_PACKAGES);
  const rows = heaviest.map(({ owner, size }) => `  ${readableSize(size).padStart(8)}  ${owner}`);
  const hasBytecode = tree.some(({ path }) => path.endsWith(".pyc"));
  const layers = layerBytes > 0 ? `, ${readableSize(layerBytes)} of it in layers` : "";
  return {
    code: "TOO_LARGE",
    certain: true,
    message: [
      `Unpacked, the function has ${total} bytes (${readableSize(total)}${layers}); Lambda allows ${limitText(limit)}.`,
      "The heaviest packages:",
      ...rows,
    ].join("\n"),
    hint:
      "To fix this, leave out packages with `prune` (Lambda brings boto3 and botocore), files of packages with " +
      "`dependencyExclude`, or your own files with `exclude`; name fewer `groups` and " +
      `\`extras\`${hasBytecode ? ", `bytecode: false`" : ""}${limit === maxArchivesUnzipped ? ', or `packageFormat: "image"`, which takes 10.7 GB' : ""}.`,
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

/** `262 MB, which AWS calls 250 MB`: AWS counts in powers of 1024, we in powers of 1000 everywhere. */
function limitText(limit: number): string {
  const [unit, name] = limit < 2 ** 30 ? [2 ** 20, "MB"] : [2 ** 30, "GB"];
  return `${limit} (${readableSize(limit)}, which AWS calls ${Math.round(limit / unit)} ${name})`;
}
