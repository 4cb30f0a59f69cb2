import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  type BigIntStats,
  type Stats,
} from "node:fs";
import { UvLambdaError } from "./errors.js";
import { UnchangedFiles } from "./files/unchangedFiles.js";

/** Larger than any known lock or settings file. More is a mistake or an attack. */
const maxTextBytes = 256 * 1024 * 1024;

/** Does not wait for a process that writes to a FIFO. Windows has neither. */
export const readOnly = constants.O_RDONLY | ((constants as { O_NONBLOCK?: number }).O_NONBLOCK ?? 0);

interface FileType {
  isFile(): boolean;
  isDirectory(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
  isBlockDevice(): boolean;
  isCharacterDevice(): boolean;
}

/** What kind of file it is, for messages: `a FIFO`. */
export function typeName(type: FileType): string {
  if (type.isFile()) return "a regular file";
  if (type.isDirectory()) return "a folder";
  if (type.isFIFO()) return "a FIFO";
  if (type.isSocket()) return "a socket";
  if (type.isBlockDevice() || type.isCharacterDevice()) return "a device";
  return "not a regular file";
}

/** True for a FIFO, a socket or a device: opening or reading it may wait for ever. Folders give EISDIR. */
export function isSpecial(type: FileType): boolean {
  return !type.isFile() && !type.isDirectory();
}

/**
 * Throws BAD_FILE when the path leads to a FIFO, a socket or a device. The reader reports what does not exist or is not
 * accessible.
 */
export function refuseSpecial(file: string): void {
  const status = statIfAny(file);
  if (status !== undefined && isSpecial(status)) throw specialFile(file, status);
}

function statIfAny(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/**
 * The bytes of a regular file, like `fs.readFileSync`, but it never waits for another process. Synchronous: for a small
 * file, five trips to another thread take several times as long. Throws BAD_FILE for a FIFO, a socket or a device.
 * `onOpened` is told what the file looks like before it is read.
 */
export function readRegularFile(file: string, onOpened?: (status: BigIntStats) => void): Buffer {
  refuseSpecial(file);
  // Checked before it is opened: merely opening a device can have an effect. Non-blocking, because it may have changed
  // meanwhile.
  const descriptor = openSync(file, readOnly);
  try {
    const status = fstatSync(descriptor, { bigint: true });
    if (isSpecial(status)) throw specialFile(file, status);
    onOpened?.(status);
    if (status.size > maxTextBytes)
      throw new UvLambdaError(
        "BAD_FILE",
        `${file} has ${status.size} bytes; no file of its kind has more than ${maxTextBytes}.`,
      );
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Bytes to keep of files that many steps of a build read: settings, project files, locks. */
const MAX_KEPT = 8 * 1024 * 1024;
const texts = new UnchangedFiles<Buffer>(MAX_KEPT);

/** Like `readRegularFile`. A file that stays as it is is read once in the process. Nobody may write to the buffer. */
export function readUnchanged(file: string): Buffer {
  const known = unchangedBytes(file);
  if (known !== undefined) return known;
  let look: string | undefined;
  const bytes = readRegularFile(file, (opened) => (look = texts.settledLook(opened)));
  texts.keep(file, look, bytes, bytes.length);
  return bytes;
}

/** The content of a file that `readUnchanged` has read, if the file is still as it was. */
export function unchangedBytes(file: string): Buffer | undefined {
  return texts.find(file);
}

/** Undefined if the file is missing or cannot be read. Throws BAD_FILE for a FIFO, a socket or a device. */
export function readRegularIfAny(file: string): Buffer | undefined {
  try {
    return readUnchanged(file);
  } catch (error) {
    if (error instanceof UvLambdaError) throw error;
    return undefined;
  }
}

export function readRegularText(file: string): string {
  return readUnchanged(file).toString("utf8");
}

/** The text of a regular file, or its first `maxBytes`. Undefined for anything else, and for what cannot be read. */
export function readTextSync(file: string, maxBytes = maxTextBytes): string | undefined {
  const known = unchangedBytes(file);
  if (known !== undefined) return known.subarray(0, maxBytes).toString("utf8");
  try {
    const descriptor = openSync(file, readOnly);
    try {
      const status = fstatSync(descriptor);
      if (!status.isFile()) return undefined;
      const bytes = Buffer.alloc(Math.min(status.size, maxBytes));
      return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, 0)).toString("utf8");
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}

export function specialFile(file: string, type: FileType): UvLambdaError {
  return new UvLambdaError("BAD_FILE", `${file} is ${typeName(type)}, not a regular file.`, {
    hint: "To fix this, replace it with a regular file, or remove it.",
  });
}
