import { UvLambdaError, withHint } from "../../lib/errors.js";
import type { Reporter } from "../../lib/log.js";
import { formats } from "../../formats/index.js";
import { artifactTree } from "../assemble.js";
import type { Artifact, CheckLevel, PackageRequest } from "../request.js";
import { checkBinaries } from "./binaries.js";
import { checkCollisions } from "./collisions.js";
import type { Finding } from "./finding.js";
import { checkHandler } from "./handler.js";
import { checkSizes } from "./sizes.js";

/** Proves what can be proved before anything is deployed. Throws what the function would fail of, all at once; warns of the rest. */
export async function checkArtifact(request: PackageRequest, artifact: Artifact, reporter: Reporter): Promise<void> {
  const tree = await artifactTree(artifact);
  const { checks } = request;
  const findings: readonly [CheckLevel, Finding | undefined][] = [
    [
      checks.handler,
      checks.handler === "off"
        ? undefined
        : await handlerFinding(
            request,
            artifact,
            tree.map((e) => e.path),
          ),
    ],
    [checks.binaries, checkBinaries(artifact.misfits, request)],
    [checks.collisions, checkCollisions(artifact.conflicts)],
    [checks.sizes, checkSizes(tree, request.layerBytes, formats[request.packageFormat].maxUnzippedSize)],
  ];
  const errors: Finding[] = [];
  for (const [level, finding] of findings) {
    if (finding === undefined || level === "off") continue;
    if (level === "error" && finding.certain) errors.push(finding);
    else reporter.warn(withHint(finding.message, finding.hint));
  }
  const [first] = errors;
  if (first === undefined) return;
  const problems = errors.map(({ property = "project", message, hint }) => ({
    property,
    message: withHint(message, hint),
  }));
  const joined = (texts: readonly (string | undefined)[]) => texts.filter((text) => text !== undefined).join("\n");
  const hint = joined(errors.map((finding) => finding.hint));
  throw new UvLambdaError(first.code, joined(errors.map(({ message }) => message)), {
    problems,
    ...(hint !== "" && { hint }),
  });
}

async function handlerFinding(
  request: PackageRequest,
  artifact: Artifact,
  paths: readonly string[],
): Promise<Finding | undefined> {
  return checkHandler({
    handler: request.handler,
    paths: new Set(paths),
    layersPresent: request.hasLayers,
    readModule: async (file) =>
      (await formats[request.packageFormat].readModule(artifact.folder, file))?.toString("utf8"),
  });
}
