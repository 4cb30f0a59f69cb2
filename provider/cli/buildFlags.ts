import type { Problem } from "../lib/errors.js";
import { functionDefaults as defaults } from "../inputs/schema/defaults.js";
import type { FunctionPlain } from "../inputs/schema/plainTypes.js";
import type { Arguments, Flag, Flags } from "./command.js";

/** A flag that says the same as an input of `uvlambda.Function`. */
interface InputFlag extends Flag {
  readonly input: keyof FunctionPlain;
}

const inputFlags: Readonly<Record<string, InputFlag>> = {
  project: {
    input: "project",
    type: "string",
    value: "DIR",
    help: "Folder of the uv project: a single project, a workspace member, or a workspace root together with --package. Required.",
  },
  package: { input: "package", type: "string", value: "NAME", help: "Workspace member to package." },
  source: {
    input: "source",
    type: "string",
    value: "DIR",
    help: "Folder with the function's own modules when they are not the project's package; looked for here, then in the project.",
  },
  group: list(
    "groups",
    "NAME",
    "Dependency group to ship in addition to the project's dependencies; default groups never ship.",
  ),
  "only-group": list("onlyGroups", "NAME", "Dependency group to ship instead of the project and its dependencies."),
  extra: list("extras", "NAME", "Extra of the project to ship."),
  prune: list("prune", "NAME", "Package to leave out together with what only it needs."),
  include: list("include", "GLOB", "Own files to ship although the defaults leave them out."),
  exclude: list("exclude", "GLOB", "Files to leave out: own ones and those of local packages."),
  handler: {
    input: "handler",
    type: "string",
    value: "MODULE.FUNCTION",
    help: `Function that Lambda calls; it is looked for in what ships. Default: ${defaults.handler}.`,
  },
  runtime: { input: "runtime", type: "string", value: "python3.N", help: `Default: ${defaults.runtime}.` },
  architecture: {
    input: "architecture",
    type: "string",
    value: "ARCH",
    help: `arm64 or x86_64. Default: ${defaults.architecture}.`,
  },
  format: {
    input: "packageFormat",
    type: "string",
    value: "FORMAT",
    help: `zip, layer (dependencies apart) or image (a folder to build from). Default: ${defaults.packageFormat}.`,
  },
  bytecode: { input: "bytecode", type: "boolean", help: "Ship compiled bytecode for exactly the runtime's version." },
  "source-build": list("sourceBuilds", "NAME", "Package that may be built from source on this machine."),
};

export const buildFlags: Flags = {
  ...inputFlags,
  out: {
    type: "string",
    value: "DIR",
    help: "Folder to copy the artifacts to, made when missing. Without it they are named where they lie in the cache folder.",
  },
  "cache-dir": {
    type: "string",
    value: "DIR",
    help: "Cache folder. Default: UVLAMBDA_CACHE_DIR, else `uvlambda` in the user's cache folder.",
  },
  verify: { type: "boolean", help: "Build a second time from scratch and compare the bytes." },
  sbom: { type: "boolean", help: "Write a CycloneDX list of the packages beside the artifacts." },
};

function list(input: keyof FunctionPlain, value: string, help: string): InputFlag {
  return { input, type: "string", value, multiple: true, help };
}

/** The flags as inputs of a function; what is not given is absent. */
export function inputsOf({ given }: Arguments): Partial<FunctionPlain> {
  const inputs: Record<string, boolean | string | readonly string[]> = {};
  for (const [name, { input, type, multiple }] of Object.entries(inputFlags)) {
    const [first, ...rest] = given.get(name) ?? [];
    if (first === undefined) continue;
    if (type === "boolean") inputs[input] = true;
    else inputs[input] = multiple ? [first, ...rest] : first;
  }
  return inputs;
}

/** The problem with an input, told of the flag that it was given by. */
export function flagProblem({ property, message }: Problem): Problem {
  const [input = ""] = property.split(/[[.]/, 1);
  const flag = Object.keys(inputFlags).find((name) => inputFlags[name]?.input === input);
  return { property: flag === undefined ? property : `--${flag}`, message };
}
