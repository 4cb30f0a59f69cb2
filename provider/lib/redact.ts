const mask = "***";

/** Shorter values (an empty variable, `1`, `on`) are no secrets, and masking them would leave no readable text. */
const minSecretLength = 4;

/** What stands before the host of a URL, at signs in it included. `git@` is what every ssh URL says. */
const userInfo = /(:\/\/)(?!git@)[^\s/?#"<>`]+@/g;
/** A password with raw slashes, which no URL may have and people write; `host:443/@scope` has none. */
const passwordWithSlash = /(:\/\/)[^\s/?#@:"<>`]*:(?!\d{1,5}(?:[/?#\s"'<>`]|$))[^\s"<>`]{0,1024}@/g;
const queryCredential = new RegExp(
  "([?&;](?:X-(?:Amz|Goog)-(?:Signature|Credential|Security-Token)|AWSAccessKeyId|Signature|sig|" +
    "(?:[a-z]+[_-])*(?:token|key|secret|password|passwd|pwd|auth|jwt)|apikey|code)=)[^&;#\\s\"'<>`]+",
  "gi",
);
const header = /\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?(?:(?:basic|bearer|token|digest)\s+)?)[^\s"',]+/gi;

/**
 * The text without credentials: the given values, wherever they stand, as they are, percent-encoded, inside Base64
 * (as in basic authentication), in JSON, or line by line; and what stands where URLs and headers carry credentials.
 */
export function redact(text: string, secrets: Iterable<string>): string {
  const values = needles(secrets);
  return redactUrl(
    maskRanges(text, [...plain(text, values), ...percentEncoded(text, values), ...base64(text, values)]),
  );
}

/** A URL, or a text with URLs, without user names, passwords, tokens and signatures. Host and path stay. */
export function redactUrl(text: string): string {
  return text
    .replace(userInfo, `$1${mask}@`)
    .replace(passwordWithSlash, `$1${mask}@`)
    .replace(queryCredential, `$1${mask}`)
    .replace(header, `$1${mask}`);
}

type Range = readonly [start: number, end: number];

/** What to look for: each value, its lines (a child's output arrives by line), and both as JSON escapes them. */
function needles(secrets: Iterable<string>): Set<string> {
  const found = new Set<string>();
  for (const secret of secrets) {
    for (const part of [secret, secret.trim(), ...secret.split(/[\r\n]+/)]) {
      if (part.trim().length < minSecretLength) continue;
      found.add(part).add(JSON.stringify(part).slice(1, -1));
    }
  }
  return found;
}

function occurrences(text: string, needle: string): Range[] {
  const ranges: Range[] = [];
  // One step at a time, not a whole needle: overlapping occurrences all have to go.
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) ranges.push([at, at + needle.length]);
  return ranges;
}

function plain(text: string, values: Iterable<string>): Range[] {
  return [...values].flatMap((value) => occurrences(text, value));
}

/**
 * Looks in the text with its percent-encoding undone, because tools disagree on which characters to encode.
 * Bytes are compared (as Latin-1 strings), so that characters of several bytes are found too.
 */
function percentEncoded(text: string, values: Iterable<string>): Range[] {
  return [...text.matchAll(/\S+/g)]
    .filter(([word]) => word.includes("%"))
    .flatMap(({ 0: word, index }) => {
      const { bytes, starts } = decodePercent(word);
      // A value can itself hold `%ab`, which URLs do not encode again.
      const needles = [...values].flatMap((value) => [latin1(value), decodePercent(value).bytes]);
      return needles.flatMap((needle) =>
        occurrences(bytes, needle).map(([a, b]): Range => [index + starts[a]!, index + starts[b]!]),
      );
    });
}

/** The bytes of a word, and for each byte (and the end) where in the word it began. */
function decodePercent(word: string): { bytes: string; starts: number[] } {
  let bytes = "";
  const starts: number[] = [];
  for (const { 0: piece, 1: hex, index } of word.matchAll(/%([0-9a-f]{2})|[^]/giu)) {
    const decoded = hex ? String.fromCharCode(parseInt(hex, 16)) : latin1(piece);
    bytes += decoded;
    for (let i = 0; i < decoded.length; i++) starts.push(index);
  }
  return { bytes, starts: [...starts, word.length] };
}

function latin1(text: string): string {
  return Buffer.from(text).toString("latin1");
}

/** Base64 of any text that holds a value: the whole run of Base64 characters around it goes. */
function base64(text: string, values: Iterable<string>): Range[] {
  const cores = [...values].flatMap(base64Cores);
  if (cores.length === 0) return [];
  return [...text.matchAll(/[A-Za-z0-9+/_-]{6,}={0,2}/g)]
    .filter(([run]) => {
      const standard = run.replaceAll("-", "+").replaceAll("_", "/");
      return cores.some((core) => standard.includes(core));
    })
    .map(({ 0: run, index }): Range => [index, index + run.length]);
}

/** The characters that a value always has in Base64, for each of the three places where it can begin. */
function base64Cores(value: string): string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2]
    .map((before) => {
      const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
      // The first and the last character can hold bits of a neighbour.
      const end = Math.floor(((before + bytes.length) * 8) / 6);
      return encoded.slice(Math.ceil((before * 8) / 6), end);
    })
    .filter((core) => core.length >= 6);
}

function maskRanges(text: string, ranges: Range[]): string {
  let result = "";
  let done = 0;
  for (const [start, end] of ranges.sort((a, b) => a[0] - b[0])) {
    if (start >= done) result += text.slice(done, start) + mask;
    done = Math.max(done, end);
  }
  return result + text.slice(done);
}
