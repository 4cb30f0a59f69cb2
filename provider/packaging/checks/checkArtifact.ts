import * as path from "node:path";
import type { Once } from "../../lib/concurrency/once.js";
import { UvLambdaError, withHint, type ErrorCode } from "../../lib/errors.js";
import { listArchive } from "../../archive/reader/archiveReader.js";
import { formats } from "../../formats/index.js";
import { importedBefore, maybeImportedBefore } from "../../runtimes/index.js";
import type { Conflict } from "../../tree/merge.js";
import type { FileTree } from "../../tree/tree.js";
import { artifactTree } from "../artifact/assemble.js";
import { isForeignImage, type Artifact, type CheckLevel, type PackageRequest } from "../request.js";
import type { ClosedWork } from "../closure/readClosure.js";
import { sharedModuleNames } from "../pathConflicts/moduleNames.js";
import { shadowsBetween } from "../pathConflicts/shadows.js";
import { checkBinaries } from "./binaries/binaries.js";
import { checkCollisions } from "./collisions.js";
import { checkLibraries } from "./binaries/libraries.js";
import type { Finding } from "./finding.js";
import { checkEmptiness } from "./emptiness.js";
import { brokenImportFindings } from "./handler/brokenImportFindings.js";
import { checkHandler } from "./handler/handler.js";
import { hiddenModuleFinding } from "./handler/hiddenModules.js";
import { missingFileFinding } from "./files/missingFiles.js";
import { leftOutHint } from "./handler/loading/leftOutOfWheel.js";
import { projectModules, rootHintOf } from "./handler/projectModules.js";
import { shippedModules, type Shipped } from "./handler/shipped.js";
import { syntaxFinding } from "./handler/syntaxErrors.js";
import { circularFinding } from "./handler/loading/circularImports.js";
import { unboundFinding } from "./handler/loading/unboundFindings.js";
import { checkLeftOutImports } from "./leftOutImports.js";
import { checkLeftovers } from "./leftovers.js";
import { checkPatterns } from "./patterns.js";
import { checkSecrets } from "./secrets.js";
import { checkSizes } from "./sizes.js";

/** What was built, and what it was built from. */
export interface BuiltWork extends Pick<ClosedWork, "request" | "options" | "project" | "closure" | "target"> {
  readonly artifact: Artifact;
  /** Everything that ships in it. */
  readonly tree: FileTree;
}

export interface CheckWork extends BuiltWork {
  /** Remembers what was found, for all requests that are equal but for their handlers. */
  readonly checked: Once;
}

/**
 * Checks everything that can be checked before a deployment. Throws all findings at once for which the function would
 * fail, and warns about the rest.
 */
export async function checkArtifact(work: CheckWork): Promise<void> {
  const errors: Finding[] = [];
  for (const [level, finding] of await findingsOf(work)) {
    if (finding === undefined || level === "off") continue;
    if (level === "error" && finding.certain) errors.push(finding);
    else work.options.reporter.warn(withHint(finding.message, finding.hint));
  }
  const [first] = errors;
  if (first !== undefined) throw errorOf(first.code, errors);
}

/** Every finding, with the level that the user has set for its check. */
async function findingsOf(work: CheckWork): Promise<readonly LevelledFinding[]> {
  const { checked, request } = work;
  const ofHandler = await checked(`handler ${request.handler}`, () => handlerFindings(work));
  const ofPackage = await checked("package", () => packageFindings(work));
  return [...ofHandler, ...ofPackage];
}

type LevelledFinding = readonly [CheckLevel, Finding | undefined];

/** What is found whatever the handler is. */
async function packageFindings(work: CheckWork): Promise<readonly LevelledFinding[]> {
  const { request, artifact, tree } = work;
  const { checks, layerArtifacts = [] } = request;
  const limit = formats[request.packageFormat].maxUnzippedSize;
  const readFile = (path: string) => formats[request.packageFormat].readModule(artifact.folder, path);
  const layerBytes = layerArtifacts.reduce((sum, { unzippedSize }) => sum + unzippedSize, 0);
  return [
    [checks.handler, checkLeftOutImports(artifact.leftOutImports, tree, request)],
    ["warn", await checkLeftovers(tree, request.include, readFile)],
    [checks.binaries, checkBinaries(artifact.misfits, request)],
    [checks.binaries, checkLibraries(artifact.misfits, tree, request)],
    ...at(checks.collisions, checkCollisions(await conflictsOf(work))),
    [checks.secrets ?? "error", checkSecrets(artifact.secrets, request.include, artifact.namedFiles)],
    ...at("error", checkPatterns(request, artifact.usedPatterns, tree)),
    ["error", checkEmptiness({ ...artifact, ...emptinessOf(work) })],
    [checks.sizes, checkSizes(tree, { ...request, layerBytes, limit, local: localOwners(work) })],
  ];
}

