import { parse, TomlError } from "smol-toml";
import { UvLambdaError } from "./errors.js";
import { readUnchanged } from "./regularFile.js";

export type TomlTable = Readonly<Record<string, unknown>>;

/** Why a TOML file cannot be used. `message` begins with the file, and the line and column if they are known. */
export class TomlFileError extends Error {
  /** True when there is no such file. */
  readonly missing: boolean;
  constructor(message: string, missing = false) {
    super(message);
    this.missing = missing;
  }
}

/** Deeper nesting is an attack or a mistake: no real project file comes close. */
const MAX_DEPTH = 100;

/**
 * Text of a file that must be UTF-8, without its byte order mark, which uv skips too. Throws TomlFileError, or BAD_FILE
 * for a FIFO, a socket or a device.
 */
export function readTomlText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readUnchanged(file);
  } catch (error) {
    if (error instanceof UvLambdaError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") throw new TomlFileError(`${file} does not exist`, true);
    if (code === "EISDIR") throw new TomlFileError(`${file} is a folder, not a file`);
    throw new TomlFileError(`${file} cannot be read: ${code ?? "unknown error"}`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new TomlFileError(`${file}:${firstBadLine(bytes)}:1: is not UTF-8`);
  }
}

/** `file` is for messages only. Keys such as `__proto__` are harmless. Throws TomlFileError. */
export function parseToml(text: string, file: string): TomlTable {
  try {
    return parse(text, { maxDepth: MAX_DEPTH });
  } catch (error) {
    if (error instanceof TomlError) {
      const reason = error.message.split("\n")[0]!.replace(/^Invalid TOML document: /, "");
      throw new TomlFileError(`${file}:${error.line}:${error.column}: is not valid TOML: ${reason}`);
    }
    if (error instanceof RangeError) throw new TomlFileError(`${file}: is nested too deeply`);
    throw error;
  }
}

function firstBadLine(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start) + 1 || bytes.length;
    const part = bytes.subarray(start, end);
    if (!Buffer.from(part.toString("utf8")).equals(part)) return line;
    start = end;
  }
  return line;
}

/** The value if it is a table, else an empty one: other people's files can hold anything. */
export function asTable(value: unknown): TomlTable {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date)
    ? (value as TomlTable)
    : {};
}

export function asString(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function asStrings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

/** Strings as an array of TOML, and of the languages of inputs: `["a", "b"]`. Each once. */
export function listText(values: readonly string[]): string {
  return `[${[...new Set(values)].map((value) => JSON.stringify(value)).join(", ")}]`;
}

export function asTables(value: unknown): TomlTable[] {
  return Array.isArray(value) ? value.map(asTable) : [];
}
