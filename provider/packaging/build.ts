import { silent, type Reporter } from "../lib/log.js";
import type { MachineSettings } from "../lib/machine.js";
import { refuseMissingWheels } from "../project/wheels/missingWheels.js";
import { loadProject } from "../project/workspace.js";
import { resolveTarget } from "../runtimes/index.js";
import { assemble, unzippedSize, type ArtifactFacts } from "./assemble.js";
import { findCompiler } from "./install/interpreter.js";
import { codeRoot } from "../formats/format.js";
import { formats } from "../formats/index.js";
import { createBuilder } from "./bundling/createBuilder.js";
import { buildSettings } from "./packs/uvBuildSettings.js";
import { checkArtifact } from "./checks/checkArtifact.js";
import { readClosure } from "./closure/readClosure.js";
import { formatRecipe } from "./formatRecipe.js";
import { planDependencies, dependencyPack } from "./packs/dependencies.js";
import { keyOf } from "../store/key.js";
import { localCode } from "./packs/localPackages.js";
import { requireFreshLock } from "./closure/requireFreshLock.js";
import { projectCodePack, readProjectCode } from "./packs/projectCode.js";
import type { CommandPackager, PackageOptions } from "./packager.js";
import { projectFilesHash } from "./closure/projectFiles.js";
import { providedVersions } from "./closure/provided.js";
import type { Artifact, PackageRequest } from "./request.js";
import { refuseUnsupportedPython } from "./closure/requiresPython.js";
import { writeSbom } from "./writeSbom.js";
import { waitingForAnother } from "./packs/storedPack.js";
import { closeSession, openSession, uvContext, uvProcesses, type BuildSession } from "./buildSession.js";

export interface PackagerOptions {
  /** Whether the store is pruned behind the first build, at most once a day. Default: no. */
  readonly tidies?: boolean;
}

/** A packager with its own processes and limits, on the store that `settings` names. */
export function createPackager(
  machine: MachineSettings,
  reporter: Reporter = silent,
  { tidies = false }: PackagerOptions = {},
): CommandPackager {
  const session = openSession(machine, reporter);
  return {
    package: async (request, options) => {
      const artifact = await build(session, request, options);
      if (tidies) tidyStore(session);
      return artifact;
    },
    cancel: () => closeSession(session),
    uvProcesses: () => uvProcesses(session),
    sbom: (request, options) => writeSbom(session, request, options),
  };
}

/** In the background; that it could not be done is no reason to fail a build. */
function tidyStore({ store, once }: BuildSession): void {
  void once("prune", () => store.pruneDaily()).catch(() => undefined);
}

/** THE MAIN PATH: from a request to an artifact in the store. A hit starts no process. */
async function build(session: BuildSession, request: PackageRequest, options: PackageOptions): Promise<Artifact> {
  const { target } = resolveTarget(request.runtime, request.architecture);
  const project = await session.once(`project ${JSON.stringify([request.project, request.package])}`, () =>
    loadProject(request),
  );
  await refuseUnsupportedPython(project, target);
  const uv = await uvContext(session, options);
  const filesHash = await session.once(`files ${project.root}`, () => projectFilesHash(project));
  await requireFreshLock(session, uv, project, filesHash);
  const closure = await readClosure(session, uv, project, request, target, filesHash);
  const builder = createBuilder({ session, uv, project, request, target, closure });
  refuseMissingWheels(closure.locked, target, builder.sourceBuilds(closure.locked));
  const compiler = await findCompiler(session, uv, project, request, target, codeRoot);
  const { dependencyRoot } = formats[request.packageFormat];
  const installedCompiler = await findCompiler(session, uv, project, request, target, dependencyRoot);
  const own = await readProjectCode(session, project, request);
  const settings = await buildSettings(project);
  const work = { session, uv, builder, project, request, target, compiler, settings };
  const locals = await Promise.all(closure.local.map((local) => localCode(work, local)));
  const dependencies = planDependencies(uv, builder, closure, target, installedCompiler, settings);

  const recipe = await formatRecipe(session, project, request, closure, target);
  const key = keyOf("artifact", {
    format: request.packageFormat,
    dependencies: dependencies.key,
    locals: locals.map((local) => local.key).sort(),
    own: own?.digest,
    bytecode: compiler?.identity,
    ...recipe.key,
  });
  const create = async (folder: string) => {
    const [installed, ...code] = await Promise.all([
      dependencyPack(session, uv, dependencies, { builder, project, closure, target, compiler: installedCompiler }),
      ...(own === undefined ? [] : [projectCodePack(session, options.reporter, own, compiler)]),
      ...locals.map((local) => local.pack()),
    ]);
    const facts = [installed, ...code].flatMap((one) => one.facts ?? []);
    const further = await recipe.contents(options.reporter);
    const contents = { dependencies: installed.pack, code: code.map(({ pack }) => pack), ...further };
    return session.store.needing(
      () => `at most ${unzippedSize(contents)} bytes, the size of all files unzipped`,
      () => assemble(request, contents, facts, folder, recipe.target),
    );
  };
  const onWait = () => options.reporter.progress(waitingForAnother);
  const { entry, created } = await session.store.getOrCreate("artifact", key, create, { onWait });
  const artifact: Artifact = {
    ...(entry.meta as ArtifactFacts),
    folder: entry.folder,
    provided: await providedVersions(request.provided ?? [], closure.leftOut, project),
    ...(compiler && { bytecodeInterpreter: compiler.interpreter.version }),
    cacheHit: !created,
  };
  await checkArtifact(request, artifact, options.reporter);
  return artifact;
}
