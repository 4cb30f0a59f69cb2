import { existsSync } from "node:fs";
import * as path from "node:path";
import type { PackageRequest } from "../packaging/request.js";
import { packageRequest } from "../inputs/packageRequest.js";
import type { FunctionPlain } from "../inputs/schema/plainTypes.js";

/** The checked flags as a request. Paths are relative to `cwd`. Throws InvalidInputError for those that do not exist. */
export async function buildRequest(inputs: Partial<FunctionPlain>, cwd: string): Promise<PackageRequest> {
  const { project = ".", source } = inputs;
  const given = { ...inputs, project, ...(source !== undefined && { source: sourceFolder(source, project, cwd) }) };
  const request = await packageRequest(given, cwd);
  const isProgram = ["Pulumi.yaml", "Pulumi.yml"].some((name) => existsSync(path.join(cwd, name)));
  // Where a Pulumi program would run, the same is left out as there; anywhere else the working folder means nothing.
  return isProgram ? request : { ...request, programFiles: [], excludedFolders: [] };
}

/** Relative to the working folder, as paths on a command line are; else to the project, as the input `source` is. */
function sourceFolder(source: string, project: string, cwd: string): string {
  const here = path.resolve(cwd, source);
  return existsSync(here) ? here : path.resolve(cwd, project, source);
}
