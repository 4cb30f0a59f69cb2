import * as fs from "node:fs/promises";

/** What an ELF file needs of the machine that loads it. */
export interface ElfNeeds {
  /** `x86_64`, `aarch64`, or the number that ELF gives another machine. */
  readonly machine: string;
  /** Names of the symbol versions that must be there, such as `GLIBC_2.34`; sorted. */
  readonly versions: readonly string[];
  /** Names of the libraries that it loads. */
  readonly libraries: readonly string[];
}

/** Reads `length` bytes from `offset`; fewer only at the end. */
type ReadAt = (offset: number, length: number) => Promise<Buffer>;

const machines: Readonly<Record<number, string>> = { 3: "i386", 40: "arm", 62: "x86_64", 183: "aarch64" };
const LOAD = 1;
const DYNAMIC = 2;
const tags = { needed: 1, stringTable: 5, versionNeeds: 0x6ffffffe, versionNeedCount: 0x6fffffff } as const;
const WEAK = 2;
/** More than any real library has; a damaged file must not keep us reading. */
const MAX_ITEMS = 4096;
const MAX_NAME = 256;

/** Undefined for what is no ELF file, or a damaged one. Errors of the file system come through. */
export async function readElf(file: string): Promise<ElfNeeds | undefined> {
  const handle = await fs.open(file, "r");
  try {
    return await parseElf(async (offset, length) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined; // offsets that lead out of the file
    throw error;
  } finally {
    await handle.close();
  }
}

async function parseElf(readAt: ReadAt): Promise<ElfNeeds | undefined> {
  const header = await readAt(0, 64);
  if (header.length < 20 || header.toString("latin1", 0, 4) !== "\x7fELF" || header[5] !== 1) return undefined;
  const number = header.readUInt16LE(18);
  const machine = machines[number] ?? String(number);
  // Lambda has 64-bit machines only: of a 32-bit file the machine is all that has to be known.
  if (header[4] !== 2) return { machine, versions: [], libraries: [] };
  const segments = await readSegments(readAt, header);
  const dynamic = await readDynamic(readAt, segments);
  const strings = addressOf(dynamic, tags.stringTable, segments);
  if (strings === undefined) return { machine, versions: [], libraries: [] };
  const name = (offset: number) => readName(readAt, strings + offset);
  const libraries: string[] = [];
  for (const [tag, value] of dynamic) if (tag === tags.needed) libraries.push(await name(value));
  const needs = addressOf(dynamic, tags.versionNeeds, segments);
  const count = Math.min(dynamic.find(([tag]) => tag === tags.versionNeedCount)?.[1] ?? 0, MAX_ITEMS);
  const versions = needs === undefined ? [] : await readVersions(readAt, needs, count, name);
  return { machine, versions: [...new Set(versions)].sort(), libraries };
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

async function readSegments(readAt: ReadAt, header: Buffer): Promise<Segment[]> {
  const start = Number(header.readBigUInt64LE(32));
  const entrySize = header.readUInt16LE(54);
  const count = Math.min(header.readUInt16LE(56), MAX_ITEMS);
  const table = await readAt(start, entrySize * count);
  return Array.from({ length: count }, (_, i) => {
    const at = i * entrySize;
    return {
      type: table.readUInt32LE(at),
      offset: Number(table.readBigUInt64LE(at + 8)),
      address: Number(table.readBigUInt64LE(at + 16)),
      size: Number(table.readBigUInt64LE(at + 32)),
    };
  });
}

async function readDynamic(
  readAt: ReadAt,
  segments: readonly Segment[],
): Promise<(readonly [tag: number, value: number])[]> {
  const segment = segments.find(({ type }) => type === DYNAMIC);
  if (segment === undefined) return [];
  const table = await readAt(segment.offset, Math.min(segment.size, MAX_ITEMS * 16));
  return Array.from({ length: Math.floor(table.length / 16) }, (_, i) => [
    Number(table.readBigInt64LE(i * 16)),
    Number(table.readBigUInt64LE(i * 16 + 8)),
  ]);
}

/** Offset in the file of what a tag points at in memory. */
function addressOf(
  dynamic: readonly (readonly [number, number])[],
  tag: number,
  segments: readonly Segment[],
): number | undefined {
  const address = dynamic.find(([key]) => key === tag)?.[1];
  if (address === undefined) return undefined;
  const segment = segments.find((s) => s.type === LOAD && s.address <= address && address < s.address + s.size);
  return segment && address - segment.address + segment.offset;
}

async function readVersions(
  readAt: ReadAt,
  start: number,
  count: number,
  name: (offset: number) => Promise<string>,
): Promise<string[]> {
  const versions: string[] = [];
  for (let i = 0, need = start; i < count; i++) {
    const library = await readAt(need, 16);
    let auxiliary = need + library.readUInt32LE(8);
    for (let left = library.readUInt16LE(2); left > 0 && versions.length < MAX_ITEMS; left--) {
      const version = await readAt(auxiliary, 16);
      if ((version.readUInt16LE(4) & WEAK) === 0) versions.push(await name(version.readUInt32LE(8)));
      auxiliary += version.readUInt32LE(12);
    }
    need += library.readUInt32LE(12);
  }
  return versions;
}

async function readName(readAt: ReadAt, offset: number): Promise<string> {
  const bytes = await readAt(offset, MAX_NAME);
  const end = bytes.indexOf(0);
  return bytes.toString("latin1", 0, end === -1 ? bytes.length : end);
}
