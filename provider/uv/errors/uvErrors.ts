import { UvLambdaError } from "../../lib/errors.js";
import { redact } from "../../lib/redaction/redact.js";
import { errorTable } from "./errorTable.js";
import { lastLines, readStderr, shortLines } from "./stderr.js";
import type { UvCall } from "./uvCall.js";

/**
 * The error for a failed call of uv, determined from uv's output: its exit codes are not reliable. The text is
 * redacted before any part of it is used.
 */
export function uvError(stderr: string, call: UvCall): UvLambdaError {
  const message = readStderr(stderr);
  const flat = redact(message.flat, call.secrets);
  // Shortened afterwards: half a secret would not be recognised.
  const lines = shortLines(redact(lastLines(message), call.secrets));
  for (const { pattern, explain } of errorTable) {
    const match = pattern.exec(flat);
    if (match) return explain(match, { ...call, flat, lastLines: lines });
  }
  return new UvLambdaError(
    "UV_FAILED",
    lines === "" ? `\`${call.command}\` failed without a message.` : `\`${call.command}\` failed:\n${lines}`,
  );
}
