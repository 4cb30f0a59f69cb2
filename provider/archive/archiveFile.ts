import { DataFile } from "./packing/dataFile.js";
import {
  centralHeader,
  endRecord,
  localHeader,
  refuseLargeSize,
  refuseManyEntries,
  type FileRecord,
} from "./zipRecords.js";

/** A zip that grows file by file, in the order of the calls. Complete only after `create`. */
export class ArchiveFile {
  private readonly directory: Buffer[] = [];
  private readonly file: DataFile;

  private constructor(private readonly path: string) {
    this.file = new DataFile(path);
  }

  /**
   * Creates the file at `path`, lets `write` fill it, and removes it when that fails. Returns its hash (hex SHA-256)
   * and its size in bytes.
   */
  static async create(
    path: string,
    write: (archive: ArchiveFile) => Promise<void>,
  ): Promise<{ readonly sha256: string; readonly size: number }> {
    const archive = new ArchiveFile(path);
    try {
      await write(archive);
      const { sha256, size } = archive.end();
      return { sha256, size };
    } catch (error) {
      archive.file.discard();
      throw error;
    }
  }

  /** Adds a file. `read` fills the buffer it is given with the file's bytes, from byte `done` on. */
  add(record: FileRecord, read: (buffer: Buffer, done: number) => void): void {
    this.directory.push(centralHeader(record, this.file.position));
    this.append(localHeader(record));
    refuseLargeSize(this.file.position + record.compressedSize, this.path);
    this.file.fill(record.compressedSize, read);
  }

  private append(bytes: Uint8Array): void {
    refuseLargeSize(this.file.position + bytes.length, this.path);
    this.file.append(bytes);
  }

  private end(): { readonly sha256: string; readonly size: number } {
    refuseManyEntries(this.directory.length, this.path);
    const start = this.file.position;
    for (const row of this.directory) this.append(row);
    this.append(endRecord(this.directory.length, this.file.position - start, start));
    return this.file.end();
  }
}
