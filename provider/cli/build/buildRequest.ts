import { existsSync } from "node:fs";
import * as path from "node:path";
import { InvalidInputError } from "../../lib/errors.js";
import { isInside } from "../../lib/paths.js";
import type { PackageRequest } from "../../packaging/request.js";
import { packageRequest } from "../../inputs/packageRequest.js";
import type { CommandInputs } from "./buildFlags.js";

/**
 * The checked inputs as a request. Paths are relative to `cwd`, `source` to the project. Throws InvalidInputError for
 * those that do not exist.
 */
export async function buildRequest(inputs: Partial<CommandInputs>, cwd: string): Promise<PackageRequest> {
  const { provided, project = "." } = inputs;
  const request = await packageRequest({ ...inputs, project }, cwd, provided);
  if (request.source !== undefined && !isInside(request.source, request.project)) {
    const message = `${JSON.stringify(inputs.source)} is outside of the project (${request.source}); it must be relative to the project, and inside it`;
    throw new InvalidInputError([{ property: "source", message }]);
  }
  const isProgram = ["Pulumi.yaml", "Pulumi.yml"].some((name) => existsSync(path.join(cwd, name)));
  // In the folder of a Pulumi program, the same files are left out as in its deployment. Elsewhere, the working folder
  // does not matter.
  return isProgram ? request : { ...request, programFiles: [], excludedFolders: [] };
}
