import { silent, type Reporter } from "../lib/log.js";
import type { Settings } from "../lib/settings.js";
import { loadProject } from "../project/workspace.js";
import { resolveTarget } from "../runtimes/index.js";
import { refuseMissingWheels } from "../project/wheelTags.js";
import { assemble, type ArtifactFacts } from "./assemble.js";
import { checkArtifact } from "./checks/index.js";
import { readClosure } from "./closure.js";
import { dependencyPack } from "./dependencies.js";
import { keyOf } from "./key.js";
import { identifyLocalPackages, localPack } from "./localPackages.js";
import { requireFreshLock } from "./lockCheck.js";
import { readOwnCode, ownPack } from "./ownCode.js";
import type { PackageOptions, Packager } from "./packager.js";
import type { Artifact, PackageRequest } from "./request.js";
import { openSession, uvContext, type Session } from "./session.js";

/** A packager with its own processes and limits, on the store that `settings` names. */
export function createPackager(settings: Settings, reporter: Reporter = silent): Packager {
  const session = openSession(settings, reporter);
  return {
    package: (request, options) => build(session, request, options),
    cancel: () => session.runner.killAll(),
  };
}

/** THE MAIN PATH: from a request to an artifact in the store. */
async function build(session: Session, request: PackageRequest, options: PackageOptions): Promise<Artifact> {
  const project = await loadProject(request);
  const target = resolveTarget(request.runtime, request.architecture).target;
  const uv = await uvContext(session, options);
  await requireFreshLock(session, uv, project);
  const closure = await readClosure(session, uv, project, request, target);
  refuseMissingWheels(closure.locked, target, request.sourceBuilds);
  const own = await readOwnCode(project, request, closure);
  const locals = await identifyLocalPackages(session, uv, closure, request, target);

  const key = keyOf("artifact", {
    format: request.packageFormat,
    dependencies: closure.keyText,
    target: [target.platform, target.pythonVersion],
    uv: uv.version,
    sourceBuilds: request.sourceBuilds,
    own: own.digest,
    locals: locals.map((local) => local.key),
  });
  const { entry, created } = await session.store.getOrCreate("artifact", key, async (folder) => {
    const [dependencies, ...code] = await Promise.all([
      dependencyPack(session, uv, request, closure, target),
      ownPack(session, own),
      ...locals.map((local) => localPack(session, uv, local, target)),
    ]);
    return assemble(request, { dependencies: dependencies.pack, code: code.map((c) => c.pack), packages: {} }, folder);
  });
  const artifact: Artifact = { ...(entry.meta as ArtifactFacts), folder: entry.folder, cacheHit: !created };
  await checkArtifact(request, artifact, project, options.reporter);
  return artifact;
}
