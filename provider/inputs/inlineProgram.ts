import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

/** How Pulumi's Automation API names the folders that it makes for inline programs, in its five languages. */
const inlineFolder = /^(automation-|pulumi_auto)/;

/** Whether the engine runs an inline program of the Automation API in a folder that was made for it. */
export function isInlineProgram(programFolder: string): boolean {
  return inlineFolder.test(path.basename(programFolder)) && path.dirname(programFolder) === realpathSync(tmpdir());
}
