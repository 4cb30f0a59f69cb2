import { createHash } from "node:crypto";
import * as fs from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import { UvLambdaError } from "../lib/errors.js";
import { CHUNK_SIZE } from "../lib/fileChunks.js";
import { createLimit, type Limit } from "../lib/concurrency/limit.js";
import { contentChunks, modeOf } from "../tree/content.js";
import { sortTree } from "../tree/merge.js";
import type { Mode, SourceEntry, SourceTree } from "../tree/tree.js";
import { crc32 } from "./crc32.js";
import { officialDeflate, type Deflate } from "./deflate.js";
import type { Pack, PackedFile, PackForm } from "./pack.js";
import { DEFLATED, STORED, type Method } from "./zipRecords.js";

/** Node deflates on four threads. Two more files are read meanwhile. */
const PARALLEL_FILES = 6;
const WRITE_SIZE = 1024 * 1024;
/** A larger file is not held in memory: its bytes are written to their own data file as they are compressed. */
const MAX_IN_MEMORY = 4 * 1024 * 1024;

/** A file to pack. It must still be as the scan found it when it is read. */
export interface FileToPack extends Pick<SourceEntry, "path" | "owner" | "source"> {
  readonly sha256?: string;
  readonly size?: number;
  readonly mode?: Mode;
}

export interface PackOptions {
  readonly form?: PackForm;
  /** Shared by packs that are written at once. */
  readonly limit?: Limit;
  /** Told of the bytes that were read, as they go into the pack. */
  readonly onRead?: (bytes: number) => void;
  /** Default: what `officialDeflate` gives. */
  readonly deflate?: Deflate;
}

/** For packs that are written at once. */
export function createPackLimit(): Limit {
  return createLimit(PARALLEL_FILES);
}

/**
 * Packs a tree into `file` and, for large files, `file.1`, `file.2`, ... Throws BAD_FILE when a file changed since the
 * scan.
 */
export async function writePack(tree: SourceTree, file: string, options: PackOptions = {}): Promise<Pack> {
  return PackWriter.write(file, options, (writer) => writer.add(tree));
}

/**
 * Reads each file once: one pass gives hash, checksum, mode and compressed bytes. Files are written as they become
 * ready; only their list is in order.
 */
export class PackWriter {
  private position = 0;
  private waiting: Uint8Array[] = [];
  private waitingSize = 0;
  private flushed = 0;
  private largeFiles = 0;
  private failed = false;
  private readonly limit: Limit;
  private readonly onRead: (bytes: number) => void;

  private constructor(
    private readonly file: string,
    private readonly handle: FileHandle,
    private readonly form: PackForm,
    private readonly engine: Deflate,
    options: PackOptions,
  ) {
    this.limit = options.limit ?? createPackLimit();
    this.onRead = options.onRead ?? (() => {});
  }

  /** The pack of everything that `fill` returned. On failure, the owner of the folder removes what is left. */
  static async write(
    file: string,
    options: PackOptions,
    fill: (writer: PackWriter) => Promise<readonly PackedFile[]>,
  ): Promise<Pack> {
    const engine = options.deflate ?? (await officialDeflate());
    const handle = await open(file, "w");
    try {
      const writer = new PackWriter(file, handle, options.form ?? "deflated", engine, options);
      const tree = sortTree(await fill(writer));
      await writer.flush();
      return { tree };
    } finally {
      await handle.close();
    }
  }

  /** The files in the given order. Rejects only after all work has ended. */
  async add(files: readonly FileToPack[]): Promise<PackedFile[]> {
    const packed: PackedFile[] = [];
    // The largest first, so that all threads are busy until the end.
    const order = files.map((_, i) => i).sort((a, b) => sizeOf(files[b]!) - sizeOf(files[a]!));
    const done = await Promise.allSettled(
      order.map((i) =>
        this.limit(async () => {
          if (!this.failed) packed[i] = await this.pack(files[i]!);
        }).catch((error: unknown) => {
          this.failed = true;
          throw error;
        }),
      ),
    );
    const failure = done.find((result) => result.status === "rejected");
    if (failure !== undefined) throw failure.reason;
    return packed;
  }

  private async pack(file: FileToPack): Promise<PackedFile> {
    const content = new Content(file, this.onRead);
    const small = content.readSmall();
    const found = small === undefined ? await this.packLong(content) : await this.packShort(content, small);
    return {
      path: file.path,
      mode: file.mode ?? content.mode,
      size: content.size,
      sha256: content.finish(),
      ...(file.owner !== undefined && { owner: file.owner }),
      crc: content.crc,
      ...found,
    };
  }

