import { compareBytes } from "../../lib/byteOrder.js";
import type { TreeEntry } from "../../tree/tree.js";

/** One line of an installed distribution's RECORD. */
export interface RecordLine {
  /** Relative to the folder that holds the dist-info, `/`, NFC; may lead out of it in files that others made. */
  readonly path: string;
  /** Hex SHA-256; undefined where RECORD has none or another algorithm. */
  readonly sha256: string | undefined;
}

/** Reads RECORD: comma separated, quoted where a name holds a comma or quote. Odd lines are skipped. */
export function parseRecord(text: string): RecordLine[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [path, hash] = splitCsv(line);
    if (path === undefined || path === "") return [];
    const digest = hash?.startsWith("sha256=") ? hash.slice("sha256=".length) : undefined;
    return [
      {
        path: path.replaceAll("\\", "/").normalize("NFC"),
        sha256: digest === undefined ? undefined : Buffer.from(digest, "base64url").toString("hex"),
      },
    ];
  });
}

/** RECORD of exactly these files, sorted; `recordPath` is RECORD itself, which has no hash. */
export function formatRecord(entries: readonly TreeEntry[], recordPath: string): string {
  const lines = entries.map((entry) => {
    const digest = Buffer.from(entry.sha256, "hex").toString("base64url");
    return { path: entry.path, rest: `sha256=${digest},${entry.size}` };
  });
  return [...lines, { path: recordPath, rest: "," }]
    .sort((a, b) => compareBytes(a.path, b.path))
    .map(({ path, rest }) => `${quoteCsv(path)},${rest}\n`)
    .join("");
}

function splitCsv(line: string): string[] {
  const fields: string[] = [];
  const field = /"((?:[^"]|"")*)"|([^,"]*)/y;
  for (;;) {
    const match = field.exec(line);
    if (match === null) return fields;
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    const at = match.index + match[0].length;
    if (line[at] !== ",") return fields;
    // Behind the comma, also when the field was empty: a loop that does not move would never end.
    field.lastIndex = at + 1;
  }
}

function quoteCsv(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
