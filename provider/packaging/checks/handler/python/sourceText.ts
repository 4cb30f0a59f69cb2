import { isUtf8 } from "node:buffer";

/** Stands for bytes that are no UTF-8: half of a pair, which text never has alone. Python allows them in comments. */
const NOT_UTF8 = "\udcff";

export function hasUnreadable(text: string): boolean {
  // With `u`, the half of a pair, as in an emoji, is none.
  return /\udcff/u.test(text);
}

/** A module's text, in the encoding that it names. */
export function decodePython(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString("utf8");
  const start = bytes
    .subarray(0, 500)
    .toString("latin1")
    .split(/\r\n?|\n/, 2);
  const named = start.map((line) => /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/.exec(line)?.[1]).find((one) => one);
  // Any encoding will do for what is looked for: it is ASCII.
  if (named !== undefined && !/^utf[-_]?8/i.test(named)) return bytes.toString("latin1");
  return bytes.toString("utf8").replaceAll("\ufffd", NOT_UTF8);
}
