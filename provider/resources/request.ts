import { realpath, stat } from "node:fs/promises";
import * as path from "node:path";
import { InvalidInputError, type Problem } from "../lib/errors.js";
import type { PackageRequest } from "../packaging/request.js";
import { bundlingDefaults, functionDefaults as defaults } from "./defaults.js";
import { isGiven } from "./given.js";
import { programExclusions } from "./programFiles.js";
import { providedPackages } from "./providedPackages.js";
import type { FunctionInputs, FunctionPlain, LayerPlain } from "./schemaTypes.js";

/** The paths of a request, absolute, with links resolved. */
type Folders = Pick<PackageRequest, "project" | "source" | "copyFiles">;

/**
 * The inputs as a request, with defaults. `programFolder` is the program's working folder, links resolved.
 * Throws InvalidInputError with every path that does not exist.
 */
export async function packageRequest(
  inputs: FunctionPlain & Pick<FunctionInputs, "layers" | "image" | "powertools">,
  programFolder: string,
  provided: Readonly<Record<string, string>> = {},
): Promise<PackageRequest> {
  const folders = await resolveFolders(inputs, programFolder);
  const own = await programExclusions(programFolder, folders.source ?? folders.project);
  const checks = inputs.checks ?? {};
  return {
    ...folders,
    ...(inputs.package === undefined ? {} : { package: inputs.package }),
    groups: inputs.groups ?? [],
    extras: inputs.extras ?? [],
    onlyGroups: inputs.onlyGroups ?? [],
    include: inputs.include ?? [],
    exclude: inputs.exclude ?? [],
    prune: inputs.prune ?? [],
    handler: inputs.handler ?? defaults.handler,
    runtime: inputs.runtime ?? defaults.runtime,
    architecture: inputs.architecture ?? defaults.architecture,
    packageFormat: inputs.packageFormat ?? defaults.packageFormat,
    ...(inputs.image?.baseImage === undefined ? {} : { image: { baseImage: inputs.image.baseImage } }),
    bytecode: inputs.bytecode ?? defaults.bytecode,
    sourceBuilds: inputs.sourceBuilds ?? [],
    bundling: { ...bundlingDefaults, ...inputs.bundling },
    excludedFolders: own.folders,
    programFiles: own.patterns,
    provided: providedPackages(provided, inputs.powertools),
    hasLayers: isGiven(inputs.layers) || inputs.powertools !== undefined,
    checks: {
      handler: checks.handler ?? defaults.checkLevel,
      binaries: checks.binaries ?? defaults.checkLevel,
      collisions: checks.collisions ?? defaults.checkLevel,
      sizes: checks.sizes ?? defaults.checkLevel,
    },
  };
}

/** The same for a `Layer`: third-party packages, and nothing to call. */
export async function layerRequest(inputs: LayerPlain, programFolder: string): Promise<PackageRequest> {
  const request = await packageRequest(inputs, programFolder);
  const checks = { ...request.checks, handler: "off" } as const;
  return { ...request, packageFormat: "layer", contents: "dependencies", checks };
}

async function resolveFolders(inputs: FunctionPlain, programFolder: string): Promise<Folders> {
  const problems: Problem[] = [];
  const find = (property: string, base: string, given: string, kind: "folder" | "any") =>
    existing(property, base, given, kind, problems);
  const project = await find("project", programFolder, inputs.project, "folder");
  const source = inputs.source === undefined ? undefined : await find("source", project, inputs.source, "folder");
  const copyFiles = await Promise.all(
    (inputs.copyFiles ?? []).map(async ({ from, to }, i) => ({
      from: await find(`copyFiles[${i}].from`, programFolder, from, "any"),
      to,
    })),
  );
  if (problems.length > 0) throw new InvalidInputError(problems);
  return { project, ...(source === undefined ? {} : { source }), copyFiles };
}

/** The absolute path with links resolved; what is wrong with it goes to `problems`. */
async function existing(
  property: string,
  base: string,
  given: string,
  kind: "folder" | "any",
  problems: Problem[],
): Promise<string> {
  const wanted = path.resolve(base, given);
  try {
    const found = await realpath(wanted);
    if (kind === "any" || (await stat(found)).isDirectory()) return found;
    problems.push({ property, message: `${JSON.stringify(given)} is not a folder (${wanted})` });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" || code === "ENOTDIR" ? "does not exist" : `cannot be read (${code})`;
    problems.push({ property, message: `${JSON.stringify(given)} ${reason}; looked for ${wanted}` });
  }
  return wanted;
}
