/** A small 64-bit ELF file whose dynamic section asks for these versions and libraries. */
export function elf({
  machine = 62,
  versions = [] as string[],
  weak = [] as string[],
  libraries = ["libc.so.6"],
} = {}): Buffer {
  const strings = Buffer.from(`\0${[...libraries, ...versions, ...weak].join("\0")}\0`);
  const at = (text: string) => strings.indexOf(`\0${text}\0`) + 1;
  const all = [...versions, ...weak];
  const needs = Buffer.alloc(16 + all.length * 16);
  needs.writeUInt16LE(1, 0);
  needs.writeUInt16LE(all.length, 2);
  needs.writeUInt32LE(16, 8);
  all.forEach((version, i) => {
    needs.writeUInt16LE(weak.includes(version) ? 2 : 0, 16 + i * 16 + 4);
    needs.writeUInt32LE(at(version), 16 + i * 16 + 8);
    needs.writeUInt32LE(16, 16 + i * 16 + 12);
  });
  const stringsAt = 0x200;
  const needsAt = stringsAt + strings.length;
  const base = 0x1000; // where the file lies in memory, to prove that addresses are translated
  const entries: [number, number][] = [...libraries.map((l): [number, number] => [1, at(l)]), [5, base + stringsAt]];
  if (all.length > 0) entries.push([0x6ffffffe, base + needsAt], [0x6fffffff, 1]);
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
  needs.copy(file, needsAt);
  dynamic.copy(file, dynamicAt);
  return file;
}
