import { statSync } from "node:fs";
import * as path from "node:path";
import { realPath } from "../lib/realPath.js";
import { definedOnly } from "../lib/definedOnly.js";
import { InvalidInputError, type Problem } from "../lib/errors.js";
import { isSpecial, typeName } from "../lib/regularFile.js";
import type { ImageRecipe, PackageRequest } from "../packaging/request.js";
import { bundlingDefaults, checksDefaults, functionDefaults as defaults } from "./schema/defaults.js";
import { isInlineProgram } from "./inlineProgram.js";
import { isSet } from "./isSet.js";
import { programExclusions } from "./programFiles.js";
import { providedPackages, type PowertoolsVersion } from "./providedPackages.js";
import type { FunctionPlain, LayerPlain } from "./schema/plainTypes.js";

/** The paths of a request, absolute, with links resolved. */
type Paths = Pick<PackageRequest, "project" | "source" | "copyFiles"> & Pick<ImageRecipe, "dockerfile">;

/** The inputs that decide the package: the plain ones, and the plain parts of the others. */
export interface PackageInputs extends FunctionPlain {
  readonly layers?: unknown;
  readonly image?: {
    readonly baseImage?: string;
    readonly dockerfile?: string;
    readonly target?: string;
    readonly buildArgs?: Readonly<Record<string, unknown>>;
  };
  readonly powertools?: PowertoolsVersion;
}

/**
 * The inputs as a request, with defaults. `programFolder` is the program's working folder, links resolved.
 * Throws InvalidInputError with every path that does not exist.
 */
export async function packageRequest(
  inputs: PackageInputs,
  programFolder: string,
  provided: Readonly<Record<string, string>> = {},
): Promise<PackageRequest> {
  const { dockerfile, ...folders } = resolvePaths(inputs, programFolder);
  const exclusions = programExclusions(programFolder, folders.source ?? folders.project);
  const image = imageRecipe(inputs, dockerfile);
  return {
    ...folders,
    inputsFolder: programFolder,
    ...(inputs.package === undefined ? {} : { package: inputs.package }),
    groups: inputs.groups ?? [],
    extras: inputs.extras ?? [],
    onlyGroups: inputs.onlyGroups ?? [],
    include: inputs.include ?? [],
    exclude: inputs.exclude ?? [],
    onlyInclude: inputs.onlyInclude ?? [],
    dependencyExclude: inputs.dependencyExclude ?? [],
    prune: inputs.prune ?? [],
    handler: inputs.handler ?? defaults.handler,
    runtime: inputs.runtime ?? defaults.runtime,
    architecture: inputs.architecture ?? defaults.architecture,
    packageFormat: inputs.packageFormat ?? defaults.packageFormat,
    ...(image && { image }),
    bytecode: inputs.bytecode ?? defaults.bytecode,
    sourceBuilds: inputs.sourceBuilds ?? [],
    bundling: { ...bundlingDefaults, ...inputs.bundling },
    excludedFolders: exclusions.folders,
    programFiles: exclusions.patterns,
    provided: providedPackages(provided, inputs.powertools),
    hasLayers: isSet(inputs.layers) || inputs.powertools !== undefined,
    checks: { ...checksDefaults, ...definedOnly(inputs.checks ?? {}), ...(image?.hasOwnCommand && { handler: "off" }) },
  };
}

/** The same for a `Layer`: third-party packages, and no handler. */
export async function layerRequest(inputs: LayerPlain, programFolder: string): Promise<PackageRequest> {
  const request = await packageRequest(inputs, programFolder);
  const checks = { ...request.checks, handler: "off" } as const;
  return { ...request, packageFormat: "layer", contents: "dependencies", checks };
}

function resolvePaths(inputs: PackageInputs, programFolder: string): Paths {
  const problems: Problem[] = [];
  const hint = isInlineProgram(programFolder)
    ? ". Pulumi runs an inline program of the Automation API in a temporary folder: give an absolute path, or set `workDir` of its workspace"
    : "";
  const find = (property: string, base: string, value: string, kind: Kind) =>
    existingPath({ property, base, value, kind, hint: path.isAbsolute(value) ? "" : hint }, problems);
  const project = find("project", programFolder, inputs.project, "folder");
  const source = inputs.source === undefined ? undefined : find("source", project, inputs.source, "folder");
  const copyFiles = (inputs.copyFiles ?? []).map(({ from, to }, i) => ({
    from: find(`copyFiles[${i}].from`, programFolder, from, "any"),
    to,
  }));
  const named = inputs.image?.dockerfile;
  const dockerfile = named === undefined ? undefined : find("image.dockerfile", programFolder, named, "file");
  if (problems.length > 0) throw new InvalidInputError(problems);
  return {
    project,
    ...(source !== undefined && { source }),
    copyFiles,
    ...(dockerfile !== undefined && { dockerfile }),
  };
}

/**
 * Undefined without settings of an image. Build arguments that are outputs are left out: a preview may not know them.
 */
function imageRecipe({ image, handler }: PackageInputs, dockerfile: string | undefined): ImageRecipe | undefined {
  const { baseImage, target, buildArgs = {} } = image ?? {};
  if (dockerfile === undefined) return baseImage === undefined ? undefined : { baseImage };
  const plain = Object.entries(buildArgs).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return {
    dockerfile,
    ...(target !== undefined && { target }),
    buildArgs: Object.fromEntries(plain.sort()),
    hasOwnCommand: handler === undefined,
  };
}

type Kind = "folder" | "file" | "any";

/** A path that the user wrote. */
interface InputPath {
  readonly property: string;
  /** The folder that a relative path begins in. */
  readonly base: string;
  readonly value: string;
  readonly kind: Kind;
  /** Ends the message about a path that does not exist. */
  readonly hint: string;
}

/** The absolute path with links resolved. What is wrong with it goes to `problems`. */
function existingPath({ property, base, value, kind, hint }: InputPath, problems: Problem[]): string {
  const wanted = path.resolve(base, value);
  try {
    const found = realPath(wanted);
    const status = statSync(found);
    if (kind === "any" || (kind === "folder" ? status.isDirectory() : status.isFile())) return found;
    const type = isSpecial(status) ? `${typeName(status)}, ` : "";
    problems.push({ property, message: `${JSON.stringify(value)} is ${type}not a ${kind} (${wanted})` });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const missing = code === "ENOENT" || code === "ENOTDIR";
    const reason = missing ? "does not exist" : `cannot be read (${code})`;
    problems.push({
      property,
      message: `${JSON.stringify(value)} ${reason}; looked for ${wanted}${missing ? hint : ""}`,
    });
  }
  return wanted;
}
