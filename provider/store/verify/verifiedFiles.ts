import { linkSync, lstatSync, rmSync, type BigIntStats } from "node:fs";
import { sha256File } from "../../lib/hash.js";
import { lookOf } from "../../lib/files/unchangedFiles.js";
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

/**
 * Compares files with their hashes, each once as long as its size, mtime, ctime and inode stay the same. Looks at files
 * synchronously: thousands of trips to another thread take longer than the looks.
 */
export class VerifiedFiles {
  private readonly known = new Map<string, string>();
  /** Every fingerprint that was found intact: linked files share one, under several names. */
  private readonly intact = new Set<string>();

  /** What is wrong with the file; undefined when it is intact. `isKnown`: this user read it in full recently. */
  async problem(
    file: string,
    expected: { readonly sha256: string; readonly size?: number },
    isKnown: (fingerprint: string) => boolean = () => false,
  ): Promise<string | undefined> {
    try {
      const status = lstatSync(file, { bigint: true });
      if (!status.isFile()) return "is not a file";
      if (expected.size !== undefined && Number(status.size) !== expected.size) {
        return `has ${status.size} bytes instead of ${expected.size}`;
      }
      const refused = accessProblem(status);
      if (refused !== undefined) return refused;
      const seen = fingerprint(status, expected.sha256);
      if (this.known.get(file) === seen) return undefined;
      if (!this.intact.has(seen) && !isKnown(seen) && (await sha256File(file)).sha256 !== expected.sha256)
        return "does not have the bytes that were stored";
      this.keep(file, seen);
      return undefined;
    } catch (error) {
      if (!isDamage(error)) throw error;
      return codeOf(error) === "ENOENT" ? "is missing" : `cannot be read (${codeOf(error)})`;
    }
  }

  /** Trusts the caller, who has just hashed the file. */
  remember(file: string, sha256: string): void {
    this.keep(file, fingerprint(lstatSync(file, { bigint: true }), sha256));
  }

  /**
   * Gives an intact file a second name. False when the file is not as it was when it was verified. A link changes
   * ctime, so what is remembered about the file changes too. Throws what the system throws.
   */
  link(file: string, sha256: string, target: string): boolean {
    const before = lstatSync(file, { bigint: true });
    if (this.known.get(file) !== fingerprint(before, sha256)) return false;
    linkSync(file, target);
    const after = lstatSync(target, { bigint: true });
    const { mtimeNs, size, ino, dev } = before;
    if (after.mtimeNs !== mtimeNs || after.size !== size || after.ino !== ino || after.dev !== dev) {
      rmSync(target);
      return false;
    }
    for (const name of [file, target]) this.keep(name, fingerprint(after, sha256));
    return true;
  }

  /** For a file in a folder that was renamed, which changes nothing in the file. False when nothing is known about it. */
  move(from: string, to: string): boolean {
    const seen = this.known.get(from);
    if (seen === undefined) return false;
    this.known.delete(from);
    this.known.set(to, seen);
    return true;
  }

  /** The fingerprint of a file when this process verified it. */
  fingerprint(file: string): string | undefined {
    return this.known.get(file);
  }

  private keep(file: string, seen: string): void {
    this.known.set(file, seen);
    this.intact.add(seen);
  }
}

function fingerprint(status: BigIntStats, sha256: string): string {
  return `${lookOf(status)} ${sha256}`;
}

/** Whether the file system keeps times precisely enough to distinguish one write from the next. */
export function isFine(seen: string): boolean {
  return !(seen.split(" ")[4] ?? "").endsWith("000000");
}
