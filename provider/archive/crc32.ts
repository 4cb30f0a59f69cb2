import * as zlib from "node:zlib";

/** CRC-32 as in a zip; `previous` continues an earlier one. Built into Node since 20.15 and 22.2. */
export const crc32: (data: Uint8Array, previous?: number) => number =
  (zlib as Partial<typeof zlib>).crc32 ?? tableCrc32;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** The same without Node's help. */
export function tableCrc32(data: Uint8Array, previous = 0): number {
  let crc = ~previous;
  for (let i = 0; i < data.length; i++) crc = (table[(crc ^ (data[i] as number)) & 0xff] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}
