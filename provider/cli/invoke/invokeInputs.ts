import { formatOf } from "../../inputs/formatOf.js";
import { InvalidInputError, type Problem } from "../../lib/errors.js";
import type { Architecture, PackageRequest } from "../../packaging/request.js";
import { argumentProblems, credentialProblems, inputProblems } from "../build/buildCommand.js";
import { inputsOf, type CommandInputs } from "../build/buildFlags.js";
import { buildRequest } from "../build/buildRequest.js";
import { isOn, valueOf, type Arguments } from "../command.js";
import { readRequests } from "../build/requestFile.js";

/** What is to be built and run, for this machine's processor. Throws InvalidInputError. */
export async function invokedRequest(args: Arguments, cwd: string): Promise<PackageRequest> {
  const file = valueOf(args, "request");
  const inputs = file === undefined ? inputsOf(args) : await inputsOfFile(file, cwd);
  return buildRequest({ ...inputs, architecture: ownArchitecture() ?? "x86_64" }, cwd);
}

/** What is wrong with the arguments that say what to build. */
export function invokedProblems(args: Arguments): Problem[] {
  const { architecture, packageFormat } = inputsOf(args);
  const processor = ownArchitecture();
  const problems = argumentProblems(args);
  if (processor === undefined) problems.push({ property: "uvlambda invoke", message: `cannot run on ${process.arch}` });
  else if (architecture !== undefined && architecture !== processor)
    problems.push({ property: "--architecture", message: `this machine runs ${processor} only; leave it out` });
  if (isImage(packageFormat)) problems.push({ property: "--format", message: runImages });
  if (valueOf(args, "request") === "-" && valueOf(args, "event") === "-")
    problems.push({ property: "--event", message: "stdin is already used for the request; name a file" });
  if (valueOf(args, "request") === "-" && isOn(args, "watch"))
    problems.push({
      property: "--request",
      message: "stdin can be read only once; name a file, which --watch reads again",
    });
  return problems;
}

const runImages = "an image cannot run here: use `docker run`, or the format zip or layer";

/** The architecture of a request is that of the deployment, and not looked at. */
async function inputsOfFile(file: string, cwd: string): Promise<Partial<CommandInputs>> {
  const { shape, requests } = await readRequests(file, cwd);
  const [only] = requests;
  if (shape !== "one" || only === undefined)
    throw new InvalidInputError([
      { property: "--request", message: "must contain the inputs of exactly one function" },
    ]);
  const { inputs } = only;
  const problems = [...inputProblems(inputs), ...credentialProblems(inputs)];
  if (isImage(inputs["packageFormat"])) problems.push({ property: "packageFormat", message: runImages });
  if (problems.length > 0) throw new InvalidInputError(problems);
  return inputs;
}

function isImage(packageFormat: unknown): boolean {
  return formatOf(packageFormat)?.buildsImage === true;
}

/** Undefined for processors that Lambda does not have. */
function ownArchitecture(): Architecture | undefined {
  return ({ x64: "x86_64", arm64: "arm64" } as const)[process.arch as string];
}
