import { lstatSync, type BigIntStats } from "node:fs";
import * as path from "node:path";
import { sha256Hex } from "../../lib/hash.js";
import { listFolder } from "../files.js";

/**
 * What a folder looks like from outside: names, modes, sizes, times and inodes of everything in it. Reads no file.
 * As long as it stays the same, so does the content: ctime changes with every write and cannot be set. Has the form
 * of a file's fingerprint (verifiedFiles.ts).
 */
export function folderPrint(folder: string): string {
  const { files, folders } = listFolder(folder);
  const names = [...folders.sort(), ...files];
  // Synchronous: thousands of trips to another thread take longer than the looks.
  const found = names.map((name) => lstatSync(path.join(folder, name), { bigint: true }));
  const lines = found.map((status, i) => lineOf(names[i] ?? "", status));
  // Of thousands of precise times one may end in zeros; on a file system that keeps seconds, all do.
  const precise = found.map(({ ctimeNs }) => ctimeNs).find((time) => time % 1_000_000n !== 0n) ?? 0n;
  return ["folder", names.length, 0, 0, precise, sha256Hex(lines.join("\0"))].join(" ");
}

/** A folder's own times say which names it got and lost; what stays is in the list. */
function lineOf(name: string, status: BigIntStats): string {
  const { dev, ino, mode, size, mtimeNs, ctimeNs } = status;
  if (!status.isFile()) return [name, dev, ino, mode].join(" ");
  return [name, dev, ino, mode, size, mtimeNs, ctimeNs].join(" ");
}
