import * as fs from "node:fs/promises";
import * as path from "node:path";
import { text as readAll } from "node:stream/consumers";
import { listArchive, readAllFromArchive } from "../../archive/reader/archiveReader.js";
import { InvalidInputError, UvLambdaError, type Problem } from "../../lib/errors.js";
import { readableSize } from "../../lib/readableSize.js";
import { readRegularText } from "../../lib/regularFile.js";
import { closeSession, openSession, uvContext } from "../../packaging/buildSession.js";
import { createPackager } from "../../packaging/createPackager.js";
import { redactedCall } from "../../packaging/redactedCall.js";
import type { Artifact } from "../../packaging/request.js";
import { loadProject } from "../../project/workspace.js";
import { resolveTarget } from "../../runtimes/index.js";
import { systemTemporaryFolder } from "../../store/systemTemporary.js";
import { settingsFor } from "../build/buildCommand.js";
import { buildFlags } from "../build/buildFlags.js";
import { inWordsOf } from "../build/inWordsOf.js";
import { isOn, valueOf, type Arguments, type CommandBody, type Flags, type CommandContext } from "../command.js";
import { failureOf } from "../failure.js";
import { invokedProblems, invokedRequest } from "./invokeInputs.js";
import { runFunction, type Outcome } from "./runFunction.js";
import { runtimeClient, runtimePython } from "./runtimeClient.js";
import { Changes } from "./changes.js";

/** Flags about where artifacts go and how they are compared have no meaning here. */
const { out: _out, verify: _verify, sbom: _sbom, request: _request, ...flagsOfTheBuild } = buildFlags;

const flags: Flags = {
  ...flagsOfTheBuild,
  architecture: {
    type: "string",
    value: "ARCH",
    help: "arm64 or x86_64. Default: this machine's; another one is an error.",
  },
  request: {
    type: "string",
    value: "FILE",
    help: "The inputs of one function as JSON, instead of these flags; its architecture is not used. - reads stdin.",
  },
  event: { type: "string", value: "FILE", help: "The event, as JSON; - reads it from stdin. Default: {}." },
  env: { type: "string", value: "NAME=VALUE", multiple: true, help: "A variable of the function's environment." },
  timeout: { type: "string", value: "SECONDS", help: "Seconds that the function may take. Default: 30." },
  memory: {
    type: "string",
    value: "MB",
    help: "Memory in MB that the context reports. It is not enforced. Default: 128.",
  },
  "install-python": { type: "boolean", help: "Let uv install the runtime's Python when this machine has none." },
  watch: {
    type: "boolean",
    help: "Build and run again whenever a file of the workspace, the event or the request changes, until Ctrl-C.",
  },
};

export const invoke: CommandBody = {
  positionals: [],
  flags,
  notes: [
    "Builds for this machine's processor and runs the function once, in the runtime's Python, under AWS's own runtime",
    "interface client. Prints its answer on stdout; logs, duration and peak memory on stderr.",
    "Exit codes: 0 the function answered, 1 it or the build failed, 2 something must be fixed first, 130 interrupted.",
  ].join("\n"),
  check: (args) => [...invokedProblems(args), ...ownProblems(args)],
  run: async (args, context) => {
    const { cwd, print, logLine } = context;
    const event = valueOf(args, "event");
    let payload = await readEvent(event, cwd);
    const ready = { ...context, machine: settingsFor(args, context) };
    const once = (): Promise<string> =>
      inWordsOf(args, ready, (inner) => invokeOnce({ args, payload, context: inner }));
    if (!isOn(args, "watch")) return once();
    const stop = new AbortController();
    context.onInterrupt(() => stop.abort(new UvLambdaError("CANCELLED", "The watch was ended.")));
    const { project } = await invokedRequest(args, cwd);
    const { root } = await loadProject({ project });
    const files = [event, valueOf(args, "request")].flatMap((file) =>
      file === undefined || file === "-" ? [] : [path.resolve(cwd, file)],
    );
    let writtenByRun: ReadonlySet<string> = new Set();
    for (;;) {
      // Before the run, which must not miss an edit that is made meanwhile.
      const changes = new Changes(root, files);
      try {
        if (event !== "-") payload = await readEvent(event, cwd);
        print(await once());
      } catch (error) {
        if (stop.signal.aborted || !(error instanceof UvLambdaError)) throw error;
        const { message, hint } = failureOf(error, "uvlambda invoke --help");
        logLine(`error: ${message}\n${hint}`);
      }
      try {
        const meanwhile = changes.seen;
        const edited = [...meanwhile].filter((file) => !writtenByRun.has(file));
        // What changes in two runs, one after the other, is what runs write themselves.
        writtenByRun = meanwhile;
        if (edited.length > 0) continue;
        logLine(`Waiting for a change in ${root}`);
        await changes.next(stop.signal);
      } finally {
        changes.close();
      }
    }
  },
};