function at(level: CheckLevel, findings: readonly Finding[]): readonly LevelledFinding[] {
  return findings.map((finding) => [level, finding] as const);
}

/** Several findings as one error. */
function errorOf(code: ErrorCode, findings: readonly Finding[]): UvLambdaError {
  const problems = findings.map(({ property = "project", message, hint }) => ({
    property,
    message: withHint(message, hint),
  }));
  const joined = (texts: readonly (string | undefined)[]) =>
    [...new Set(texts)].filter((text) => text !== undefined).join("\n");
  const hint = joined(findings.map((finding) => finding.hint));
  return new UvLambdaError(code, joined(findings.map(({ message }) => message)), {
    problems,
    ...(hint !== "" && { hint }),
  });
}

async function conflictsOf(work: CheckWork): Promise<Conflict[]> {
  const { request, artifact, tree } = work;
  const local = localOwners(work);
  return [
    ...artifact.conflicts,
    ...sharedModuleNames(tree, (owner) => local.has(owner)),
    ...(await hiddenByLayers(request, artifact, tree)),
  ];
}

function emptinessOf({ request, project }: CheckWork): { isLayered: boolean; rootHint: string | undefined } {
  return { isLayered: formats[request.packageFormat].isLayered, rootHint: rootHintOf(project, request) };
}

/** Owners of files that are the project's own or a local package's. */
function localOwners({ closure, project }: CheckWork): ReadonlySet<string | undefined> {
  return new Set<string | undefined>([undefined, project.name, ...closure.local.map(({ name }) => name)]);
}

async function handlerFindings(work: CheckWork): Promise<readonly LevelledFinding[]> {
  const { handler } = work.request.checks;
  if (handler === "off") return [];
  const shipped = await work.checked("modules", async () => shippedModules(work, localOwners(work)));
  return at(handler, await findingsOfHandler(work, shipped));
}

async function findingsOfHandler(work: CheckWork, shipped: Shipped): Promise<Finding[]> {
  const { request, artifact } = work;
  const { hasLayers, image } = request;
  const isForeign = isForeignImage(image);
  const asked = { handler: request.handler, minor: work.target.minor, hasLayers, isForeign };
  const unreadable = await syntaxFinding(shipped, asked);
  if (unreadable?.certain === true) return [unreadable];
  const handler = await checkHandler({
    ...shipped,
    handler: request.handler,
    imported: importedBefore(request.runtime),
    maybeImported: maybeImportedBefore(request.runtime),
    layersPresent: request.hasLayers,
    canHaveLayers: !formats[request.packageFormat].buildsImage,
    project: projectModules(work, shipped),
  });
  // What a handler that cannot be loaded imports would only be noise.
  if (handler?.certain === true) return [handler];
  // Lambda starts the client of an image without that thread.
  const hidden = formats[request.packageFormat].buildsImage
    ? undefined
    : await hiddenModuleFinding(shipped, work.target.minor);
  if (hidden !== undefined) return [hidden];
  const circular = await circularFinding(
    shipped,
    asked,
    async (module) =>
      leftOutHint(work, shipped, module) ??
      (work.project.isPackage ? undefined : projectModules(work, shipped).explain(module)),
  );
  if (circular?.certain === true) return [circular];
  const leftOut = new Set(artifact.leftOutImports.map(({ module }) => module));
  const unbound = await unboundFinding(shipped, asked);
  const files = await missingFileFinding(work, shipped);
  const found = [unreadable, handler, circular, unbound, files].filter((finding) => finding !== undefined);
  return [...found, ...(await brokenImportFindings(work, shipped, leftOut))];
}

/** Packages with one part in the artifact and another in a layer. */
async function hiddenByLayers(
  { packageFormat, layerArtifacts = [] }: PackageRequest,
  artifact: Artifact,
  tree: FileTree,
): Promise<Conflict[]> {
  if (layerArtifacts.length === 0) return [];
  // A dependency layer is unpacked into the same folder as the other layers.
  const code = formats[packageFormat].isLayered ? await entriesOfCode(artifact, tree) : tree;
  const each = layerArtifacts.map(async (layer) => {
    const read = async (path: string) =>
      (await formats[packageFormat].readModule(artifact.folder, path)) ?? formats.layer.readModule(layer.folder, path);
    return shadowsBetween(code, artifactTree(layer), read);
  });
  return (await Promise.all(each)).flat();
}

/** Own files and local packages. */
async function entriesOfCode({ files, folder }: Artifact, tree: FileTree): Promise<FileTree> {
  const archive = files.find(({ kind }) => kind === "code");
  const entries = archive === undefined ? [] : await listArchive(path.join(folder, archive.name));
  const paths = new Set(entries.map((entry) => entry.path));
  return tree.filter((entry) => paths.has(entry.path));
}
