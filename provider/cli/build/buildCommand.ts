import * as path from "node:path";
import { InvalidInputError, type Problem } from "../../lib/errors.js";
import type { Reporter } from "../../lib/log.js";
import { createPackager } from "../../packaging/createPackager.js";
import { functionProblems } from "../../inputs/validate.js";
import { buildFlags, flagProblem, inputsOf, requestFlags } from "./buildFlags.js";
import { inWordsOf } from "./inWordsOf.js";
import { buildOne, type BuildResult, type BuildWork, type BuiltRequest } from "./buildOne.js";
import { machineFor } from "../cacheDir.js";
import { valueOf, type Arguments, type CommandBody, type CommandContext } from "../command.js";
import { failureOf, type Failure } from "../failure.js";
import { FailedBuilds } from "../failedBuilds.js";
import { readSchemaFile } from "../schemaFile.js";
import { readRequests, type Requests } from "./requestFile.js";

export const build: CommandBody = {
  positionals: [],
  flags: buildFlags,
  notes: [
    "A flag with ... can be given more than once. The flags set the inputs of uvlambda.Function.",
    "Exit codes: 0 done, 1 the build failed, 2 something must be fixed first, 130 interrupted.",
  ].join("\n"),
  check: argumentProblems,
  run: (args, context) => {
    const file = valueOf(args, "request");
    if (file !== undefined) return buildFromFile(file, args, context);
    return inWordsOf(args, context, (inner) => buildFromFlags(args, inner));
  },
};

/** What is wrong with the flags of a build, or with giving them together with a request. */
export function argumentProblems(args: Arguments): Problem[] {
  if (valueOf(args, "request") === undefined) return inputProblems(inputsOf(args)).map(flagProblem);
  return requestFlags
    .filter((flag) => args.values.has(flag))
    .map((flag) => ({ property: `--${flag}`, message: "cannot be combined with --request; put it into the file" }));
}

/** What is wrong with the inputs that the flags set. */
export function inputProblems(values: object): Problem[] {
  const resolved = {
    values: values as Record<string, unknown>,
    secrets: new Set<string>(),
    sources: new Map<string, string[]>(),
  };
  return functionProblems(readSchemaFile(), resolved, () => []);
}

/** Credentials come from the environment, as with flags. */
export function credentialProblems(inputs: object): Problem[] {
  const message = "has no effect here: set the variables in the environment of the command";
  return "buildEnvironment" in inputs ? [{ property: "buildEnvironment", message }] : [];
}

async function buildFromFlags(args: Arguments, context: CommandContext): Promise<string> {
  const tools = openTools(args, context);
  const { result, uvProcesses } = await buildOne(inputsOf(args), { ...tools, context, out: valueOf(args, "out") });
  return resultText(result, tools.packager.uvProcesses() + uvProcesses);
}

/** Builds several requests at once in one process. Each has a result or an error in its place. */
async function buildFromFile(file: string, args: Arguments, context: CommandContext): Promise<string> {
  const { shape, requests } = await readRequests(file, context.cwd);
  const tools = openTools(args, context);
  const out = valueOf(args, "out");
  const builds = requests.map(async ({ name, inputs }) => {
    const problems = [...inputProblems(inputs), ...credentialProblems(inputs)];
    if (problems.length > 0) throw new InvalidInputError(problems);
    const work = { ...tools, out: out === undefined ? undefined : path.join(out, name) };
    if (shape === "one") return buildOne(inputs, { ...work, context });
    return buildOne(inputs, { ...work, name, context: prefixedContext(name, context) });
  });
  const settled = await Promise.allSettled(builds);
  const more = settled.reduce((sum, one) => sum + (one.status === "fulfilled" ? one.value.uvProcesses : 0), 0);
  const uvProcesses = tools.packager.uvProcesses() + more;
  const [only] = settled;
  if (shape !== "one" || only === undefined) return resultsText({ shape, requests }, settled, uvProcesses);
  if (only.status === "rejected") throw only.reason;
  return resultText(only.value.result, uvProcesses);
}

/** What all builds of the command use. */
function openTools(args: Arguments, context: CommandContext): Pick<BuildWork, "args" | "machine" | "packager"> {
  const machine = machineFor(args, context);
  const packager = createPackager(machine, context.reporter, { tidies: true });
  context.onInterrupt(() => packager.cancel());
  return { args, machine, packager };
}

/** The results of several requests. Throws FailedBuilds, which has them too, when some have failed. */
function resultsText(
  { shape, requests }: Requests,
  settled: readonly PromiseSettledResult<BuiltRequest>[],
  uvProcesses: number,
): string {
  const failures: (Failure & { readonly name: string })[] = [];
  const results = settled.map((one, i) => {
    if (one.status === "fulfilled") return one.value.result;
    const failure = failureOf(one.reason, "uvlambda build --help");
    failures.push({ ...failure, name: requests[i]!.name });
    const { code, message, hint } = failure;
    return { error: { code, message, hint } };
  });
  const named = requests.map(({ name }, i) => [name, results[i]] as const);
  const document = asText({ results: shape === "list" ? results : Object.fromEntries(named), uvProcesses });
  if (failures.length > 0) throw new FailedBuilds(document, failures);
  return document;
}

/** With several builds at once, each line begins with the name of its request. */
function prefixedContext(name: string, context: CommandContext): CommandContext {
  const { reporter } = context;
  const inName: Reporter = {
    progress: (message, amount) => reporter.progress(`${name}: ${message}`, amount),
    warn: (message) => reporter.warn(`${name}: ${message}`),
  };
  return { ...context, reporter: inName };
}

function resultText(result: BuildResult, uvProcesses: number): string {
  const { verified, sbom } = result;
  // These come after the number of processes.
  const last = { ...(verified && { verified }), ...(sbom !== undefined && { sbom }) };
  return asText({ ...result, uvProcesses, ...last });
}

function asText(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
