import * as fs from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { CHUNK_SIZE } from "../../lib/files/fileChunks.js";
import { createLimit } from "../../lib/concurrency/limit.js";
import type { Deflate } from "../deflate.js";
import type { PackForm } from "../pack.js";
import { DEFLATED, STORED, type Method } from "../zipRecords.js";
import { Content } from "./content.js";
import { DataFile } from "./dataFile.js";
import type { PackedContent, Packer, PackJob, PackJobFile, WrittenFile } from "./packer.js";

/** Compressed bytes of one file to hold in memory at most. More go into a separate data file while they are made. */
const MAX_IN_MEMORY = 4 * 1024 * 1024;

type Place = Pick<PackedContent, "method" | "compressedSize" | "data" | "offset" | "isWhole">;

/** The data files of one pack that this thread writes. */
interface OpenPack {
  /** The names of all data files begin with it. */
  readonly name: string;
  /** For all files but large ones. */
  shared?: DataFile;
  readonly ended: WrittenFile[];
}

/** Packs in this thread: whole files at a time, one job after the other. */
export class PackHere implements Packer {
  readonly parallel = 1;
  private readonly packs = new Map<string, OpenPack>();
  private readonly buffer = Buffer.allocUnsafe(CHUNK_SIZE);
  private readonly limit = createLimit(1);

  /** `suffix` tells its data files from those of other threads. */
  constructor(
    private readonly engine: Deflate,
    private readonly suffix = "",
  ) {}

  pack({ pack, form, files }: PackJob): Promise<PackedContent[]> {
    return this.limit(async () => {
      // Others of this thread get their turn between two jobs.
      await nextTurn();
      const packed: PackedContent[] = [];
      for (const file of files) packed.push(await this.packFile(this.open(pack), form, file));
      return packed;
    });
  }

  async finish(pack: string): Promise<readonly WrittenFile[]> {
    const open = this.packs.get(pack);
    if (open === undefined) return [];
    this.packs.delete(pack);
    return [...(open.shared === undefined ? [] : [open.shared.end()]), ...open.ended];
  }

  private open(pack: string): OpenPack {
    const open = this.packs.get(pack) ?? { name: `${pack}${this.suffix}`, ended: [] };
    this.packs.set(pack, open);
    return open;
  }

  private async packFile(pack: OpenPack, form: PackForm, file: PackJobFile): Promise<PackedContent> {
    const content = new Content(file);
    try {
      if (form === "stored") return packWhole(pack, content, this.buffer);
      const small = content.readSmall(this.buffer);
      const place = small === undefined ? await this.packLong(pack, content) : this.packShort(pack, content, small);
      return { mode: content.mode, size: content.size, sha256: content.finish(), crc: content.crc, ...place };
    } finally {
      content.close();
    }
  }

  private packShort(pack: OpenPack, content: Content, bytes: Uint8Array): Place {
    content.take(bytes);
    const deflated = bytes.length === 0 ? bytes : this.engine.whole(bytes);
    const [method, best] =
      deflated.length < bytes.length ? ([DEFLATED, deflated] as const) : ([STORED, bytes] as const);
    const shared = sharedOf(pack);
    return { method, compressedSize: best.length, data: shared.path, offset: shared.append(best) };
  }

  /** In pieces of `CHUNK_SIZE`, the same for every engine. */
  private async packLong(pack: OpenPack, content: Content): Promise<Place> {
    const place = await this.collect(pack, DEFLATED, this.engine.pieces(content.chunks()), () => content.size);
    if (place !== undefined) return place;
    return (await this.collect(pack, STORED, content.chunksAgain(), () => Number.POSITIVE_INFINITY))!;
  }

  /** Undefined when the result is not smaller than `limit` says at the end. Nothing of it is left then. */
  private async collect(
    pack: OpenPack,
    method: Method,
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    limit: () => number,
  ): Promise<Place | undefined> {
    const { name, ended } = pack;
    let waiting: Uint8Array[] = [];
    let compressedSize = 0;
    let largeFile: DataFile | undefined;
    try {
      for await (const chunk of chunks) {
        compressedSize += chunk.length;
        if (largeFile === undefined) waiting.push(chunk);
        else largeFile.append(chunk);
        if (largeFile !== undefined || compressedSize <= MAX_IN_MEMORY) continue;
        largeFile = new DataFile(`${name}-${ended.length + 1}`);
        for (const piece of waiting.splice(0)) largeFile.append(piece);
      }
      if (compressedSize >= limit()) return undefined;
      if (largeFile !== undefined) {
        const { path } = largeFile;
        ended.push(largeFile.end());
        largeFile = undefined;
        return { method, compressedSize, data: path, offset: 0 };
      }
      const shared = sharedOf(pack);
      const [offset = 0] = waiting.map((piece) => shared.append(piece));
      return { method, compressedSize, data: shared.path, offset };
    } finally {
      waiting = [];
      largeFile?.discard();
    }
  }
}

function sharedOf(pack: OpenPack): DataFile {
  return (pack.shared ??= new DataFile(pack.name));
}

/** A file of its own, with the mode of the content. Hashed on the way, so it is read once and never again. */
function packWhole({ name, ended }: OpenPack, content: Content, buffer: Buffer): PackedContent {
  const data = `${name}-${ended.length + 1}`;
  const descriptor = fs.openSync(data, "wx");
  try {
    for (const piece of content.pieces(buffer)) writeAll(descriptor, piece);
    // Whatever the umask.
    fs.fchmodSync(descriptor, content.mode);
  } finally {
    fs.closeSync(descriptor);
  }
  const { mode, size, crc } = content;
  const sha256 = content.finish();
  ended.push({ path: data, sha256, size });
  return { mode, size, sha256, crc, method: STORED, compressedSize: size, data, offset: 0, isWhole: true };
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += fs.writeSync(descriptor, bytes, done, bytes.length - done);
}
