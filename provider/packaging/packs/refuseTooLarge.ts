import { UvLambdaError, withHint } from "../../lib/errors.js";
import { checkSizes, type Sized } from "../checks/sizes.js";
import { fileFilter } from "../install/fileFilter.js";
import type { Work } from "../work.js";

/**
 * Checks the size of newly installed packages, or of the project's own files, before they are compressed: they may be
 * too large alone. The size is checked again together with everything else that ships. Throws TOO_LARGE.
 */
export function refuseTooLarge({ request, format }: Pick<Work, "request" | "format">, files: readonly Sized[]): void {
  if (request.checks.sizes !== "error") return;
  const { drop } = fileFilter("dependencyExclude", request.dependencyExclude);
  const layerBytes = (request.layerArtifacts ?? []).reduce((sum, { unzippedSize }) => sum + unzippedSize, 0);
  const shipped = files.filter(({ path, owner }) => owner === undefined || !drop(path));
  const finding = checkSizes(shipped, { ...request, layerBytes, limit: format.maxUnzippedSize });
  if (finding === undefined) return;
  const { code, message, hint } = finding;
  const problems = [{ property: "project", message: withHint(message, hint) }];
  throw new UvLambdaError(code, message, { problems, ...(hint !== undefined && { hint }) });
}
