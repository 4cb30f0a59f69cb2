import { readableSize } from "../../lib/messages/readableSize.js";

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
    return typeof bytes === "number" ? [[key, inWords(bytes, olds[key])] as const] : [];
  });
  return { ...news, ...Object.fromEntries(words) };
}

/** The difference is that of the texts: the record has no more digits, and an invented one would be read as a fact. */
function inWords(bytes: number, recorded: unknown): string {
  const size = readableSize(bytes);
  // The first states held numbers, later ones hold text.
  const [now, then] = [sizeIn(size), sizeIn(typeof recorded === "number" ? readableSize(recorded) : recorded)];
  if (now === undefined || then === undefined) return size;
  const digits = then.step >= now.unit ? 0 : 1;
  const grown = ((now.value * now.unit - then.value * then.unit) / now.unit).toFixed(digits);
  if (Number(grown) === 0) return size;
  return `${size} (${Number(grown) > 0 ? "+" : ""}${grown})`;
}

const units: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9 };

interface Size {
  readonly value: number;
  readonly unit: number;
  /** What the last digit stands for. */
  readonly step: number;
}

/** Of a text that begins with a size: `20.1 MB (+0.3)`. */
function sizeIn(text: unknown): Size | undefined {
  const [, value = "", name = ""] = (typeof text === "string" && /^([\d.]+) ([KMG]?B)\b/.exec(text)) || [];
  const unit = units[name];
  if (unit === undefined) return undefined;
  return { value: Number(value), unit, step: value.includes(".") ? unit / 10 : unit };
}
