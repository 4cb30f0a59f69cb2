import { maxArchivesUnzipped } from "../../formats/format.js";
import { compareBytes } from "../../lib/byteOrder.js";
import { readableSize } from "../../lib/messages/readableSize.js";
import type { TreeEntry } from "../../tree/tree.js";
import type { Finding } from "./finding.js";

const SHOWN_PACKAGES = 10;

/** The parts of a file that count. */
export type Sized = Pick<TreeEntry, "path" | "size" | "owner">;

export interface SizeLimits {
  /** Known bytes of the function's layers, which count too. Default 0. */
  readonly layerBytes?: number;
  /** Bytes that the format may have. Default: those of archives. */
  readonly limit?: number;
  /** The request's, for the hint. */
  readonly groups?: readonly string[];
  readonly extras?: readonly string[];
  /** Owners of files that are the project's own or a local package's. Default: files without an owner. */
  readonly local?: ReadonlySet<string | undefined>;
}

/** Whether code, dependencies and layers fit into Lambda. */
export function checkSizes(tree: readonly Sized[], limits: SizeLimits = {}): Finding | undefined {
  const { layerBytes = 0, limit = maxArchivesUnzipped } = limits;
  const total = tree.reduce((sum, entry) => sum + entry.size, layerBytes);
  if (total <= limit) return undefined;
  const heaviest = [...sizesByOwner(tree), ...(layerBytes > 0 ? [{ owner: "the layers", size: layerBytes }] : [])]
    .sort(byWeight)
    .slice(0, SHOWN_PACKAGES);
  const rows = heaviest.map(({ owner, size }) => `  ${readableSize(size).padStart(8)}  ${owner}`);
  const layers = layerBytes > 0 ? `, ${readableSize(layerBytes)} of it in layers` : "";
  return {
    code: "TOO_LARGE",
    certain: true,
    message: [
      `Unpacked, the function has ${total} bytes (${readableSize(total)}${layers}); Lambda allows ${limitText(limit)}.`,
      "The heaviest packages:",
      ...rows,
    ].join("\n"),
    hint: `To fix this, ${waysToShrink(tree, limits).join(", or ")}.`,
  };
}

/** Only those that change something here. */
function waysToShrink(tree: readonly Sized[], limits: SizeLimits): string[] {
  const {
    layerBytes = 0,
    limit = maxArchivesUnzipped,
    groups = [],
    extras = [],
    local = new Set([undefined]),
  } = limits;
  const owners = new Set(tree.map(({ owner }) => owner));
  const hasPackages = [...owners].some((owner) => !local.has(owner));
  const hasOwn = [...owners].some((owner) => local.has(owner));
  return [
    ...(hasPackages ? [`leave out packages with \`prune\`${owners.has("boto3") ? " (Lambda brings boto3)" : ""}`] : []),
    ...(hasPackages ? ["leave out files of packages with `dependencyExclude`"] : []),
    ...(hasOwn ? ["leave out your own files with `exclude`"] : []),
    ...(groups.length > 0 ? ["name fewer `groups`"] : []),
    ...(extras.length > 0 ? ["name fewer `extras`"] : []),
    ...(tree.some(({ path }) => path.endsWith(".pyc")) ? ["set `bytecode: false`"] : []),
    ...(layerBytes > 0 ? ["use smaller `layers`"] : []),
    ...(limit === maxArchivesUnzipped ? ['set `packageFormat: "image"`, which takes 10.7 GB'] : []),
  ];
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
