import { GrowingFile } from "./growingFile.js";
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

  private constructor(
    private readonly path: string,
    private readonly file: GrowingFile,
  ) {}

  /**
   * Creates the file at `path`, lets `write` fill it, and removes it when that fails. Returns its hash (hex SHA-256)
   * and its size in bytes.
   */
  static async create(
    path: string,
    write: (archive: ArchiveFile) => Promise<void>,
  ): Promise<{ readonly sha256: string; readonly size: number }> {
    const { sha256, size } = await GrowingFile.create(path, async (file) => {
      const archive = new ArchiveFile(path, file);
      await write(archive);
      await archive.end();
    });
    return { sha256, size };
  }

  /** Adds a file. `read` fills the buffer it is given with the file's bytes, from byte `done` on. */
  async add(record: FileRecord, read: (buffer: Buffer, done: number) => void): Promise<void> {
    this.directory.push(centralHeader(record, this.file.position));
    await this.append(localHeader(record));
    refuseLargeSize(this.file.position + record.compressedSize, this.path);
    await this.file.append(record.compressedSize, read);
  }

  private async append(bytes: Uint8Array): Promise<void> {
    refuseLargeSize(this.file.position + bytes.length, this.path);
    await this.file.append(bytes.length, (buffer, done) => buffer.set(bytes.subarray(done, done + buffer.length)));
  }

  private async end(): Promise<void> {
    refuseManyEntries(this.directory.length, this.path);
    const start = this.file.position;
    await this.append(Buffer.concat(this.directory));
    await this.append(endRecord(this.directory.length, this.file.position - start, start));
  }
}
