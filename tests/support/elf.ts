const FIRST_INDEX = 2; // 0 and 1 mean symbols without a version

interface ElfContent {
  readonly machine?: number;
  readonly versions?: readonly string[];
  /** Versions that may be missing. */
  readonly weak?: readonly string[];
  readonly libraries?: readonly string[];
  /** Symbols of other libraries, each with the version that it needs. */
  readonly symbols?: Readonly<Record<string, string>>;
}

/** A small 64-bit ELF file whose dynamic section asks for all this. */
export function elf({
  machine = 62,
  versions = [],
  weak = [],
  libraries = ["libc.so.6"],
  symbols = {},
}: ElfContent = {}): Buffer {
  const all = [...versions, ...weak];
  const strings = Buffer.from(`\0${[...libraries, ...all, ...Object.keys(symbols)].join("\0")}\0`);
  const at = (text: string) => strings.indexOf(`\0${text}\0`) + 1;
  const needs = versionNeeds(all, weak, at);
  const named = Object.entries(symbols);
  const symbolTable = Buffer.alloc((named.length + 1) * 24);
  const symbolVersions = Buffer.alloc((named.length + 1) * 2);
  named.forEach(([symbol, version], i) => {
    symbolTable.writeUInt32LE(at(symbol), (i + 1) * 24);
    symbolVersions.writeUInt16LE(FIRST_INDEX + all.indexOf(version), (i + 1) * 2);
  });
  const stringsAt = 0x200;
  const symbolsAt = stringsAt + strings.length;
  const symbolVersionsAt = symbolsAt + symbolTable.length;
  const needsAt = symbolVersionsAt + symbolVersions.length;
  const base = 0x1000; // where the file is in memory, to prove that addresses are translated
  const entries: [number, number][] = [...libraries.map((l): [number, number] => [1, at(l)]), [5, base + stringsAt]];
  if (all.length > 0) entries.push([0x6ffffffe, base + needsAt], [0x6fffffff, 1]);
  if (named.length > 0) entries.push([6, base + symbolsAt], [0x6ffffff0, base + symbolVersionsAt]);
  const dynamic = Buffer.alloc(entries.length * 16);
  entries.forEach(([tag, value], i) => {
    dynamic.writeBigInt64LE(BigInt(tag), i * 16);
    dynamic.writeBigUInt64LE(BigInt(value), i * 16 + 8);
  });
  const dynamicAt = needsAt + needs.length;
  const file = Buffer.alloc(dynamicAt + dynamic.length);
  file.write("\x7fELF\x02\x01\x01", 0, "latin1");
  file.writeUInt16LE(machine, 18);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(2, 56);
  [
    [1, 0, base, file.length],
    [2, dynamicAt, base + dynamicAt, dynamic.length],
  ].forEach((segment, i) => {
    const [type, offset, address, size] = segment as [number, number, number, number];
    file.writeUInt32LE(type, 64 + i * 56);
    file.writeBigUInt64LE(BigInt(offset), 64 + i * 56 + 8);
    file.writeBigUInt64LE(BigInt(address), 64 + i * 56 + 16);
    file.writeBigUInt64LE(BigInt(size), 64 + i * 56 + 32);
  });
  strings.copy(file, stringsAt);
  symbolTable.copy(file, symbolsAt);
  symbolVersions.copy(file, symbolVersionsAt);
  needs.copy(file, needsAt);
  dynamic.copy(file, dynamicAt);
  return file;
}

function versionNeeds(all: readonly string[], weak: readonly string[], at: (text: string) => number): Buffer {
  const needs = Buffer.alloc(16 + all.length * 16);
  needs.writeUInt16LE(1, 0);
  needs.writeUInt16LE(all.length, 2);
  needs.writeUInt32LE(16, 8);
  all.forEach((version, i) => {
    const entry = 16 + i * 16;
    needs.writeUInt16LE(weak.includes(version) ? 2 : 0, entry + 4);
    needs.writeUInt16LE(FIRST_INDEX + i, entry + 6);
    needs.writeUInt32LE(at(version), entry + 8);
    needs.writeUInt32LE(16, entry + 12);
  });
  return needs;
}
