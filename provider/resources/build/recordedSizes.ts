import { readableSize } from "../../lib/readableSize.js";

/** Inputs or state as the engine sends them. */
type Wire = Readonly<Record<string, unknown>>;

const sizes = ["packageSize", "unzippedSize"] as const;
/** Descriptions of the bytes. They change only together with `outputHash`. */
const descriptions = [...sizes, "localPackages", "projectCode"] as const;

/**
 * The record with readable sizes: `20.1 MB (+0.3)`, compared with the last deployment. While the hash stays the
 * same, so does the text: the state of a stack changes only when its code does.
 */
export function withReadableSizes(olds: Wire, news: Wire): Wire {
  if (olds["outputHash"] === news["outputHash"]) {
    const kept = descriptions.flatMap((key) => (key in olds ? [[key, olds[key]] as const] : []));
    const rest = Object.entries(news).filter(([key]) => !(descriptions as readonly string[]).includes(key));
    return Object.fromEntries([...rest, ...kept]);
  }
  const words = sizes.flatMap((key) => {
    const bytes = news[key];
    return typeof bytes === "number" ? [[key, inWords(bytes, bytesOf(olds[key]))] as const] : [];
  });
  return { ...news, ...Object.fromEntries(words) };
}

function inWords(bytes: number, before: number | undefined): string {
  const size = readableSize(bytes);
  const unit = unitOf(size);
  if (before === undefined || unit === undefined) return size;
  const grown = ((bytes - before) / unit).toFixed(1);
  if (Number(grown) === 0) return size;
  return `${size} (${Number(grown) > 0 ? "+" : ""}${grown})`;
}

const units: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9 };

function unitOf(size: string): number | undefined {
  return units[/ ([KMG]?B)\b/.exec(size)?.[1] ?? ""];
}

/** The bytes in an earlier state. The first states held numbers, later ones hold text. */
function bytesOf(recorded: unknown): number | undefined {
  if (typeof recorded === "number") return recorded;
  if (typeof recorded !== "string") return undefined;
  const unit = unitOf(recorded);
  const value = Number.parseFloat(recorded);
  return unit === undefined || Number.isNaN(value) ? undefined : value * unit;
}
