import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { setTimeout } from "node:timers/promises";
import { SETTLED_MS } from "../../provider/lib/files/unchangedFiles.js";

type Open = (file: unknown, ...rest: unknown[]) => unknown;

/**
 * How often `work` opens or copies each file below `folder` in this process, to read it, and lists each folder. Threads
 * and other processes are not seen, nor is what a file system clones.
 */
export function openedDuring(folder: string, work: () => Promise<unknown>): Promise<Record<string, number>> {
  return calledDuring(folder, work, {
    own: ["openSync", "readFileSync", "readdirSync"],
    promises: ["open", "readFile", "readdir", "copyFile"],
  });
}

/** How often `work` looks at each file and folder below `folder` in this process, without following links. */
export function lookedAtDuring(folder: string, work: () => Promise<unknown>): Promise<Record<string, number>> {
  return calledDuring(folder, work, { own: ["lstatSync"], promises: ["lstat"] });
}

/** Waits until files count as left alone: what is read of them from then on is remembered. */
export async function settled(...files: readonly string[]): Promise<void> {
  for (const file of files) while (Date.now() - fs.statSync(file).ctimeMs <= SETTLED_MS) await setTimeout(10);
}

/** Names of functions of `node:fs`, and of its `promises`. */
interface Functions {
  readonly own: readonly string[];
  readonly promises: readonly string[];
}

async function calledDuring(
  folder: string,
  work: () => Promise<unknown>,
  { own, promises }: Functions,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const nodeFs = createRequire(__filename)("node:fs") as typeof fs;
  const modules = [
    [nodeFs, own],
    [nodeFs.promises, promises],
  ] as unknown as [Record<string, Open>, string[]][];
  const restore: (() => void)[] = [];
  for (const [module, names] of modules)
    for (const name of names) {
      const original = module[name]!;
      module[name] = function (this: unknown, file, ...rest) {
        const below = path.relative(folder, String(file));
        const reads = name === "copyFile" ? !isClone(rest[1]) : !isWrite(rest[0]);
        if (reads && !below.startsWith("..")) counts[below] = (counts[below] ?? 0) + 1;
        return original.call(this, file, ...rest);
      };
      restore.push(() => void (module[name] = original));
    }
  try {
    await work();
  } finally {
    for (const undo of restore) undo();
  }
  return counts;
}

function isWrite(flags: unknown): boolean {
  return typeof flags === "string" && /^[wa]/.test(flags);
}

function isClone(mode: unknown): boolean {
  return typeof mode === "number" && (mode & fs.constants.COPYFILE_FICLONE_FORCE) !== 0;
}
