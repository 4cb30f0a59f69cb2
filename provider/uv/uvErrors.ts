import { UvLambdaError } from "../lib/errors.js";
import { redact } from "../lib/redaction/redact.js";
import { errorTable } from "./errorTable.js";
import { lastLines, readStderr, shortLines } from "./stderr.js";
import type { UvCall } from "./uvCall.js";

/**
 * The error that a failed call of uv stands for, told by what uv wrote: its exit codes say nothing reliable. The text is
 * redacted before anything is taken out of it.
 */
export function uvError(stderr: string, call: UvCall): UvLambdaError {
  const message = readStderr(stderr);
  const flat = redact(message.flat, call.secrets);
  // Shortened afterwards: half a secret would not be known as one.
  const said = shortLines(redact(lastLines(message), call.secrets));
  for (const { pattern, explain } of errorTable) {
    const match = pattern.exec(flat);
    if (match) return explain(match, { ...call, flat, said });
  }
  return new UvLambdaError(
    "UV_FAILED",
    said === "" ? `\`${call.command}\` failed without a word.` : `\`${call.command}\` failed:\n${said}`,
  );
}
