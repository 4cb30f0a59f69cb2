import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { skip } from "./skip.js";

/**
 * Makes `folder`, a file system of its own with so little space (as `mount` writes it: "1m"). Skips the test where it
 * cannot be mounted. Give it back with `unmount`.
 */
export function mountSmall(test: Mocha.Context, folder: string, size = "1m"): void {
  fs.mkdirSync(folder);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size},mode=700`, "none", folder], { stdio: "pipe" });
  } catch {
    skip(test, "a small file system can only be mounted as root");
  }
}

export function giveSpace(folder: string, size: string): void {
  execFileSync("mount", ["-o", `remount,size=${size}`, folder]);
}

/** Also where a process still has a file open there. */
export function unmount(folder: string): void {
  execFileSync("umount", ["-l", folder]);
}
