import type { Problem } from "../../lib/errors.js";
import { shellWord } from "../../lib/messages/shellWord.js";
import { functionDefaults as defaults } from "../../inputs/schema/defaults.js";
import type { FunctionPlain } from "../../inputs/schema/plainTypes.js";
import { cacheDirFlag } from "../cacheDir.js";
import type { Arguments, Flag, Flags } from "../command.js";

/** A flag that sets an input of `uvlambda.Function`. */
interface InputFlag extends Flag {
  readonly input: keyof CommandInputs;
  /** Makes the input's value, if that is not the text or the list of texts. */
  readonly read?: (values: readonly string[]) => unknown;
}

/** The inputs with a flag: those of the package, and others that affect it. */
export interface CommandInputs extends FunctionPlain {
  readonly layers?: readonly string[];
  readonly provided?: Readonly<Record<string, string>>;
  readonly powertools?: { readonly version?: string };
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
    help: "Folder with the function's own modules, if they are not the project's package. Relative to the project, and inside it.",
  },
  group: list(
    "groups",
    "NAME",
    "Dependency group to ship in addition to the project's dependencies. Default groups never ship.",
  ),
  "only-group": list("onlyGroups", "NAME", "Dependency group to ship instead of the project and its dependencies."),
  extra: list("extras", "NAME", "Extra of the project to ship."),
  prune: list("prune", "NAME", "Package to leave out, together with packages that only it needs."),
  include: list("include", "GLOB", "Own files to ship even if the defaults leave them out."),
  exclude: list("exclude", "GLOB", "Files to leave out, of the project and of local packages."),
  "only-include": list("onlyInclude", "GLOB", "Own files that ship instead of all of them. Folder names are kept."),
  "dependency-exclude": list("dependencyExclude", "GLOB", "Files of third-party packages to leave out."),
  copy: {
    ...list(
      "copyFiles",
      "FROM:TO",
      "File or folder from outside the project that ships as TO, relative to the archive.",
    ),
    read: (values) => values.map(copyFile),
  },
  layer: list(
    "layers",
    "ARN",
    "Layer that the function uses. It may contain the handler, and counts towards the limit of five.",
  ),
  provided: {
    ...list("provided", "NAME=VERSION", "Package to leave out because a layer contains it."),
    isNamed: true,
    read: pairs,
  },
  powertools: {
    input: "powertools",
    type: "boolean",
    help: "Leave aws-lambda-powertools out, because the layer that AWS publishes contains it.",
    read: () => ({}),
  },
  "powertools-version": {
    input: "powertools",
    type: "string",
    value: "VERSION",
    help: "The same, for this version of the layer. Default: the version in uv.lock.",
    read: ([version]) => ({ version }),
  },
  check: {
    ...list(
      "checks",
      "NAME=LEVEL",
      "Level of a check: handler, binaries, collisions, sizes, secrets or hashes; error, warn or off. Default: error, and warn for hashes.",
    ),
    isNamed: true,
    read: pairs,
  },
  handler: {
    input: "handler",
    type: "string",
    value: "MODULE.FUNCTION",
    help: `Function that Lambda calls. The build checks that it ships. Default: ${defaults.handler}.`,
  },
  runtime: {
    input: "runtime",
    type: "string",
    value: "python3.N",
    help: `The function's Python. Default: ${defaults.runtime}.`,
  },
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
    help: `zip, layer (dependencies in a separate archive) or image (a folder to build from). Default: ${defaults.packageFormat}.`,
  },
  bytecode: { input: "bytecode", type: "boolean", help: "Ship compiled bytecode for exactly the runtime's version." },
  "source-build": list("sourceBuilds", "NAME", "Package that may be built from source on this machine."),
};

export const buildFlags: Flags = {
  ...inputFlags,
  request: {
    type: "string",
    value: "FILE",
    help: "JSON with the inputs of a function, instead of these flags. A list or an object of such requests builds several functions. `-` reads stdin.",
  },
  out: {
    type: "string",
    value: "DIR",
    help: "Folder to copy the artifacts to. It is created if it does not exist. Default: the artifacts stay in the cache folder, and their paths are printed.",
  },
  "cache-dir": cacheDirFlag,
  verify: { type: "boolean", help: "Build a second time from scratch and compare the bytes." },
  sbom: { type: "boolean", help: "Also write a CycloneDX list of the packages, next to the artifacts." },
};

