import * as path from "node:path";
import { UvLambdaError, type Problem } from "../../lib/errors.js";
import { functionDefaults as defaults } from "../../inputs/schema/defaults.js";
import { openStore } from "../../packaging/buildSession.js";
import { loadProject } from "../../project/workspace.js";
import { buildFlags } from "../build/buildFlags.js";
import { inWordsOf } from "../build/inWordsOf.js";
import { machineFor } from "../cacheDir.js";
import { isOn, valueOf, type Arguments, type CommandBody, type Flags } from "../command.js";
import { readJsonInput } from "../jsonInput.js";
import { invokedProblems, invokedRequest } from "./invokeInputs.js";
import { invokeOnce } from "./invokeOnce.js";
import { repeatOnChanges } from "./repeatOnChanges.js";

/** Flags about where artifacts go and how they are compared have no meaning here. */
const { out: _out, verify: _verify, sbom: _sbom, request: _request, ...flagsOfTheBuild } = buildFlags;

const flags: Flags = {
  ...flagsOfTheBuild,
  architecture: {
    type: "string",
    value: "ARCH",
    help: "arm64 or x86_64. Default: this machine's. Another one is an error.",
  },
  request: {
    type: "string",
    value: "FILE",
    help: "The inputs of one function as JSON, instead of these flags. Its architecture is not used. - reads stdin.",
  },
  event: { type: "string", value: "FILE", help: "The event as JSON. - reads stdin. Default: {}." },
  env: {
    type: "string",
    value: "NAME=VALUE",
    multiple: true,
    isNamed: true,
    help: "A variable of the function's environment.",
  },
  timeout: {
    type: "string",
    value: "SECONDS",
    help: `Seconds that the function may take. Default: ${defaults.timeout}.`,
  },
  memory: {
    type: "string",
    value: "MB",
    help: `Memory in MB that the context reports. It is not enforced. Default: ${defaults.memorySize}.`,
  },
  "install-python": { type: "boolean", help: "Let uv install the runtime's Python if this machine does not have it." },
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
  run: async (args, outer) => {
    const { cwd, print, logLine } = outer;
    const context = { ...outer, machine: machineFor(args, outer) };
    const interrupted = new AbortController();
    const { signal } = interrupted;
    outer.onInterrupt(() => interrupted.abort(new UvLambdaError("CANCELLED", "The invocation was interrupted.")));
    const store = openStore(context.machine, outer.reporter, signal);
    const event = valueOf(args, "event");
    let payload = await readEvent(event, cwd);
    const once = (): Promise<string> =>
      inWordsOf(args, context, (inner) => invokeOnce({ args, payload, context: inner, store, signal }));
    if (!isOn(args, "watch")) return once();
    const root = await inWordsOf(args, context, async () => (await loadProject(await invokedRequest(args, cwd))).root);
    const files = [event, valueOf(args, "request")].flatMap((file) =>
      file === undefined || file === "-" ? [] : [path.resolve(cwd, file)],
    );
    return repeatOnChanges({ root, files }, { logLine, signal }, async () => {
      if (event !== "-") payload = await readEvent(event, cwd);
      print(await once());
    });
  },
};

/** The text of the event: Lambda passes on what it was sent. */
async function readEvent(file: string | undefined, cwd: string): Promise<string> {
  return file === undefined ? "{}" : (await readJsonInput(file, cwd, "event")).text;
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
