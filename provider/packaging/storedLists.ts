import { readFileSync } from "node:fs";
import { writeText, type OnHashed } from "../store/newEntry.js";
import type { StoreEntry } from "../store/store.js";

/** Rows in all: of more, the oldest lists are read again by who needs them. */
const MAX_ROWS = 32_768;

/**
 * Lists of files in entries of the store. Those that were written or read a moment ago are known by their hash, which
 * the store has verified when it returns an entry: they are not read and parsed again.
 */
export class StoredLists {
  private readonly known = new Map<string, readonly unknown[]>();
  private rows = 0;

  constructor(private readonly maxRows = MAX_ROWS) {}

  /** Writes a list of plain JSON into a new entry. */
  write(folder: string, name: string, list: readonly object[], onHashed: OnHashed): void {
    writeText(folder, name, JSON.stringify(list), (file, written) => {
      this.keep(written.sha256, list);
      onHashed(file, written);
    });
  }

  read(entry: StoreEntry, name: string): readonly unknown[] {
    const file = entry.file(name);
    const { sha256 } = entry.files[name]!;
    const known = this.known.get(sha256);
    if (known !== undefined) return known;
    const list = JSON.parse(readFileSync(file, "utf8")) as readonly unknown[];
    this.keep(sha256, list);
    return list;
  }

  private keep(sha256: string, list: readonly unknown[]): void {
    this.rows += list.length - (this.known.get(sha256)?.length ?? 0);
    this.known.set(sha256, list);
    for (const [oldest, { length }] of this.known) {
      if (this.rows <= this.maxRows) return;
      this.known.delete(oldest);
      this.rows -= length;
    }
  }
}