interface InvokeCall {
  readonly args: Arguments;
  readonly payload: string;
  readonly context: CommandContext;
}

/** Builds, unpacks and runs. Returns the answer. */
async function invokeOnce({ args, payload, context }: InvokeCall): Promise<string> {
  const { machine, reporter, cwd, today, onInterrupt } = context;
  const request = await invokedRequest(args, cwd);
  const { target } = resolveTarget(request.runtime, request.architecture, today);
  // A new session each time: a session assumes that files stay as it first read them.
  const session = openSession(machine, reporter);
  const packager = createPackager(machine, reporter);
  onInterrupt(() => {
    closeSession(session);
    packager.cancel();
  });
  const minor = target.pythonVersion;
  const { python, client } = await redactedCall(machine, request, { reporter }, async (call) => {
    const uv = await uvContext(session, call);
    const found = await runtimePython(uv, request.project, minor, isOn(args, "install-python"));
    return { python: found, client: await runtimeClient(session, uv, found, minor) };
  });
  const artifact = await packager.package(request, { reporter });
  const folder = systemTemporaryFolder("invoke");
  try {
    await unpack(artifact, folder);
    reporter.progress(`Running ${request.handler}`);
    const outcome = await runFunction({
      runner: session.runner,
      python,
      client,
      folder,
      handler: request.handler,
      runtime: request.runtime,
      memorySize: Number(valueOf(args, "memory") ?? 128),
      timeoutMs: Number(valueOf(args, "timeout") ?? 30) * 1000,
      payload,
      variables: variablesOf(args),
      environment: machine.environment,
      onLog: context.logLine,
    });
    context.logLine(summary(outcome));
    if (outcome.kind === "response") return `${outcome.body}\n`;
    throw new UvLambdaError("FUNCTION_FAILED", `The function failed: ${outcome.body}`, {
      hint: "Its traceback is in the object above and in the logs.",
    });
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

function ownProblems(args: Arguments): Problem[] {
  const problems: Problem[] = [];
  for (const [flag, most] of Object.entries({ timeout: 900, memory: 10_240 })) {
    const text = valueOf(args, flag);
    if (text !== undefined && !(/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= most))
      problems.push({
        property: `--${flag}`,
        message: `must be a whole number from 1 to ${most}; given: ${JSON.stringify(text)}`,
      });
  }
  for (const text of args.values.get("env") ?? [])
    if (!/^[A-Za-z_][A-Za-z0-9_]*=/.test(text)) problems.push({ property: "--env", message: "must be NAME=VALUE" });
  return problems;
}

function variablesOf({ values }: Arguments): Record<string, string> {
  return Object.fromEntries(
    (values.get("env") ?? []).map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]),
  );
}

async function readEvent(file: string | undefined, cwd: string): Promise<string> {
  if (file === undefined) return "{}";
  const refuse = (message: string) => new InvalidInputError([{ property: "--event", message }]);
  let text: string;
  try {
    text = file === "-" ? await readAll(process.stdin) : await readRegularText(path.resolve(cwd, file));
  } catch (error) {
    if (error instanceof UvLambdaError) throw refuse(`${error.message} \`--event -\` reads standard input.`);
    throw refuse(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown"})`);
  }
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    throw refuse(`is not JSON: ${(error as Error).message}`);
  }
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
