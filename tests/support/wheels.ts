import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { crc32, gzipSync } from "node:zlib";

/** A small distribution for a test. Everything but the name has a default. */
export interface WheelSpec {
  readonly name: string;
  /** Default `1.0.0`. */
  readonly version?: string;
  /** `py3-none-any` (default), or for example `cp313-cp313-manylinux_2_34_aarch64`. */
  readonly tag?: string;
  /** Path inside the wheel to content. Default: one module named like the distribution, which defines `VERSION`. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Requirements as in METADATA: `["idna>=1"]`. */
  readonly dependencies?: readonly string[];
  /** Extra to its requirements. */
  readonly extras?: Readonly<Record<string, readonly string[]>>;
  readonly requiresPython?: string;
  /** Content of entry_points.txt. */
  readonly entryPoints?: string;
  /** Further files of the dist-info folder, by name. */
  readonly distInfo?: Readonly<Record<string, string>>;
}

/** Writes a wheel into `folder`, which is made when missing. Returns its path. The same spec gives the same bytes. */
export function makeWheel(spec: WheelSpec, folder: string): string {
  const version = spec.version ?? "1.0.0";
  const module = moduleName(spec.name);
  const tag = spec.tag ?? "py3-none-any";
  const info = `${module}-${version}.dist-info`;
  const files: Record<string, string | Uint8Array> = { ...(spec.files ?? defaultFiles(module, version)) };
  files[`${info}/METADATA`] = metadata(spec, version);
  files[`${info}/WHEEL`] = wheelFile(tag);
  if (spec.entryPoints !== undefined) files[`${info}/entry_points.txt`] = spec.entryPoints;
  for (const [name, content] of Object.entries(spec.distInfo ?? {})) files[`${info}/${name}`] = content;
  files[`${info}/RECORD`] = record(files, info);
  return write(folder, `${module}-${version}-${tag}.whl`, zip(files));
}

/** Writes a source distribution that uv's own build backend can build without a network. Returns its path. */
export function makeSdist(
  spec: Pick<WheelSpec, "name" | "version" | "files" | "dependencies">,
  folder: string,
): string {
  const version = spec.version ?? "1.0.0";
  const module = moduleName(spec.name);
  const pyproject = [
    "[project]",
    `name = "${spec.name}"`,
    `version = "${version}"`,
    `dependencies = ${JSON.stringify(spec.dependencies ?? [])}`,
    "[build-system]",
    'requires = ["uv_build"]',
    'build-backend = "uv_build"',
    "",
  ].join("\n");
  const files: Record<string, string | Uint8Array> = {
    "PKG-INFO": metadata(spec, version),
    "pyproject.toml": pyproject,
    ...(spec.files ?? { [`src/${module}/__init__.py`]: `VERSION = "${version}"\n` }),
  };
  const root = `${module}-${version}`;
  const entries = Object.entries(files).map(([name, content]): [string, Buffer] => [`${root}/${name}`, bytes(content)]);
  return write(folder, `${root}.tar.gz`, gzipSync(tar(entries)));
}

function defaultFiles(module: string, version: string): Record<string, string> {
  return { [`${module}/__init__.py`]: `VERSION = "${version}"\n` };
}

function metadata(spec: WheelSpec, version: string): string {
  const lines = ["Metadata-Version: 2.1", `Name: ${spec.name}`, `Version: ${version}`];
  if (spec.requiresPython !== undefined) lines.push(`Requires-Python: ${spec.requiresPython}`);
  for (const dependency of spec.dependencies ?? []) lines.push(`Requires-Dist: ${dependency}`);
  for (const [extra, dependencies] of Object.entries(spec.extras ?? {})) {
    lines.push(`Provides-Extra: ${extra}`);
    for (const dependency of dependencies) lines.push(`Requires-Dist: ${dependency} ; extra == "${extra}"`);
  }
  return `${lines.join("\n")}\n`;
}

/** A file name may contain compressed tags (`py2.py3-none-any`). WHEEL lists each combination. */
function wheelFile(tag: string): string {
  const [pythons = "", abis = "", platforms = ""] = tag.split("-");
  const tags = pythons
    .split(".")
    .flatMap((python) => abis.split(".").flatMap((abi) => platforms.split(".").map((p) => `${python}-${abi}-${p}`)));
  const pure = platforms === "any" ? "true" : "false";
  const lines = ["Wheel-Version: 1.0", "Generator: tests", `Root-Is-Purelib: ${pure}`, ...tags.map((t) => `Tag: ${t}`)];
  return `${lines.join("\n")}\n`;
}

function record(files: Readonly<Record<string, string | Uint8Array>>, info: string): string {
  const lines = Object.entries(files).map(([name, content]) => {
    const data = bytes(content);
    const digest = createHash("sha256").update(data).digest("base64url");
    return `${/[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name},sha256=${digest},${data.length}`;
  });
  return `${[...lines, `${info}/RECORD,,`].join("\n")}\n`;
}

/** A zip with stored entries, dated 1980-01-01. */
export function zip(files: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const data = bytes(content);
    const path8 = Buffer.from(name, "utf8");
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(0x0021, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(path8.length, 22);
    bodies.push(Buffer.from("PK\x03\x04", "latin1"), common, path8, data);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(0o100644 * 0x10000, 6);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x03", "latin1"), common, tail, path8);
    offset += 30 + path8.length + data.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, central, end]);
}

/** A plain ustar archive of small files. */
function tar(entries: readonly [string, Buffer][]): Buffer {
  const blocks = entries.flatMap(([name, data]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, 100, "utf8");
    header.write("0000644\0" + "0000000\0" + "0000000\0", 100, "latin1");
    header.write(`${data.length.toString(8).padStart(11, "0")}\0${"0".repeat(11)}\0`, 124, "latin1");
    header.write("        0", 148, "latin1");
    header.write("ustar\x0000", 257, "latin1");
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
    return [header, data, Buffer.alloc((512 - (data.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function moduleName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "_");
}

function bytes(content: string | Uint8Array): Buffer {
  return typeof content === "string" ? Buffer.from(content, "utf8") : Buffer.from(content);
}

function write(folder: string, name: string, data: Buffer): string {
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, name);
  fs.writeFileSync(file, data);
  return file;
}
