import * as fs from "node:fs/promises";
import * as path from "node:path";
import { realPath, realPathOr } from "../../lib/realPath.js";
import { posixRelative } from "../../lib/paths.js";
import { foreignFiles, type WhyForeign } from "../../project/sources/foreignFiles.js";
import type { LeftOut } from "../../project/sources/ownFileFilter.js";
import { packageFiles } from "../../project/sources/sourceFiles.js";
import type { SourceTree } from "../../tree/tree.js";
import { installWheels } from "../../uv/install.js";
import { findLeftOutImports } from "../checks/leftOutImports.js";
import { findSecrets } from "../checks/secrets.js";
import { auditBinaries } from "../checks/binaries/binaries.js";
import type { InstallFacts } from "./dependencies.js";
import { localWheel, type LocalSource } from "./localWheel.js";
import type { PackWork } from "./packWork.js";
import { normaliseInstalled } from "../install/distributions.js";
import { allowList, fileFilter, type FileFilter } from "../install/fileFilter.js";
import { readPlainWheel } from "../install/plainWheel.js";
import type { PackInput } from "./storedPack.js";

/** Builds a local package, unpacks it as uv installs it, and examines what ships of it. */
export async function buildLocal(
  work: PackWork,
  local: LocalSource,
  scratch: string,
): Promise<PackInput<InstallFacts>> {
  const { uv, project, target } = work;
  await work.lock.passed();
  uv.reporter.progress(`Building ${local.name}`);
  const wheel = await localWheel(work, local, scratch);
  const site = path.join(scratch, "site");
  const plain = await readPlainWheel(wheel, target);
  if (plain === undefined) await installWheels(uv, { wheels: [wheel], root: project.root, target, folder: site });
  const selection = await selectFiles(work, local, { site, plain });
  const { tree, distributions } = await normaliseInstalled(plain ?? site, {
    isBuiltHere: () => true,
    drop: selection.drop,
  });
  const owner = local.name === project.name ? undefined : local.name;
  const facts = {
    distributions,
    conflicts: [],
    misfits: await auditBinaries(tree, target),
    secrets: await findSecrets(tree),
    usedPatterns: selection.used(),
    leftOutImports: await findLeftOutImports(tree, selection.leftOut(), owner),
  };
  return { tree: ownedBy(tree, local.name), facts };
}

/** The files of a wheel: in a folder, or in memory. */
interface WheelFiles {
  readonly site: string;
  readonly plain: ReadonlyMap<string, Uint8Array> | undefined;
}

interface Selection extends Pick<FileFilter, "drop" | "used"> {
  /** The modules that `drop` has left out so far. */
  leftOut(): readonly LeftOut[];
}

/**
 * What `exclude` names does not ship, nor what is not of the package. Of the project's own wheel, what `onlyInclude` does
 * not name does not ship either, and `include` brings files back.
 */
async function selectFiles(work: PackWork, local: LocalSource, files: WheelFiles): Promise<Selection> {
  const { request, project } = work;
  const { site, plain } = files;
  const isOwn = local.name === project.name;
  const excluded = fileFilter("exclude", request.exclude);
  const listed = allowList(isOwn ? request.onlyInclude : undefined);
  const included = fileFilter("include", isOwn ? request.include : undefined);
  const foreign = await foreignOf(work, local, files, included);
  const leftOut = new Map<string, LeftOut>();
  return {
    drop: (file) => {
      const why = excluded.drop(file) ? "excluded" : listed.allows(file) ? foreign.get(file) : "unlisted";
      const bytes = plain?.get(file);
      if (why !== undefined && why !== "never" && file.endsWith(".py"))
        leftOut.set(file, { path: file, file: path.join(site, file), ...(bytes && { bytes }), isFolder: false, why });
      return why !== undefined;
    },
    leftOut: () => [...leftOut.values()],
    used: () => [...excluded.used(), ...listed.used(), ...included.used()],
  };
}

async function foreignOf(
  { request }: PackWork,
  local: LocalSource,
  { site, plain }: WheelFiles,
  included: FileFilter,
): Promise<ReadonlyMap<string, WhyForeign>> {
  const folder = realPath(local.folder);
  const source = {
    folder,
    ownFiles: async () => local.files ?? packageFiles(folder, local.without),
    neverFolders: request.excludedFolders.map(realPathOr),
    isIncluded: included.drop,
  };
  return foreignFiles(source, plain === undefined ? await filesIn(site) : [...plain.keys()]);
}

/** Relative paths of all files. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => posixRelative(folder, path.join(entry.parentPath, entry.name)));
}

function ownedBy(tree: SourceTree, owner: string): SourceTree {
  return tree.map((entry) => ({ ...entry, owner }));
}
