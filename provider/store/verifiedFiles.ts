import type { Stats } from "node:fs";
import * as fs from "node:fs/promises";
import { sha256File } from "../lib/hash.js";
import { codeOf } from "./files.js";

export interface FileIdentity {
  /** Hex SHA-256. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** What reading a damaged disk or a half-removed entry gives; other errors (too many open files) say nothing of the file. */
const damage = new Set(["ENOENT", "ENOTDIR", "EISDIR", "EIO", "ELOOP"]);

/** True when an error of the file system says that something stored is damaged. */
export function isDamage(error: unknown): boolean {
  return damage.has(codeOf(error) ?? "");
}

/** Compares files with their hashes: each once, as long as size, mtime and inode stay. */
export class VerifiedFiles {
  private readonly known = new Map<string, string>();

  /** Why the file is not what it should be; undefined when it is. */
  async problem(
    file: string,
    expected: { readonly sha256: string; readonly size?: number },
  ): Promise<string | undefined> {
    try {
      const status = await fs.lstat(file);
      if (!status.isFile()) return "is not a file";
      if (expected.size !== undefined && status.size !== expected.size) {
        return `has ${status.size} bytes instead of ${expected.size}`;
      }
      if (this.known.get(file) === fingerprint(status, expected.sha256)) return undefined;
      if ((await sha256File(file)).sha256 !== expected.sha256) return "has other bytes than were stored";
      this.known.set(file, fingerprint(status, expected.sha256));
      return undefined;
    } catch (error) {
      if (!isDamage(error)) throw error;
      return codeOf(error) === "ENOENT" ? "is missing" : `cannot be read (${codeOf(error)})`;
    }
  }

  /** Takes the word of the caller, who has just hashed the file. */
  async remember(file: string, sha256: string): Promise<void> {
    this.known.set(file, fingerprint(await fs.lstat(file), sha256));
  }
}

function fingerprint({ size, mtimeMs, ino }: Stats, sha256: string): string {
  return `${size} ${mtimeMs} ${ino} ${sha256}`;
}
