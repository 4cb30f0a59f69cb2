import type { Contents, FormatTarget } from "../../formats/format.js";
import { sha256Hex } from "../../lib/hash.js";
import { readRegularText } from "../../lib/regularFile.js";
import { projectSources } from "../../project/sources/projectSources.js";
import { treeDigest } from "../../tree/digest.js";
import type { ClosedWork } from "../closure/readClosure.js";
import { plainPack, type HashedFiles } from "../packs/projectCode.js";
import { packPlace } from "../packs/storedPack.js";
import type { ImageRecipe } from "../request.js";

/** What a format gets, apart from the packages. */
export interface FormatRecipe {
  readonly target: FormatTarget;
  /** Its part in the artifact's key. */
  readonly key: Readonly<Record<string, unknown>>;
  /** The packed workspace, if the user's own Dockerfile needs it. */
  contents(): Promise<Pick<Contents, "project">>;
}

/**
 * If the request names a Dockerfile, reads it and the workspace as they are now. Throws what `projectSources` throws.
 */
export async function formatRecipe(work: ClosedWork): Promise<FormatRecipe> {
  const { request } = work;
  const { baseImage: usualBase, architecture } = work.target;
  const { baseImage = usualBase, dockerfile: file, target, buildArgs }: ImageRecipe = request.image ?? {};
  const runsOn = [baseImage, architecture];
  if (file === undefined) return { target: { baseImage }, key: { runsOn }, contents: () => Promise.resolve({}) };
  const dockerfile = readRegularText(file);
  const sources = await readSources(work);
  return {
    target: { baseImage, dockerfile },
    key: { runsOn, dockerfile: [sha256Hex(dockerfile), sources.digest, target, buildArgs] },
    contents: async () => ({ project: (await plainPack(packPlace(work), sources)).pack }),
  };
}

function readSources({ session, project, request, closure }: ClosedWork): Promise<HashedFiles> {
  const folders = closure.local.map(({ folder }) => folder).sort();
  const { source, include, exclude, excludedFolders, programFiles } = request;
  const inputs = JSON.stringify([project.folder, folders, source, include, exclude, excludedFolders, programFiles]);
  return session.once(`sources ${inputs}`, async () => {
    const tree = await projectSources(project, folders, request);
    return { tree, digest: treeDigest(tree) };
  });
}
