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

/** Reads `length` bytes from `offset`, fewer only at the end. */
type ReadAt = (offset: number, length: number) => Promise<Buffer>;

const machines: Readonly<Record<number, string>> = { 3: "i386", 40: "arm", 62: "x86_64", 183: "aarch64" };
const LOAD = 1;
const DYNAMIC = 2;
const tags = { needed: 1, stringTable: 5, versionNeeds: 0x6ffffffe, versionNeedCount: 0x6fffffff } as const;
const WEAK = 2;
/** More than any real library has. A damaged file must not keep the check busy. */
const MAX_ITEMS = 4096;
const MAX_NAME = 256;

/** Where to find the other tables of a 64-bit ELF file. */
export interface ElfTables {
  readonly readAt: ReadAt;
  readonly segments: readonly Segment[];
  readonly dynamic: readonly (readonly [tag: number, value: number])[];
  /** Offset in the file of the names. */
  readonly strings: number;
}

/** A required symbol version. */
interface VersionNeed {
  readonly version: string;
  /** Its number in the table of symbol versions. */
  readonly index: number;
}

/** Undefined if it is not an ELF file, or damaged. Errors of the file system pass unchanged. */
export async function readElf(file: string): Promise<ElfNeeds | undefined> {
  return readElfWith(file, async (readAt, header) => {
    const machine = machineOf(header);
    const tables = await readTables(readAt, header);
    if (tables === undefined) return { machine, versions: [], libraries: [] };
    const libraries: string[] = [];
    for (const [tag, value] of tables.dynamic) if (tag === tags.needed) libraries.push(await readName(tables, value));
    const versions = (await readVersionNeeds(tables)).map(({ version }) => version);
    return { machine, versions: [...new Set(versions)].sort(), libraries };
  });
}

/**
 * What `read` finds in an ELF file, given its first bytes. Undefined if it is not an ELF file, or damaged. Errors of
 * the file system pass unchanged.
 */
export async function readElfWith<T>(
  file: string,
  read: (readAt: ReadAt, header: Buffer) => Promise<T>,
): Promise<T | undefined> {
  const handle = await fs.open(file, "r");
  const readAt: ReadAt = async (offset, length) => {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  };
  try {
    const header = await readAt(0, 64);
    if (header.length < 20 || header.toString("latin1", 0, 4) !== "\x7fELF" || header[5] !== 1) return undefined;
    return await read(readAt, header);
  } catch (error) {
    if (error instanceof RangeError) return undefined; // offsets that lead out of the file
    throw error;
  } finally {
    await handle.close();
  }
}

/** The first bytes of any file, fewer only at its end. */
export async function readStart(file: string, length: number): Promise<Buffer> {
  const handle = await fs.open(file, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function machineOf(header: Buffer): string {
  const number = header.readUInt16LE(18);
  return machines[number] ?? String(number);
}

/** Undefined for a file that loads nothing. Throws RangeError for a damaged one. */
export async function readTables(readAt: ReadAt, header: Buffer): Promise<ElfTables | undefined> {
  // Lambda has only 64-bit machines: of a 32-bit file, only the machine matters.
  if (header[4] !== 2) return undefined;
  const segments = await readSegments(readAt, header);
  const dynamic = await readDynamic(readAt, segments);
  const strings = offsetOf({ dynamic, segments }, tags.stringTable);
  return strings === undefined ? undefined : { readAt, segments, dynamic, strings };
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
export function offsetOf(
  { dynamic, segments }: Pick<ElfTables, "dynamic" | "segments">,
  tag: number,
): number | undefined {
  const address = dynamic.find(([key]) => key === tag)?.[1];
  if (address === undefined) return undefined;
  const segment = segments.find((s) => s.type === LOAD && s.address <= address && address < s.address + s.size);
  return segment && address - segment.address + segment.offset;
}

/** The versions that the file needs to be loaded, in its order. One name may occur for several libraries. */
export async function readVersionNeeds(tables: ElfTables): Promise<VersionNeed[]> {
  const start = offsetOf(tables, tags.versionNeeds);
  if (start === undefined) return [];
  const count = Math.min(tables.dynamic.find(([tag]) => tag === tags.versionNeedCount)?.[1] ?? 0, MAX_ITEMS);
  const needs: VersionNeed[] = [];
  for (let i = 0, need = start; i < count; i++) {
    const library = await tables.readAt(need, 16);
    let auxiliary = need + library.readUInt32LE(8);
    for (let left = library.readUInt16LE(2); left > 0 && needs.length < MAX_ITEMS; left--) {
      const entry = await tables.readAt(auxiliary, 16);
      if ((entry.readUInt16LE(4) & WEAK) === 0)
        needs.push({ version: await readName(tables, entry.readUInt32LE(8)), index: entry.readUInt16LE(6) });
      auxiliary += entry.readUInt32LE(12);
    }
    need += library.readUInt32LE(12);
  }
  return needs;
}

/** The name at this place of the string table. */
export async function readName({ readAt, strings }: ElfTables, offset: number): Promise<string> {
  const bytes = await readAt(strings + offset, MAX_NAME);
  const end = bytes.indexOf(0);
  return bytes.toString("latin1", 0, end === -1 ? bytes.length : end);
}
