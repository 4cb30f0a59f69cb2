import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { sha256Hex } from "../lib/hash.js";
import { seal, type StoreEntry } from "./entry.js";
import type { EntryLinks } from "./entryLinks.js";
import type { FileIdentity } from "./verify/verifiedFiles.js";

/** Called for a file of an entry (path with `/`) that was hashed when written, so that it is not read again. */
export type OnHashed = (name: string, file: FileIdentity) => void;

/**
 * Makes a file (path with `/`) of the new entry from one of another entry, with the same content, without writing it
 * again. False when it must be copied. Throws BAD_FILE when the other is damaged.
 */
export type LinkFile = (source: string, name: string, expected: FileIdentity) => Promise<boolean>;

/** Writes a text into a new entry. It is hashed here, so it is not read again for that. */
export function writeText(folder: string, name: string, text: string, onHashed: OnHashed | undefined): void {
  const bytes = Buffer.from(text);
  writeFileSync(path.join(folder, name), bytes);
  onHashed?.(name, { sha256: sha256Hex(bytes), size: bytes.length });
}

/** Writes files into `folder`. Returns what to remember about them, as plain JSON. */
export type Create<Meta> = (folder: string, onHashed: OnHashed, link: LinkFile) => Promise<Meta>;

/** The files of an entry while it is made in `folder`. */
export class NewEntry {
  private readonly hashed = new Map<string, FileIdentity>();

  constructor(
    private readonly folder: string,
    private readonly links: EntryLinks,
  ) {}

  create<Meta>(create: Create<Meta>): Promise<Meta> {
    const onHashed: OnHashed = (name, file) => void this.hashed.set(name, file);
    const link: LinkFile = (source, name, expected) => this.links.link(source, path.join(this.folder, name), expected);
    return create(this.folder, onHashed, link);
  }

  seal(id: string, meta: unknown): Promise<StoreEntry> {
    return seal(this.folder, id, meta, this.hashed);
  }
}
