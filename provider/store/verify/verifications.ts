import * as fs from "node:fs/promises";
import * as path from "node:path";
import { readTextSync } from "../../lib/regularFile.js";
import { bootId } from "./bootId.js";
import { namesIn, writeWhole } from "../files.js";
import { isFine } from "./verifiedFiles.js";

/** After this long, everything is read in full again: disks lose bits without changing a time. */
const trustedMs = 24 * 3600 * 1000;
const maxBytes = 16 * 1024 * 1024;

/** What this user read in full and found intact, for the next process. */
export interface Verification {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The entry's `identity`: what its manifest said. */
  readonly identity: string;
  /** Fingerprints (size, times, inode, hash) of the files by name. */
  readonly files: Readonly<Record<string, string>>;
  /** Whether the entry as a whole was confirmed too. */
  readonly isConfirmed: boolean;
}

/** What a file may hold. `boot`: since when the machine runs (`bootId`). */
interface StoredRecord extends Partial<Omit<Verification, "files">> {
  readonly files?: Verification["files"] | null;
  readonly boot?: string;
}

/**
 * Remembers between processes which files were verified. A record holds inode and ctime, so it does not apply to a
 * file that was copied, restored or written since. That is why it can be part of the store.
 */
export class Verifications {
  constructor(
    private readonly folder: string,
    private readonly now: () => number,
  ) {}

  /** Undefined when there is none, or when it is old, from the future, or from before the machine started. */
  read(id: string): Verification | undefined {
    const text = readTextSync(this.file(id), maxBytes);
    if (text === undefined) return undefined;
    try {
      const { at, boot, identity, files, isConfirmed } = JSON.parse(text) as StoredRecord;
      const age = this.now() - Number(at);
      if (!(age >= 0 && age < trustedMs) || typeof files !== "object" || files === null) return undefined;
      // Not every file was synced, and a machine may have lost power since.
      if (boot !== bootId()) return undefined;
      return { at: Number(at), identity: String(identity), files, isConfirmed: isConfirmed === true };
    } catch {
      return undefined;
    }
  }

  /** If this fails, the entry is verified again. What is in the way, such as a folder, is not in the way twice. */
  async write(id: string, verification: Omit<Verification, "at">, temporary: string): Promise<void> {
    if (!Object.values(verification.files).every(isFine)) return;
    const text = JSON.stringify({ at: this.now(), boot: bootId(), ...verification });
    await writeWhole(this.file(id), text, temporary).catch(() => this.forget(id).catch(() => undefined));
  }

  async forget(id: string): Promise<void> {
    await fs.rm(this.file(id), { recursive: true, force: true });
  }

  /** Removes the records of entries that are gone. */
  async sweep(exists: (id: string) => Promise<boolean>): Promise<void> {
    for (const name of await namesIn(this.folder)) {
      const id = name.replace(".", "/");
      if (!(await exists(id))) await fs.rm(path.join(this.folder, name), { recursive: true, force: true });
    }
  }

  private file(id: string): string {
    return path.join(this.folder, id.replace("/", "."));
  }
}
