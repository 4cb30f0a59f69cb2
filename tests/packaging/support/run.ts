import assert from "node:assert/strict";
import type { Artifact } from "../../../provider/packaging/request.js";
import { runHandler, whyNotRunnable } from "../../aws/runner/runHandler.js";
import { archiveOf } from "./bench.js";

export interface Call {
  readonly handler: string;
  /** "3.11" */
  readonly minor: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Calls the handler in the runner, which has the archive and nothing else, and returns its answer and what it wrote. */
export async function callHandler(artifact: Artifact, call: Call): Promise<{ value: unknown; log: string }> {
  const answer = await runHandler({
    archives: [archiveOf(artifact)],
    handler: call.handler,
    pythonMinor: call.minor,
    event: { name: "x" },
    ...(call.env && { env: call.env }),
  });
  assert.equal(answer.functionError, undefined, `${answer.payload}\n${answer.log}`);
  return answer;
}

/** Says why handlers of this version cannot be called here; true when they can. */
export function canCall(minor: string): boolean {
  const reason = whyNotRunnable(minor);
  if (reason !== undefined) console.log(`      skipped: the call of the handler: ${reason}`);
  return reason === undefined;
}