  private async packShort(content: Content, bytes: Uint8Array): Promise<Place> {
    content.take(bytes);
    if (this.form === "stored" || bytes.length === 0) return this.append(STORED, [bytes]);
    const deflated = await this.engine.whole(bytes);
    return deflated.length < bytes.length ? this.append(DEFLATED, [deflated]) : this.append(STORED, [bytes]);
  }

  /** In pieces of `CHUNK_SIZE`, the same for every engine. */
  private async packLong(content: Content): Promise<Place> {
    if (this.form === "deflated") {
      const place = await this.collect(DEFLATED, this.engine.pieces(content.chunks()));
      if (place.compressedSize < content.size) return place;
      if (place.data !== this.file) await fs.promises.rm(place.data);
    }
    return this.collect(STORED, content.rewound().chunks());
  }

  private async collect(method: Method, chunks: AsyncIterable<Uint8Array>): Promise<Place> {
    let waiting: Uint8Array[] = [];
    let size = 0;
    let own: FileHandle | undefined;
    let data = this.file;
    try {
      for await (const chunk of chunks) {
        waiting.push(chunk);
        size += chunk.length;
        if (size <= MAX_IN_MEMORY) continue;
        if (own === undefined) {
          data = `${this.file}.${++this.largeFiles}`;
          own = await open(data, "w");
        }
        await writeAll(own, Buffer.concat(waiting));
        waiting = [];
      }
      if (own === undefined) return await this.append(method, waiting);
      await writeAll(own, Buffer.concat(waiting));
      return { method, compressedSize: size, data, offset: 0 };
    } finally {
      await own?.close();
    }
  }

  private async append(method: Method, chunks: readonly Uint8Array[]): Promise<Place> {
    const compressedSize = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const place = { method, compressedSize, data: this.file, offset: this.position };
    this.position += compressedSize;
    this.waiting.push(...chunks);
    this.waitingSize += compressedSize;
    // Thousands of small writes would cost more than compressing the data.
    if (this.waitingSize >= WRITE_SIZE) await this.flush();
    return place;
  }

  private async flush(): Promise<void> {
    const bytes = Buffer.concat(this.waiting);
    this.waiting = [];
    this.waitingSize = 0;
    const at = this.flushed;
    this.flushed += bytes.length;
    await writeAll(this.handle, bytes, at);
  }
}

type Place = Pick<PackedFile, "method" | "compressedSize" | "data" | "offset">;

/** The content of a file on its way into a pack. If a scan has seen it, it must still be the same. */
class Content {
  crc = 0;
  size = 0;
  mode: Mode = 0o644;
  private hash = createHash("sha256");

  constructor(
    private readonly file: FileToPack,
    private readonly onRead: (bytes: number) => void,
  ) {}

  /** The bytes of a file that is compressed in one call, else undefined. */
  readSmall(): Uint8Array | undefined {
    const { source } = this.file;
    if ("bytes" in source) return source.bytes.length <= CHUNK_SIZE ? source.bytes : undefined;
    // Synchronous: for a small file, four trips to another thread take longer than reading it.
    return this.reading(() => {
      const descriptor = fs.openSync(source.file, "r");
      try {
        return fs.fstatSync(descriptor).size <= CHUNK_SIZE ? fs.readFileSync(descriptor) : undefined;
      } finally {
        fs.closeSync(descriptor);
      }
    });
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of contentChunks(this.file)) yield this.take(chunk);
    } catch (cause) {
      this.unreadable(cause);
    }
  }

  take(chunk: Uint8Array): Uint8Array {
    if (this.size === 0) this.mode = modeOf(chunk);
    this.crc = crc32(chunk, this.crc);
    this.hash.update(chunk);
    this.size += chunk.length;
    this.onRead(chunk.length);
    return chunk;
  }

  /** The content from the start again. */
  rewound(): this {
    this.crc = 0;
    this.size = 0;
    this.hash = createHash("sha256");
    return this;
  }

  finish(): string {
    const sha256 = this.hash.digest("hex");
    if ((this.file.sha256 ?? sha256) === sha256) return sha256;
    throw new UvLambdaError("BAD_FILE", `${this.name} changed while it was being packed`, {
      hint: "Run the command again when nothing writes to the file.",
    });
  }

  private reading<T>(read: () => T): T {
    try {
      return read();
    } catch (cause) {
      return this.unreadable(cause);
    }
  }

  private unreadable(cause: unknown): never {
    throw new UvLambdaError("BAD_FILE", `${this.name} cannot be read any more`, { cause });
  }

  private get name(): string {
    return "file" in this.file.source ? this.file.source.file : this.file.path;
  }
}

function sizeOf({ size, source }: FileToPack): number {
  return size ?? ("bytes" in source ? source.bytes.length : 0);
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position?: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const at = position === undefined ? null : position + done;
    done += (await handle.write(bytes, done, bytes.length - done, at)).bytesWritten;
  }
}
