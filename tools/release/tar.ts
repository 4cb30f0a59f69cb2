import { crc32 } from "../../provider/archive/crc32.js";
import { officialDeflate } from "../../provider/archive/officialDeflate.js";

/** A regular file of an archive. */
export interface TarFile {
  /** With slashes, at most 100 bytes. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly isExecutable: boolean;
}

const BLOCK = 512;

/** mtime of every file, in seconds since 1970: 2020-01-01. */
const modified = 1_577_836_800;

/** A tar archive (ustar) of `files` in the order of their names: the same bytes for the same files on every machine. */
export function tarOf(files: readonly TarFile[]): Uint8Array {
  const sorted = [...files].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  const blocks = sorted.flatMap((file) => [
    header(file),
    file.bytes,
    new Uint8Array((BLOCK - (file.bytes.length % BLOCK)) % BLOCK),
  ]);
  return Buffer.concat([...blocks, new Uint8Array(2 * BLOCK)]);
}

function header(file: TarFile): Uint8Array {
  if (Buffer.byteLength(file.name) > 100) throw new Error(`${file.name} is too long a name for an archive`);
  const block = Buffer.alloc(BLOCK);
  const put = (offset: number, text: string): void => void block.write(text, offset, "utf8");
  const octal = (offset: number, length: number, value: number): void =>
    put(offset, value.toString(8).padStart(length - 1, "0"));
  put(0, file.name);
  octal(100, 8, file.isExecutable ? 0o755 : 0o644);
  octal(108, 8, 0);
  octal(116, 8, 0);
  octal(124, 12, file.bytes.length);
  octal(136, 12, modified);
  put(156, "0");
  put(257, "ustar\x0000");
  // The checksum counts its own field as blanks.
  block.fill(" ", 148, 156);
  put(
    148,
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, "0")}\0 `,
  );
  return block;
}

/** `bytes` as a gzip file without name and date. Every Node compresses it to the same bytes. */
export async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const compressed: Uint8Array[] = [];
  for await (const piece of (await officialDeflate()).pieces([bytes])) compressed.push(piece);
  const end = Buffer.alloc(8);
  end.writeUInt32LE(crc32(bytes), 0);
  end.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]), ...compressed, end]);
}
