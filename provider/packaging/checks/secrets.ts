import * as fs from "node:fs/promises";
import { mapParallel } from "../../lib/concurrency/concurrency.js";
import { compileGlob, literalPattern, matchesWithParents } from "../../lib/patterns/glob.js";
import { holdsOnlyCertificates } from "../../project/sources/pem.js";
import type { SourceEntry, SourceTree } from "../../tree/tree.js";
import type { Finding } from "./finding.js";

/** A file with a secret that only the function should know. Plain JSON, never the secret itself. */
export interface SecretFile {
  readonly path: string;
  /** `a private key` */
  readonly what: string;
}

const PARALLEL_READS = 8;
/** Keys and credentials are small, and near the beginning of their file. */
const readBytes = 1_048_576;
const SHOWN = 10;

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
  const lines = reported.slice(0, SHOWN).map(({ path, what }) => `  ${path}: ${what}`);
  if (reported.length > SHOWN) lines.push(`  and ${reported.length - SHOWN} more`);
  return {
    code: "SECRET_FILE",
    certain: true,
    message: ["Secrets would ship with the code. Everybody who may read the function could read them:", ...lines].join(
      "\n",
    ),
    hint:
      `To fix this, leave them out with \`exclude\` and read them at run time, for example from Secrets Manager. To ship a file on purpose, set \`include: [${JSON.stringify(literalPattern(first.path))}]\`. ` +
      'To allow all, set `checks.secrets: "warn"`.',
  };
}

async function secretIn(entry: SourceEntry): Promise<string | undefined> {
  const text = await textOf(entry);
  return secretInText(text) ?? secretByName(entry.path, text);
}

async function textOf({ source, size }: SourceEntry): Promise<string> {
  if ("bytes" in source) return Buffer.from(source.bytes.subarray(0, readBytes)).toString("latin1");
  const handle = await fs.open(source.file);
  try {
    const bytes = Buffer.alloc(Math.min(size, readBytes));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead).toString("latin1");
  } finally {
    await handle.close();
  }
}

function secretInText(text: string): string | undefined {
  return contents.find(({ isIn }) => isIn(text))?.what;
}

const contents: readonly { readonly what: string; readonly isIn: (text: string) => boolean }[] = [
  { what: "credentials of a Google account", isIn: isGoogleAccount },
  { what: "a private key", isIn: hasPrivateKey },
  { what: "credentials of AWS", isIn: hasAwsKey },
  { what: "a private key of a Kubernetes user", isIn: hasKubernetesKey },
];

const keyLine = /-----(BEGIN|END) (?:[A-Z0-9]{1,20} ){0,6}PRIVATE KEY(?: BLOCK)?-----/g;

/**
 * The text between a first line and the next last one. Two searches, because one pattern for both would be quadratic.
 */
function keyBodies(text: string): string[] {
  const bodies: string[] = [];
  let start: number | undefined;
  for (const { 0: line, 1: kind, index } of text.matchAll(keyLine)) {
    if (kind === "END" && start !== undefined) bodies.push(text.slice(start, index));
    start = kind === "BEGIN" ? index + line.length : undefined;
  }
  return bodies;
}

/**
 * A whole key, even as a string in JSON or Python. A module that only searches for keys contains just the first line.
 */
function hasPrivateKey(text: string): boolean {
  if (text.startsWith("PuTTY-User-Key-File-")) return true;
  if (!text.includes("PRIVATE KEY")) return false;
  return keyBodies(text).some((body) => {
    const plain = body.replace(/^[A-Za-z-]+: .*$/gm, "").replace(/\\[nrt]|[\s"'\\+,()]/g, "");
    return plain.length >= 40 && /^[A-Za-z0-9/=]+$/.test(plain);
  });
}

function isGoogleAccount(text: string): boolean {
  if (!/["']type["']\s*:\s*["'](service_account|(external_account_)?authorized_user)["']/.test(text)) return false;
  return /["'](private_key|refresh_token)["']\s*:\s*["'][^"']{20,}["']/.test(text);
}

function hasKubernetesKey(text: string): boolean {
  return /["']?client-key-data["']?\s*:\s*["']?[A-Za-z0-9+/=]{100}/.test(text);
}

/** The value is 40 characters of base64. The example in AWS's documentation is recognisable. */
function hasAwsKey(text: string): boolean {
  const values = text.matchAll(
    /aws_?secret_?access_?key["']?\]?\s*[=:]\s*["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/gi,
  );
  return [...values].some(([, value = ""]) => !value.includes("EXAMPLE") && new Set(value).size > 8);
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
  return names.find(({ pattern }) => pattern.test(name))?.what;
}
