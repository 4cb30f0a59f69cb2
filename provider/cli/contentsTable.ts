import type { Share } from "./archiveContents.js";

export const ownFiles = "(own files)";

/** Bytes with three digits and a unit: `12.3 MB`; units are powers of 1000, as Lambda's limits are not far from. */
export function readableSize(bytes: number): string {
  const units = ["B", "KB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ""}`;
}

/** `12.3%` of the whole. */
export function readableShare(part: number, whole: number): string {
  return `${(whole === 0 ? 0 : (100 * part) / whole).toFixed(1)}%`;
}

export interface Totals {
  readonly unzipped: number;
  readonly zipped: number;
  readonly files: number;
}

export function totalsOf(shares: readonly Share[]): Totals {
  const sum = (count: (share: Share) => number) => shares.reduce((total, share) => total + count(share), 0);
  return { unzipped: sum((s) => s.unzipped), zipped: sum((s) => s.zipped), files: sum((s) => s.files.length) };
}

/** A row for each owner and one for all; shares are of the unzipped bytes, which Lambda limits. */
export function contentsTable(shares: readonly Share[]): string {
  const total = totalsOf(shares);
  const row = (name: string, { unzipped, zipped, files }: Totals) => [
    name,
    readableSize(unzipped),
    readableSize(zipped),
    String(files),
    readableShare(unzipped, total.unzipped),
  ];
  const rows = [
    ["package", "unzipped", "zipped", "files", "share"],
    ...shares.map(({ name, files, ...sizes }) => row(name ?? ownFiles, { ...sizes, files: files.length })),
    row("total", total),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  const align = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  return rows.map((cells) => `${cells.map(align).join("  ")}\n`).join("");
}
