/** Python's own codecs for text, in all their spellings: whole names, beginnings of names, and numbers. */
const names = new Set(
  (
    "ascii us us_ascii 646 utf charmap hkscs palmos ruscii u_jis rk1048 csbig5 johab korean chinese uhc pt154 ptcp154 " +
    "hebrew arabic thai roman8 r8 hp_roman8 hproman8 cshproman8 raw_unicode_escape idna punycode mbcs oem ansi dbcs " +
    "undefined"
  ).split(" "),
);
const beginnings = (
  "utf_8 utf8 unicode latin iso cp windows ibm mac x_mac koi gb hz euc big5 shift_j shiftj sjis s_jis jis ujis ks ms tis " +
  "kz strk cyrillic greek ecma elot asmo ebcdic ansi_x3 csascii cskoi cspc csisolatin csibm csptcp csshift csiso"
).split(" ");
const numbered = /^(i?\d|l\d+$|u(tf)?_?(7|8|16|32)(_?[bl]e|_sig)?$)/;

function isCodec(name: string): boolean {
  return names.has(name) || numbered.test(name) || beginnings.some((beginning) => name.startsWith(beginning));
}

const cookie = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;

/** The encoding that a module names in its first or second line. */
function namedEncoding(source: string): string | undefined {
  const [first = "", second = ""] = source.replace(/^\ufeff/, "").split(/\r\n?|\n/, 2);
  return cookie.exec(first)?.[1] ?? (/^[ \t\f]*(#.*)?$/.test(first) ? cookie.exec(second)?.[1] : undefined);
}

/** Why Python refuses a module because of the encoding that it names. */
export function encodingProblem(source: string): string | undefined {
  const named = namedEncoding(source);
  if (named === undefined) return undefined;
  const normal = named.toLowerCase().replace(/[-. ]/g, "_");
  if (!isCodec(normal)) return `"${named}" is no encoding of text that Python knows`;
  if (source.startsWith("\ufeff") && !/^u(tf)?_?8/.test(normal))
    return `it begins with the mark of UTF-8, and names another encoding, ${named}`;
  const isAscii = /^(us_)?ascii$/.test(normal);
  return isAscii && /[^\0-\x7f]/.test(source) ? "it names ASCII as its encoding, and has other characters" : undefined;
}
