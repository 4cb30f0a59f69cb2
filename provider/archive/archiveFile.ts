import { createHash } from "node:crypto";
import * as fs from "node:fs/promises";
import {
  centralHeader,
  endRecord,
  localHeader,
  refuseLargeSize,
  refuseManyEntries,
  type FileRecord,
} from "./zipRecords.js";

const WRITE_SIZE = 1024 * 1024;

/** A zip that grows file by file, in the order of the calls. Writes in large pieces. Complete only after `end`. */
export class ArchiveFile {
  private readonly directory: Buffer[] = [];
  private pending: Uint8Array[] = [];
  private pendingSize = 0;
  private flushed = 0;
  private readonly hash = createHash("sha256");

  private constructor(
    private readonly handle: fs.FileHandle,
    private readonly path: string,
  ) {}

  /**
   * Creates the file at `path`, lets `write` fill it, and removes it when that fails. Returns its hash (hex SHA-256)
   * and its size in bytes.
   */
  static async create(
    path: string,
    write: (archive: ArchiveFile) => Promise<void>,
  ): Promise<{ readonly sha256: string; readonly size: number }> {
    const archive = new ArchiveFile(await fs.open(path, "w"), path);
    try {
      await write(archive);
      await archive.end();
      await archive.handle.close();
      return { sha256: archive.hash.digest("hex"), size: archive.position };
    } catch (error) {
      await archive.handle.close().catch(() => {});
      await fs.rm(path, { force: true });
      throw error;
    }
  }

  /** Position of the next byte. */
  get position(): number {
    return this.flushed + this.pendingSize;
  }

  /** Starts a file whose sizes are known. Its bytes follow with `append`. */
  async startFile(record: FileRecord): Promise<void> {
    this.directory.push(centralHeader(record, this.position));
    await this.append(localHeader(record));
  }

  async append(bytes: Uint8Array): Promise<void> {
    refuseLargeSize(this.position + bytes.length, this.path);
    this.pending.push(bytes);
    this.pendingSize += bytes.length;
    if (this.pendingSize >= WRITE_SIZE) await this.flush();
  }

  private async end(): Promise<void> {
    refuseManyEntries(this.directory.length, this.path);
    const start = this.position;
    for (const row of this.directory) await this.append(row);
    await this.append(endRecord(this.directory.length, this.position - start, start));
    await this.flush();
  }

  private async flush(): Promise<void> {
    const bytes = Buffer.concat(this.pending);
    this.hash.update(bytes);
    this.pending = [];
    this.pendingSize = 0;
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.handle.write(bytes, done, bytes.length - done, this.flushed);
      done += bytesWritten;
      this.flushed += bytesWritten;
    }
  }
}
