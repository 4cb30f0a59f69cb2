import * as fs from "node:fs/promises";
import * as path from "node:path";
import { listArchive, readAllFromArchive } from "../../archive/reader/archiveReader.js";
import { functionDefaults as defaults } from "../../inputs/schema/defaults.js";
import { UvLambdaError } from "../../lib/errors.js";
import { readableSize } from "../../lib/messages/readableSize.js";
import { closeSession, openSession, uvContext, type BuildSession } from "../../packaging/buildSession.js";
import { packagerOf } from "../../packaging/createPackager.js";
import { redactedCall } from "../../packaging/redactedCall.js";
import type { Artifact, PackageRequest } from "../../packaging/request.js";
import { resolveTarget } from "../../runtimes/index.js";
import type { Store } from "../../store/store.js";
import { systemTemporaryFolder } from "../../store/systemTemporary.js";
import { isOn, valueOf, type Arguments, type CommandContext } from "../command.js";
import { invokedRequest } from "./invokeInputs.js";
import { runFunction, type Outcome } from "./runFunction.js";
import { runtimeClient, runtimePython } from "./runtimeClient.js";

export interface InvokeCall {
  readonly args: Arguments;
  /** The event, as JSON. */
  readonly payload: string;
  readonly context: CommandContext;
  /** Shared by all calls of the command. */
  readonly store: Store;
  /** Ends the call. */
  readonly signal: AbortSignal;
}

/** Builds the function, and runs it once. Returns its answer, or throws FUNCTION_FAILED. */
export async function invokeOnce(call: InvokeCall): Promise<string> {
  const { context, store, signal } = call;
  if (signal.aborted) throw signal.reason as Error;
  // New in each call: a session assumes that files stay as it first read them.
  const session = openSession(context.machine, context.reporter, store);
  const close = () => closeSession(session);
  signal.addEventListener("abort", close, { once: true });
  try {
    return await invokeIn(session, call);
  } finally {
    signal.removeEventListener("abort", close);
    close();
  }
}

async function invokeIn(session: BuildSession, call: InvokeCall): Promise<string> {
  const { reporter, cwd, logLine } = call.context;
  const request = await invokedRequest(call.args, cwd);
  const interpreter = await prepareInterpreter(session, request, call);
  const artifact = await packagerOf(session).package(request, { reporter });
  const folder = systemTemporaryFolder("invoke");
  try {
    await unpack(artifact, folder);
    reporter.progress(`Running ${request.handler}`);
    const outcome = await runFunction(session.runner, {
      ...interpreter,
      folder,
      handler: request.handler,
      runtime: request.runtime,
      ...settingsOf(call.args),
      payload: call.payload,
      environment: session.machine.environment,
      onLog: logLine,
    });
    logLine(summary(outcome));
    if (outcome.kind === "response") return `${outcome.body}\n`;
    throw new UvLambdaError("FUNCTION_FAILED", `The function failed: ${outcome.body}`, {
      hint: "Its traceback is in the object above and in the logs.",
    });
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

/** The runtime's Python on this machine, and AWS's runtime interface client for it. */
async function prepareInterpreter(
  session: BuildSession,
  request: PackageRequest,
  { args, context: { reporter, today } }: InvokeCall,
): Promise<{ readonly python: string; readonly client: string }> {
  const minor = resolveTarget(request.runtime, request.architecture, today).target.pythonVersion;
  return redactedCall(session.machine, request, { reporter }, async (options) => {
    const uv = await uvContext(session, options);
    const python = await runtimePython(uv, request.project, minor, isOn(args, "install-python"));
    return { python, client: await runtimeClient(session, uv, python, minor) };
  });
}

/** What the flags say about the function. */
function settingsOf(args: Arguments) {
  const variables = (args.values.get("env") ?? []).map((text) => {
    const end = text.indexOf("=");
    return [text.slice(0, end), text.slice(end + 1)] as const;
  });
  return {
    memorySize: Number(valueOf(args, "memory") ?? defaults.memorySize),
    timeoutMs: Number(valueOf(args, "timeout") ?? defaults.timeout) * 1000,
    variables: Object.fromEntries(variables),
  };
}

/** Unpacks as Lambda does: code in one folder, the layer's content in another. */
async function unpack(artifact: Artifact, folder: string): Promise<void> {
  const places = { code: "task", layer: "opt" } as const;
  await fs.mkdir(path.join(folder, places.code));
  for (const { kind, name } of artifact.files) {
    const place = (places as Readonly<Record<string, string>>)[kind];
    if (place !== undefined) await unpackArchive(path.join(artifact.folder, name), path.join(folder, place));
  }
}

/** Unpacks an archive that was just made here, within Lambda's limits. */
async function unpackArchive(archive: string, folder: string): Promise<void> {
  const modes = new Map((await listArchive(archive)).map((entry) => [entry.path, entry.mode]));
  for (const [name, content] of await readAllFromArchive(archive, () => true)) {
    const file = path.join(folder, name);
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, content, { mode: modes.get(name) ?? 0o644 });
  }
}

function summary({ initMs, durationMs, peakMemory }: Outcome): string {
  const memory = peakMemory === undefined ? "" : `, peak memory ${readableSize(peakMemory)}`;
  return `Duration ${durationMs.toFixed(1)} ms, loading ${initMs.toFixed(0)} ms${memory}`;
}
