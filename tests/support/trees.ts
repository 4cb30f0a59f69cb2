import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { sha256Hex } from "../../provider/lib/hash.js";
import { sortTree } from "../../provider/tree/merge.js";
import type { Mode, SourceEntry, SourceTree } from "../../provider/tree/tree.js";

/** Numbers from 0 to below `limit`, the same ones for the same seed. */
export type Random = (limit: number) => number;

/** `UVLAMBDA_TEST_SEED`, else a new one; printed, so that a failure can be run again. */
export function testSeed(): number {
  const seed = Number(process.env["UVLAMBDA_TEST_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`      UVLAMBDA_TEST_SEED=${seed}`);
  return seed;
}

/** mulberry32: small, and good enough for test data. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

/** An entry in memory with any mode. */
export function entry(filePath: string, content: string | Uint8Array, mode: Mode = 0o644, owner?: string): SourceEntry {
  const bytes = Buffer.from(content);
  const facts = { path: filePath, mode, size: bytes.length, sha256: sha256Hex(bytes), source: { bytes } };
  return owner === undefined ? facts : { ...facts, owner };
}

/** Nothing, text or noise, sometimes longer than one piece of a compressor. */
export function randomBytes(random: Random): Buffer {
  const size = random(8) === 0 ? 0 : random(random(20) === 0 ? 700_000 : 3_000);
  const letters = random(2) === 0 ? 256 : 1 + random(12);
  return Buffer.from(Uint8Array.from({ length: size }, () => (97 + random(letters)) & 0xff));
}

const names = [
  "a",
  "b",
  "a-b",
  "a.b",
  "Z",
  "é",
  "日本語",
  "\u{1f40d}",
  "\uff5e",
  "with space",
  "__init__.py",
  "x".repeat(200),
];

/** A tree whose names sort differently in different orders. No path is both a file and a folder. */
export function randomTree(random: Random, files: number): SourceTree {
  const entries = new Map<string, SourceEntry>();
  for (let i = 0; i < files; i++) {
    const folders = Array.from({ length: random(4) }, () => names[random(names.length)]);
    const filePath = [...folders, `${names[random(names.length)]}_${random(files)}.f`].join("/");
    entries.set(filePath, entry(filePath, randomBytes(random), random(4) === 0 ? 0o755 : 0o644));
  }
  return sortTree([...entries.values()]);
}

/** A new folder, links resolved. The caller removes it. */
export function temporaryFolder(): string {
  return fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-test-")));
}

/** Writes files below a folder: path to content. */
export function writeFiles(root: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), content);
  }
}
