import { crc32 } from "../../../provider/archive/crc32.js";
import { centralHeader, endRecord, localHeader, STORED } from "../../../provider/archive/zipRecords.js";

export interface RawEntry {
  readonly path: string;
  readonly content?: string;
  /** Unix mode with the file type, as it is in the archive. */
  readonly unixMode?: number;
  /** Changes the directory's row, for damage that no writer would make. */
  readonly patchRow?: (row: Buffer) => void;
}

/** A stored zip with any names and types, including those that our writer refuses. */
export function rawZip(entries: readonly RawEntry[]): Buffer {
  const bodies: Buffer[] = [];
  const rows: Buffer[] = [];
  let offset = 0;
  for (const { path, content = "", unixMode = 0o100644, patchRow } of entries) {
    const bytes = Buffer.from(content);
    const record = {
      path,
      mode: 0,
      method: STORED,
      crc: crc32(bytes),
      compressedSize: bytes.length,
      size: bytes.length,
    } as const;
    const row = centralHeader(record, offset);
    row.writeUInt32LE((unixMode << 16) >>> 0, 38);
    patchRow?.(row);
    const body = Buffer.concat([localHeader(record), bytes]);
    bodies.push(body);
    rows.push(row);
    offset += body.length;
  }
  const directory = Buffer.concat(rows);
  return Buffer.concat([...bodies, directory, endRecord(entries.length, directory.length, offset)]);
}
