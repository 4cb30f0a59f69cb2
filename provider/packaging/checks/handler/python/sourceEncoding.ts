/** Names of Python's own codecs for text, in all their spellings. */
const codecs =
  /^(ascii|charmap|cs(ascii|koi|pc).*|hkscs|palmos|ruscii|u_jis|unicode.*|us|x_mac.*|646|us_ascii|utf_?8.*|ansi_x3.*|u(tf)?_?(7|8|16|32)(_?[bl]e|_sig)?|utf8_ucs[24]|utf|cp65001|latin.*|l\d+|iso.*|i?\d+.*|cp.*|windows.*|csisolatin.*|csibm.*|csptcp.*|ibm.*|mac.*|koi.*|kz.*|rk1048|strk.*|big5.*|csbig5|gb.*|hz.*|euc.*|shift_?j.*|s_?jis.*|csshift.*|u?jis.*|ujis|johab|korean|chinese|csiso.*|ks.*|uhc|ms.*|tis.*|pt154|ptcp154|cyrillic.*|greek.*|hebrew|arabic|ecma.*|elot.*|asmo.*|thai|roman8|r8|hp_?roman8|cshproman8|ebcdic.*|raw_unicode_escape|unicode_escape|idna|punycode|mbcs|oem|ansi|dbcs|undefined)$/;

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
  if (!codecs.test(normal)) return `"${named}" is no encoding of text that Python knows`;
  if (source.startsWith("\ufeff") && !/^u(tf)?_?8/.test(normal))
    return `it begins with the mark of UTF-8, and names another encoding, ${named}`;
  const isAscii = /^(us_)?ascii$/.test(normal);
  return isAscii && /[^\0-\x7f]/.test(source) ? "it names ASCII as its encoding, and has other characters" : undefined;
}
