import { hasUnreadable } from "./sourceText.js";
import type { Token } from "./pythonTokens.js";

const prefixes = new Set(["", "r", "b", "u", "f", "t", "br", "rb", "fr", "rf", "tr", "rt"]);

/** What is wrong with a number, or with strings that stand side by side. Undefined when all is well. */
export function numberProblem({ text }: Token): string | undefined {
  if (/__|_$/.test(text)) return "invalid number";
  return /^0[\d_]*[1-9][\d_]*$/.test(text)
    ? "leading zeros are not permitted: 0o is the prefix of octal numbers"
    : undefined;
}

export function stringProblem(strings: readonly Token[], minor: number): string | undefined {
  const kinds = new Set<boolean>();
  for (const { text, isNewFormat } of strings) {
    const [, written = "", quote = ""] = /^(\w*)("""|'''|"|')/.exec(text) ?? [];
    const prefix = written.toLowerCase();
    if (!prefixes.has(prefix)) return `invalid prefix ${written} of a string`;
    if (prefix.includes("t") && minor < 14) return needs("template strings", 14, minor);
    if (isNewFormat && minor < 12)
      return needs("quotes, backslashes and comments inside of an f-string's braces", 12, minor);
    if (hasUnreadable(text)) return "bytes that are no UTF-8, and the file names no other encoding";
    const isBytes = prefix.includes("b");
    kinds.add(isBytes);
    const content = text.slice(written.length + quote.length, -quote.length);
    if (isBytes && /[^\x00-\x7f]/.test(content)) return "bytes can only contain ASCII characters";
    if (!/[rft]/.test(prefix) && hasBrokenEscape(content, isBytes)) return "incomplete escape in a string";
  }
  return kinds.size > 1 ? "bytes and strings cannot be mixed" : undefined;
}

function needs(what: string, needed: number, minor: number): string {
  return `${what} need Python 3.${needed}, and the function's is 3.${minor}`;
}

/** `"C:\Users"`: `\U` takes eight digits. */
function hasBrokenEscape(content: string, isBytes: boolean): boolean {
  const escapes = content.matchAll(
    /\\(?:(x)([\da-fA-F]{0,2})|(u)([\da-fA-F]{0,4})|(U)([\da-fA-F]{0,8})|(N)(\{[^}]+\})?|[^])/g,
  );
  for (const [, x, two, u, four, big, eight, named, name] of escapes) {
    if (x !== undefined && two!.length < 2) return true;
    if (isBytes) continue;
    if (u !== undefined && four!.length < 4) return true;
    if (big !== undefined && (eight!.length < 8 || Number.parseInt(eight!, 16) > 0x10ffff)) return true;
    if (named !== undefined && name === undefined) return true;
  }
  return false;
}
