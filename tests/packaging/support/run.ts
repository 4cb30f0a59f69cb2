import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Artifact } from "../../../provider/packaging/request.js";
import { writeZip } from "../../aws/archive/writeZip.js";
import { runHandler, whyNotRunnable, type HandlerAnswer } from "../../aws/runner/runHandler.js";
import { sayLeftOut, skipIf } from "../../support/skip.js";

export interface Call {
  readonly handler: string;
  /** "3.11" */
  readonly minor: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Calls the handler in the runner, which has only the artifact. Returns its result and its output.
 */
export async function callHandler(artifact: Artifact, call: Call): Promise<{ value: unknown; log: string }> {
  const answer = await tryHandler(artifact, call);
  assert.equal(answer.functionError, undefined, `${answer.payload}\n${answer.log}`);
  return answer;
}

/** Like `callHandler`, but an error of the function is a result too. */
export function tryHandler(artifact: Artifact, { handler, minor, env }: Call): Promise<HandlerAnswer> {
  const target = { handler, pythonMinor: minor, event: { name: "x" }, ...(env && { env }) };
  return runHandler({ ...placesOf(artifact), ...target });
}

/** The parts of the artifact for /var/task and /opt. */
function placesOf({ folder, files }: Artifact): { archives: string[]; layers: string[] } {
  const of = (kind: string) => files.filter((file) => file.kind === kind).map(({ name }) => path.join(folder, name));
  return { archives: [...of("code"), ...of("image").flatMap(copiedFolders)], layers: of("layer") };
}

/** Archives of what the Dockerfile in an image's folder copies, in its order. They are beside the folder. */
function copiedFolders(context: string): string[] {
  const lines = fs.readFileSync(path.join(context, "Dockerfile"), "utf8").trim().split("\n").slice(1);
  return lines.map((line) => {
    const name = /^COPY (\w+)\/ \/var\/task\/$/.exec(line)?.[1];
    assert.ok(name, line);
    const root = path.join(context, name);
    const entries = fs.readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const archive = path.join(fs.mkdtempSync(path.join(path.dirname(path.dirname(context)), "copied-")), `${name}.zip`);
    const zip = entries.map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return { name: path.relative(root, file), content: fs.readFileSync(file), mode: fs.statSync(file).mode };
    });
    fs.writeFileSync(archive, writeZip(zip));
    return archive;
  });
}

/** Whether handlers of this version can be called here. Says why not. */
export function canCall(minor: string): boolean {
  const reason = whyNotRunnable(minor);
  if (reason !== undefined) sayLeftOut(`the call of the handler: ${reason}`);
  return reason === undefined;
}

/** Skips the test where handlers for this Python cannot be called. */
export function requireCalls(context: Mocha.Context, minor: string): void {
  skipIf(context, whyNotRunnable(minor));
}
