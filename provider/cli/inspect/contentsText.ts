import { readableSize } from "../../lib/messages/readableSize.js";
import type { Change } from "./difference.js";
import type { Report } from "./report.js";
import { zippedOf, type Share } from "./shares.js";
import type { Suggestion } from "./slimming.js";

const ownFiles = "(own files)";
const barWidth = 40;

export function packageName({ name, version }: Pick<Share, "name" | "version">): string {
  return name === undefined ? ownFiles : `${name} ${version}`;
}

/** `12.3%` of the whole. */
export function readableShare(part: number, whole: number): string {
  return `${(whole === 0 ? 0 : (100 * part) / whole).toFixed(1)}%`;
}

export function zippedText(bytes: number | undefined): string {
  return bytes === undefined ? "-" : readableSize(bytes);
}

/** `57.7 MB of the 262 MB that Lambda allows unzipped (22.0%)` */
export function limitText(bytes: number, limit: number): string {
  return `${readableSize(bytes)} of the ${readableSize(limit)} that Lambda allows unzipped (${readableShare(bytes, limit)})`;
}

export interface Totals {
  readonly unzipped: number;
  readonly zipped: number | undefined;
  readonly files: number;
}

export function totalsOf(shares: readonly Share[]): Totals {
  const sum = (count: (share: Share) => number) => shares.reduce((total, share) => total + count(share), 0);
  return { unzipped: sum((s) => s.unzipped), zipped: zippedOf(shares), files: sum((s) => s.files.length) };
}

/** A row for each owner and one for the total, a bar for Lambda's limit, and what could be left out. */
export function contentsText({ shares, limit, suggestions }: Report): string {
  const total = totalsOf(shares);
  const row = (name: string, { unzipped, zipped, files }: Totals) => [
    name,
    readableSize(unzipped),
    zippedText(zipped),
    String(files),
    readableShare(unzipped, total.unzipped),
  ];
  const rows = shares.map((share) => row(packageName(share), { ...share, files: share.files.length }));
  return [
    table([["package", "unzipped", "zipped", "files", "share"], ...rows, row("total", total)]),
    "",
    `[${bar(total.unzipped, limit)}] ${limitText(total.unzipped, limit)}`,
    ...(suggestions.length === 0 ? [] : ["", "What could be left out:"]),
    ...suggestions.map((suggestion) => `  ${suggestionText(suggestion)}`),
    "",
  ].join("\n");
}

export function suggestionText({ what, input, value, saves }: Suggestion): string {
  const given = typeof value === "boolean" ? `${input}: ${value}` : `${input}: ${JSON.stringify(value)}`;
  return `${readableSize(saves)}: ${what} (${given})`;
}

/** What became larger or smaller. */
export function differenceText(before: Report, after: Report, changes: readonly Change[]): string {
  const [old, now] = [totalsOf(before.shares), totalsOf(after.shares)];
  const size = (share: Share | undefined) => (share === undefined ? "-" : readableSize(share.unzipped));
  const rows = changes.map((change) => [
    changedName(change),
    size(change.before),
    size(change.after),
    signed(change.grew),
  ]);
  const total = ["total", readableSize(old.unzipped), readableSize(now.unzipped), signed(now.unzipped - old.unzipped)];
  const same = changes.length === 0 ? ["", "No package differs in version, size or number of files."] : [];
  return [table([["package", "before", "after", "change"], ...rows, total]), ...same, ""].join("\n");
}

function changedName({ name, before, after }: Change): string {
  if (name === undefined) return ownFiles;
  if (before === undefined) return `${packageName(after!)} (new)`;
  if (after === undefined) return `${packageName(before)} (gone)`;
  return before.version === after.version ? packageName(after) : `${name} ${before.version} => ${after.version}`;
}

function signed(bytes: number): string {
  if (bytes === 0) return "0";
  return `${bytes > 0 ? "+" : "-"}${readableSize(Math.abs(bytes))}`;
}

function bar(part: number, whole: number): string {
  const filled = Math.min(barWidth, Math.round((barWidth * part) / whole));
  return `${"#".repeat(filled)}${".".repeat(barWidth - filled)}`;
}

/** The first column is aligned left, the others right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  const align = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  return rows.map((cells) => cells.map(align).join("  ")).join("\n");
}