function list(input: keyof CommandInputs, value: string, help: string): InputFlag {
  return { input, type: "string", value, multiple: true, help };
}

/** The flags as inputs of a function. Flags that are not given are absent. */
export function inputsOf({ values }: Arguments): Partial<CommandInputs> {
  const inputs: Record<string, unknown> = {};
  for (const [name, { input, type, multiple, read }] of Object.entries(inputFlags)) {
    const [first, ...rest] = values.get(name) ?? [];
    if (first === undefined) continue;
    if (read !== undefined) inputs[input] = read([first, ...rest]);
    else if (type === "boolean") inputs[input] = true;
    else inputs[input] = multiple ? [first, ...rest] : first;
  }
  return inputs;
}

/** Flags that a request can contain instead. */
export const requestFlags: readonly string[] = Object.keys(inputFlags);

/** A name without a value gets an empty one, which the rules refuse. */
function pairs(values: readonly string[]): Record<string, string> {
  return Object.fromEntries(values.map((value) => [value.split("=", 1)[0]!, value.split("=").slice(1).join("=")]));
}

/** Splits at the last colon: a Windows path has one too. */
function copyFile(value: string): { from: string; to: string } {
  const end = value.lastIndexOf(":");
  return end < 0 ? { from: value, to: "" } : { from: value.slice(0, end), to: value.slice(end + 1) };
}

/** The first flag that sets the input. */
function flagOf(input: string): string | undefined {
  return Object.keys(inputFlags).find((name) => inputFlags[name]?.input === input);
}

/** Turns the names of inputs in a message of the build into flags. */
export function flagWords(text: string): string {
  return text
    .replace(/`bundling: \{ mode: "docker" \}`/g, '`"bundling": { "mode": "docker" }` in the file of `--request`')
    .replace(/`checks\.(\w+): "(\w+)"`/g, "`--check $1=$2`")
    .replace(/`checks\.(\w+)` to "(\w+)"/g, "`--check` to `$1=$2`")
    .replace(/`checks\.(\w+)`/g, "`--check $1=LEVEL`")
    .replace(
      /`(?:copyFiles: \[)?\{ from: ("[^`]*"), to: ("[^`]*") \}\]?`( to `copyFiles`)?/g,
      (whole, from: string, to: string) => {
        const pair = stringsIn(`[${from}, ${to}]`);
        return pair === undefined ? whole : `\`--copy ${shellWord(pair.join(":"))}\``;
      },
    )
    .replace(/`(\w+): (\["[^`]*"\])`/g, (whole, input: string, list: string) => {
      const flag = flagOf(input);
      const values = stringsIn(list);
      if (flag === undefined || values === undefined) return whole;
      // A flag of a list is repeated.
      return `\`${values.map((value) => `--${flag} ${shellWord(value)}`).join(" ")}\``;
    })
    .replace(/`(\w+): "([^"`]*)"`/g, (whole, input: string, value: string) => {
      const flag = flagOf(input);
      return flag === undefined ? whole : `\`--${flag} ${shellWord(value)}\``;
    })
    .replace(/`(\w+)`/g, (whole, input: string) => {
      const flag = flagOf(input);
      return flag === undefined ? whole : `\`--${flag}\``;
    });
}

/** Undefined when it is no list of strings: a message may quote uv, or a user's file. */
function stringsIn(list: string): string[] | undefined {
  try {
    const values = JSON.parse(list) as unknown[];
    return values.every((value) => typeof value === "string") ? values : undefined;
  } catch {
    return undefined;
  }
}

/** The problem with an input, reported for the flag that set it. */
export function flagProblem({ property, message }: Problem): Problem {
  const [input = ""] = property.split(/[[.]/, 1);
  const flag = flagOf(input);
  return { property: flag === undefined ? property : `--${flag}`, message: flagWords(message) };
}
