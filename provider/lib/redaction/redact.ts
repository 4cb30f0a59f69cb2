import { isNamedCredential, queryParameters, userInfoRanges, type Range } from "./urlParts.js";

const mask = "***";

/** Shorter values (an empty variable, `1`, `on`) are no secrets. Masking them would leave no readable text. */
const minSecretLength = 4;

/** How often a URL may have been percent-encoded: once in a purl, once more in a redirect, and so on. */
const maxLayers = 5;

const header = /\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?(?:(?:basic|bearer|token|digest)\s+)?)[^\s"',]+/gi;

/**
 * The redactor of all output. Returns the text without credentials. It finds the given values anywhere: as they are,
 * percent-encoded (even several times), in Base64 (as in basic authentication), as hex, in JSON or HTML, or line by
 * line. It also masks the places where URLs and headers hold credentials, even in percent-encoded URLs.
 */
export function redact(text: string, secrets: Iterable<string>): string {
  const values = [...needles(secrets)];
  return maskRanges(text, [...findings(text, values), ...percentEncoded(text, values)]);
}

/** A URL, or a text with URLs, without user names, passwords, tokens and signatures. Host and path stay. */
export function redactUrl(text: string): string {
  return redact(text, []);
}

/** What must be hidden in the text as it is. */
function findings(text: string, values: readonly string[]): Range[] {
  return [
    ...userInfoRanges(text),
    ...queryParameters(text)
      .filter(({ name }) => isNamedCredential(name))
      .map(({ range }) => range),
    ...[...text.matchAll(header)].map(({ 0: all, 1: start = "", index }): Range => [
      index + start.length,
      index + all.length,
    ]),
    ...values.flatMap((value) => occurrences(text, value)),
    ...base64(text, values),
  ];
}

/**
 * What to search for: each value, its lines (a child's output arrives by line), and both as other formats write them.
 */
function needles(secrets: Iterable<string>): Set<string> {
  const found = new Set<string>();
  for (const secret of secrets) {
    for (const part of [secret, secret.trim(), ...secret.split(/[\r\n]+/)]) {
      if (part.trim().length < minSecretLength) continue;
      found.add(part);
      for (const written of writings(part)) found.add(written);
    }
  }
  return found;
}

function writings(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const hex = Buffer.from(value).toString("hex");
  return [
    json,
    json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
    value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
    hex,
    hex.toUpperCase(),
  ];
}

function occurrences(text: string, needle: string): Range[] {
  const ranges: Range[] = [];
  // One character at a time, not a whole needle: overlapping occurrences must all be masked.
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) ranges.push([at, at + needle.length]);
  return ranges;
}

/**
 * Searches the text with its percent-encoding undone, layer by layer, because tools disagree on which characters to
 * encode and how often. Compares bytes (as Latin-1 strings), so that characters of several bytes are found too.
 */
function percentEncoded(text: string, values: readonly string[]): Range[] {
  if (!text.includes("%")) return [];
  // A value can itself contain `%ab`, which URLs do not encode again.
  const bytes = [...new Set(values.flatMap((value) => [latin1(value), decodePercent(asBytes(value)).bytes]))];
  const ranges: Range[] = [];
  for (const { 0: word, index } of text.matchAll(/\S+/g)) {
    let layer = asBytes(word);
    for (let depth = 0; depth < maxLayers && escape.test(layer.bytes); depth++) {
      layer = decodePercent(layer);
      for (const [a, b] of findings(layer.bytes, bytes))
        ranges.push([index + layer.starts[a]!, index + layer.starts[b]!]);
    }
  }
  return ranges;
}

const escape = /%[0-9a-f]{2}/i;

/** Bytes as a Latin-1 string, with the position in the text where each byte (and the end) began. */
interface Layer {
  readonly bytes: string;
  readonly starts: readonly number[];
}

function asBytes(text: string): Layer {
  let bytes = "";
  const starts: number[] = [];
  let at = 0;
  for (const character of text) {
    const written = character <= "\u007f" ? character : latin1(character);
    bytes += written;
    for (let i = 0; i < written.length; i++) starts.push(at);
    at += character.length;
  }
  return { bytes, starts: [...starts, at] };
}

function decodePercent({ bytes, starts }: Layer): Layer {
  let decoded = "";
  const origins: number[] = [];
  for (const { 0: piece, 1: hex, index } of bytes.matchAll(/%([0-9a-f]{2})|[^]/gi)) {
    decoded += hex === undefined ? piece : String.fromCharCode(parseInt(hex, 16));
    origins.push(starts[index]!);
  }
  return { bytes: decoded, starts: [...origins, starts.at(-1)!] };
}

function latin1(text: string): string {
  return Buffer.from(text).toString("latin1");
}

/** Base64 of any text that contains a value. The whole run of Base64 characters around it is masked. */
function base64(text: string, values: readonly string[]): Range[] {
  const cores = values.flatMap(base64Cores);
  if (cores.length === 0) return [];
  return [...text.matchAll(/[A-Za-z0-9+/_-]{6,}={0,2}/g)]
    .filter(([run]) => {
      const standard = run.replaceAll("-", "+").replaceAll("_", "/");
      return cores.some((core) => standard.includes(core));
    })
    .map(({ 0: run, index }): Range => [index, index + run.length]);
}

/** The characters that a value always has in Base64, for each of the three offsets at which it can begin. */
function base64Cores(value: string): string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2]
    .map((before) => {
      const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
      // The first and the last character can contain bits of a neighbour.
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
