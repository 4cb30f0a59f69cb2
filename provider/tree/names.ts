/** Longest file name that Linux file systems take, in bytes. */
const MAX_NAME_BYTES = 255;
/** Longest path of Linux is 4,096 bytes with its end mark; room is left for the folder that it is unpacked into. */
const MAX_PATH_BYTES = 4000;

const controlCharacters = /[\u0000-\u001f\u007f-\u009f]/;

/**
 * Why a relative path cannot stand in a tree or be unpacked, in words that follow the quoted path, or undefined when
 * it can. Never touches the disk.
 */
export function badPathReason(path: string): string | undefined {
  if (path === "") return "is empty";
  if (path.startsWith("/")) return "is absolute";
  if (/^[A-Za-z]:/.test(path)) return "starts with a drive letter";
  if (path.includes("\\")) return "holds a backslash";
  if (controlCharacters.test(path)) return "holds a control character";
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `is longer than ${MAX_PATH_BYTES} bytes`;
  for (const name of path.split("/")) {
    if (name === "") return "holds an empty name";
    if (name === "." || name === "..") return `holds the name "${name}"`;
    if (Buffer.byteLength(name) > MAX_NAME_BYTES) return `holds a name longer than ${MAX_NAME_BYTES} bytes`;
  }
  return undefined;
}

/** Text of a file name as the disk has it, or undefined when its bytes are not valid UTF-8. */
export function decodeName(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A file name for a message: what cannot be printed stands as `\xNN`. */
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
