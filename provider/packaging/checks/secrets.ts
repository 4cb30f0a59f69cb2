import * as fs from "node:fs/promises";
import { mapParallel } from "../../lib/concurrency/concurrency.js";
import { listBelow } from "../../lib/messages/lists.js";
import { compileGlob, literalPattern, matchesWithParents } from "../../lib/patterns/glob.js";
import { holdsOnlyCertificates } from "../../project/sources/pem.js";
import { sourceOf } from "../../tree/recentContents.js";
import type { SourceEntry, SourceTree } from "../../tree/tree.js";
import type { Finding } from "./finding.js";
import { settingsSecret, textSecret } from "./secretTexts.js";

/** A file with a secret that only the function should know. Plain JSON, never the secret itself. */
export interface SecretFile {
  readonly path: string;
  /** `a private key` */
  readonly what: string;
}

/** Part of the key of what is stored about secrets: another one when other files are found. */
export const secretRules = "secrets 2";

const PARALLEL_READS = 8;
/** Keys and credentials are small, and near the beginning of their file. */
const readBytes = 1_048_576;

/** Files of the project or of a local package with a private key or credentials, by name or content. */
export async function findSecrets(tree: SourceTree): Promise<SecretFile[]> {
  const checked = tree.filter(({ path }) => !/^[^/]+\.dist-info\//.test(path));
  const found = await mapParallel(checked, PARALLEL_READS, async (entry): Promise<SecretFile[]> => {
    const what = await secretIn(entry);
    return what === undefined ? [] : [{ path: entry.path, what }];
  });
  return found.flat();
}

/** One finding for all of them, except those that `include` or the list of named files names. */
export function checkSecrets(
  secrets: readonly SecretFile[],
  include: readonly string[],
  named: readonly string[],
): Finding | undefined {
  const included = include.map(compileGlob);
  const reported = secrets.filter(({ path }) => !named.includes(path) && !matchesWithParents(included, path));
  const [first] = reported;
  if (first === undefined) return undefined;
  return {
    code: "SECRET_FILE",
    certain: true,
    message: listBelow(
      "Secrets would ship with the code. Everybody who may read the function could read them:",
      reported.map(({ path, what }) => `${path}: ${what}`),
    ),
    hint:
      `To fix this, leave them out with \`exclude\` and read them at run time, for example from Secrets Manager. To ship a file on purpose, set \`include: [${JSON.stringify(literalPattern(first.path))}]\`. ` +
      'To allow all, set `checks.secrets: "warn"`.',
  };
}

async function secretIn(entry: SourceEntry): Promise<string | undefined> {
  const text = await textOf(entry);
  return textSecret(text) ?? secretByName(entry.path, text);
}

async function textOf(entry: SourceEntry): Promise<string> {
  const source = sourceOf(entry);
  if ("bytes" in source) return decoded(Buffer.from(source.bytes.subarray(0, readBytes)));
  const handle = await fs.open(source.file);
  try {
    const bytes = Buffer.alloc(Math.min(entry.size, readBytes));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    return decoded(bytes.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

/** All that is looked for is ASCII. PowerShell writes UTF-16, which begins with a byte order mark. */
function decoded(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString("utf16le");
  if (bytes[0] !== 0xfe || bytes[1] !== 0xff) return bytes.toString("latin1");
  return Buffer.from(bytes.subarray(0, bytes.length & ~1))
    .swap16()
    .toString("utf16le");
}

const names: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: "Terraform state, which contains all its secrets", pattern: /\.tfstate/i },
  { what: "a private key, by its name", pattern: /\.(key|ppk)$|^id_(rsa|dsa|ecdsa|ed25519)/i },
  { what: "a store of private keys, by its name", pattern: /\.(p12|pfx)$|^(?!.*trust).*\.(jks|keystore)$/i },
  { what: "credentials, by its name", pattern: /^(\.pypirc|[._]netrc|\.git-credentials|\.pgpass)$/i },
];

function secretByName(path: string, text: string): string | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  // `id_rsa.pub` is public, and `id_rsa_parser.py` is code.
  if (/\.(py|pyi|pyc|so|pub)$/.test(name) || text === "" || holdsOnlyCertificates(text)) return undefined;
  return names.find(({ pattern }) => pattern.test(name))?.what ?? settingsSecret(name, text);
}
