/** Longest file name that Linux file systems allow, in bytes. */
const MAX_NAME_BYTES = 255;
/** Paths on Linux have at most 4,096 bytes with their end mark. This leaves room for the folder to unpack into. */
const MAX_PATH_BYTES = 4000;

const controlCharacters = /[\u0000-\u001f\u007f-\u009f]/;

/**
 * Why a relative path cannot be in a tree or be unpacked, as a clause that follows the quoted path. Undefined when
 * it can. Never touches the disk.
 */
export function badPathReason(path: string): string | undefined {
  if (path === "") return "is empty";
  if (path.startsWith("/")) return "is absolute";
  if (/^[A-Za-z]:/.test(path)) return "starts with a drive letter";
  if (path.includes("\\")) return "contains a backslash";
  if (controlCharacters.test(path)) return "contains a control character";
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `is longer than ${MAX_PATH_BYTES} bytes`;
  for (const name of path.split("/")) {
    if (name === "") return "contains an empty name";
    if (name === "." || name === "..") return `contains the name "${name}"`;
    if (Buffer.byteLength(name) > MAX_NAME_BYTES) return `contains a name longer than ${MAX_NAME_BYTES} bytes`;
  }
  return undefined;
}

/** The text of a file name from the disk, or undefined when its bytes are not valid UTF-8. */
export function decodeName(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A file name for a message. Characters that cannot be printed become `\xNN`. */
export function printableName(name: string | Uint8Array): string {
  const text = typeof name === "string" ? name : decodeName(name);
  if (text !== undefined) return text.replace(new RegExp(controlCharacters, "g"), hexEscape);
  return Buffer.from(name as Uint8Array)
    .toString("latin1")
    .replace(/[^\x20-\x7e]/g, hexEscape);
}

function hexEscape(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
