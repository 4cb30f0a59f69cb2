import { readElfWith, offsetOf, readName, readTables, readVersionNeeds, type ElfTables } from "./elf.js";

const tags = { symbols: 6, symbolVersions: 0x6ffffff0 } as const;
/**
 * Every tag whose table may follow one of ours: hash, strings, symbols, relocations, init, fini, arrays, GNU hash and
 * the three tables of versions. Nothing says how long the symbol table is; it ends at the latest where another one
 * begins.
 */
const tableTags = [4, 5, 6, 7, 12, 13, 17, 23, 25, 26, 32, 36, 0x6ffffef5, 0x6ffffff0, 0x6ffffffc, 0x6ffffffe] as const;
const SYMBOL_SIZE = 24;
/** Far more than real libraries have. A damaged file must not keep the check busy. */
const MAX_SYMBOLS = 1 << 18;
const MAX_TRIED = 64;
const HIDDEN = 0x8000;

/**
 * The first symbol of an ELF file that wants this version, such as `__isoc23_strtol` for `GLIBC_2.38`. Undefined when
 * none does (marks such as `GLIBC_ABI_DT_RELR` have none) and for damaged files. Errors of the file system pass
 * unchanged.
 */
export async function symbolNeeding(file: string, version: string): Promise<string | undefined> {
  return readElfWith(file, async (readAt, header) => {
    const tables = await readTables(readAt, header);
    return tables && findSymbol(tables, version);
  });
}

async function findSymbol(tables: ElfTables, version: string): Promise<string | undefined> {
  const symbols = offsetOf(tables, tags.symbols);
  const versions = offsetOf(tables, tags.symbolVersions);
  if (symbols === undefined || versions === undefined) return undefined;
  const needs = await readVersionNeeds(tables);
  const wanted = new Set(needs.filter((need) => need.version === version).map(({ index }) => index));
  const count = Math.min(
    bytesUntilNextTable(tables, symbols) / SYMBOL_SIZE,
    bytesUntilNextTable(tables, versions) / 2,
    MAX_SYMBOLS,
  );
  const table = await tables.readAt(versions, Math.floor(count) * 2);
  for (let i = 1, tried = 0; i * 2 + 2 <= table.length && tried < MAX_TRIED; i++) {
    if (!wanted.has(table.readUInt16LE(i * 2) & ~HIDDEN)) continue;
    const symbol = await tables.readAt(symbols + i * SYMBOL_SIZE, SYMBOL_SIZE);
    const name = await readName(tables, symbol.readUInt32LE(0));
    if (/^[\w.$]+$/.test(name)) return name;
    tried++;
  }
  return undefined;
}

/** Bytes from `start` to the next table of the file. */
function bytesUntilNextTable(tables: ElfTables, start: number): number {
  const others = tableTags.map((tag) => offsetOf(tables, tag)).filter((at) => at !== undefined && at > start);
  return Math.min(...(others as number[])) - start;
}
