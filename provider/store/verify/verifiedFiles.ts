import type { BigIntStats } from "node:fs";
import * as fs from "node:fs/promises";
import { sha256File } from "../../lib/hash.js";
import { codeOf } from "../files.js";
import { accessProblem } from "../ownership.js";

export interface FileIdentity {
  /** Hex SHA-256. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Errors from a damaged disk or a half-removed entry. Other errors (too many open files) say nothing about the file.
 */
const damage = new Set(["ENOENT", "ENOTDIR", "EISDIR", "EIO", "ELOOP"]);

/** True when an error of the file system says that something stored is damaged. */
export function isDamage(error: unknown): boolean {
  return damage.has(codeOf(error) ?? "");
}

/** Compares files with their hashes, each once as long as its size, mtime, ctime and inode stay the same. */
export class VerifiedFiles {
  private readonly known = new Map<string, string>();

  /** What is wrong with the file; undefined when it is intact. `isKnown`: this user read it in full recently. */
  async problem(
    file: string,
    expected: { readonly sha256: string; readonly size?: number },
    isKnown: (fingerprint: string) => boolean = () => false,
  ): Promise<string | undefined> {
    try {
      const status = await fs.lstat(file, { bigint: true });
      if (!status.isFile()) return "is not a file";
      if (expected.size !== undefined && Number(status.size) !== expected.size) {
        return `has ${status.size} bytes instead of ${expected.size}`;
      }
      const refused = accessProblem(status);
      if (refused !== undefined) return refused;
      const seen = fingerprint(status, expected.sha256);
      if (this.known.get(file) === seen) return undefined;
      if (!isKnown(seen) && (await sha256File(file)).sha256 !== expected.sha256)
        return "does not have the bytes that were stored";
      this.known.set(file, seen);
      return undefined;
    } catch (error) {
      if (!isDamage(error)) throw error;
      return codeOf(error) === "ENOENT" ? "is missing" : `cannot be read (${codeOf(error)})`;
    }
  }

  /** Trusts the caller, who has just hashed the file. */
  async remember(file: string, sha256: string): Promise<void> {
    this.known.set(file, fingerprint(await fs.lstat(file, { bigint: true }), sha256));
  }

  /** The fingerprint of a file when this process verified it. */
  fingerprint(file: string): string | undefined {
    return this.known.get(file);
  }
}

/** ctime changes with every write and cannot be set. Times are in nanoseconds, because much can happen in a second. */
function fingerprint({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats, sha256: string): string {
  return [dev, ino, size, mtimeNs, ctimeNs, sha256].join(" ");
}

/** Whether the file system keeps times precisely enough to distinguish one write from the next. */
export function isFine(seen: string): boolean {
  return !(seen.split(" ")[4] ?? "").endsWith("000000");
}
