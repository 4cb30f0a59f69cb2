import * as fc from "fast-check";

/** A seed for fast-check, printed by the tests that use it; UVLAMBDA_TEST_SEED repeats a run. */
export const seed = Number(process.env["UVLAMBDA_TEST_SEED"] ?? Date.now() % 2 ** 31);

/**
 * Secrets of characters that tools encode differently, and of those in tokens. The middle makes sure that no text
 * contains one by chance.
 */
const part = fc.string({
  unit: fc.constantFrom(...Array.from("abcXYZ0189-._~+/=@:?&#%$!'()*,;ä漢🔑")),
  minLength: 2,
  maxLength: 12,
});
const core = fc.stringMatching(/^[A-Z][a-z0-9]{8}[0-9]$/);

export const anySecret: fc.Arbitrary<string> = fc.tuple(part, core, part).map((parts) => parts.join(""));
/** Tokens as registries make them. URLs contain them unencoded. */
export const token: fc.Arbitrary<string> = core.map((text) => `tok-${text}`);

const percent = (text: string) => encodeURIComponent(text);
const everyByte = (text: string) => [...Buffer.from(text)].map((b) => `%${b.toString(16).padStart(2, "0")}`).join("");

/** Every way a tool may write a secret. */
export const encodings: Readonly<Record<string, (secret: string) => string>> = {
  plain: (s) => s,
  percent,
  "percent in lower case": (s) => percent(s).replace(/%../g, (hex) => hex.toLowerCase()),
  "percent twice": (s) => percent(percent(s)),
  "percent three times": (s) => percent(percent(percent(s))),
  "every byte": everyByte,
  "every byte, twice": (s) => percent(everyByte(s)),
  base64: (s) => Buffer.from(s).toString("base64"),
  "base64 behind one byte": (s) => Buffer.from(`:${s}`).toString("base64"),
  "base64 behind two bytes": (s) => Buffer.from(`u:${s}`).toString("base64"),
  base64url: (s) => Buffer.from(s).toString("base64url"),
  hex: (s) => Buffer.from(s).toString("hex"),
  JSON: (s) => JSON.stringify(s).slice(1, -1),
  "JSON in ASCII": (s) =>
    JSON.stringify(s)
      .slice(1, -1)
      .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  HTML: (s) => s.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
};

/** The encodings in which a text contains a secret. */
export function found(text: string, secret: string): string[] {
  return Object.entries(encodings)
    .filter(([, encode]) => {
      // The first and last characters of Base64 contain bits of their neighbours.
      const written = encode(secret).replace(/=+$/, "");
      return text.includes(written) || (written.length > 12 && text.includes(written.slice(2, -2)));
    })
    .map(([name]) => name);
}
