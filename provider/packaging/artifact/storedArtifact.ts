import { assemble, storedTree, unzippedSize, type ArtifactFacts } from "./assemble.js";
import { confirmArtifact } from "./confirmArtifact.js";
import { providedVersions } from "../closure/provided.js";
import type { EntryFiles } from "../../formats/format.js";
import type { Create } from "../../store/store.js";
import type { FileTree } from "../../tree/tree.js";
import { contentHashes } from "./contentHashes.js";
import { dependencyPack } from "../packs/dependencies.js";
import type { PackWork } from "../packs/packWork.js";
import { projectCodePack } from "../packs/projectCode.js";
import type { Parts } from "./parts.js";
import type { Artifact } from "../request.js";
import { reportsWhileWaiting } from "../waiting.js";

export interface ArtifactWork extends PackWork {
  readonly parts: Parts;
}

/** The artifact from the store, or made from its parts, and the list of everything that ships in it. */
export async function storedArtifact(
  work: ArtifactWork,
): Promise<{ readonly artifact: Artifact; readonly tree: FileTree }> {
  const { session, options, request, closure, project, compilers, parts } = work;
  const create: Create<ArtifactFacts> = (folder, onHashed, link) => makeArtifact(work, { folder, onHashed, link });
  const { entry, created } = await session.store.getOrCreate("artifact", parts.key, create, {
    ...reportsWhileWaiting(options, "build"),
    confirm: (stored) => confirmArtifact(request, stored),
  });
  const facts = entry.meta as ArtifactFacts;
  const tree = storedTree(session, entry);
  const artifact: Artifact = {
    ...facts,
    usedPatterns: [...facts.usedPatterns, ...(parts.projectCode?.usedPatterns ?? [])],
    namedFiles: parts.projectCode?.named ?? [],
    leftOutImports: [...(facts.leftOutImports ?? []), ...(parts.projectCode?.leftOutImports ?? [])],
    folder: entry.folder,
    ...contentHashes(
      tree,
      closure.local.map(({ name }) => name),
    ),
    provided: await providedVersions(request.provided ?? [], closure.leftOut, project),
    ...(compilers.code && { bytecodeInterpreter: compilers.code.interpreter.version }),
    cacheHit: !created,
  };
  return { artifact, tree };
}

async function makeArtifact(
  work: ArtifactWork,
  into: EntryFiles & { readonly folder: string },
): Promise<ArtifactFacts> {
  const { session, parts } = work;
  const { dependencies, localPackages, projectCode, recipe } = parts;
  const [installed, ...code] = await Promise.all([
    dependencyPack(work, dependencies),
    ...(projectCode === undefined ? [] : [projectCodePack(work, projectCode)]),
    ...localPackages.map((local) => local.pack()),
  ]);
  const facts = [installed, ...code].map((one) => one.facts);
  const further = await recipe.contents();
  await work.lock.passed();
  const contents = { dependencies: installed.pack, code: code.map(({ pack }) => pack), ...further };
  return session.store.needing(
    () => `at most ${unzippedSize(contents)} bytes, the size of all files unzipped`,
    () => assemble(work, { contents, facts }, recipe.target, into),
  );
}
