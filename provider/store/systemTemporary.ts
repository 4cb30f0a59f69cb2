import { lstatSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { UvLambdaError } from "../lib/errors.js";
import { codeOf } from "./files.js";
import { ProcessIdentity } from "./locks/processIdentity.js";

const prefix = "uvlambda-";
const folders: string[] = [];

/**
 * A new private folder in the system's temporary folder, links resolved. It is removed when this process exits; what a
 * killed process left is removed by the next one that makes such a folder. Throws STORE_UNUSABLE and STORE_FULL.
 */
export function systemTemporaryFolder(purpose: string): string {
  try {
    const parent = realpathSync(os.tmpdir());
    const identity = new ProcessIdentity();
    removeLeftovers(parent, identity);
    const folder = mkdtempSync(path.join(parent, `${prefix}${identity.newName()}-${purpose}-`));
    if (folders.length === 0) process.once("exit", removeFolders);
    folders.push(folder);
    return folder;
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    const isFull = code === "ENOSPC" || code === "EDQUOT";
    const message = `The system's temporary folder ${os.tmpdir()} cannot be used: ${code}.`;
    const hint = "Set TMPDIR to a folder that can be written and has space.";
    throw new UvLambdaError(isFull ? "STORE_FULL" : "STORE_UNUSABLE", message, { hint, cause: error });
  }
}

function removeFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

/** Of this user alone: others may put folders with such names there. */
function removeLeftovers(parent: string, identity: ProcessIdentity): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(prefix) || identity.stateOf(name.slice(prefix.length)) !== "dead") continue;
    try {
      const folder = path.join(parent, name);
      const status = lstatSync(folder);
      if (!status.isDirectory() || status.uid !== (process.geteuid?.() ?? status.uid)) continue;
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another process was faster, or a child that outlived its parent still writes: the next one tries again.
    }
  }
}
