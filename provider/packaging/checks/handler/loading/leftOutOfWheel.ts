import { posixRelative } from "../../../../lib/paths.js";
import { leftOutReason, leftOutSetting } from "../../../../project/backend/leftOutSetting.js";
import { isPackage, readPyprojectIfAny, type Pyproject } from "../../../../project/pyproject.js";
import { basesOf, leftOutFile, moduleFile, type ModulesWork } from "../projectModules.js";
import { isLeftOutByUser } from "../../shippingInputs.js";
import { findModule } from "../modules.js";
import type { Shipped } from "../shipped.js";

/** A module that is in the sources of a package, and not in the wheel that was built of them. */
export interface LeftOut {
  readonly pyproject: Pyproject;
  /** Relative to the package, with `/`. */
  readonly place: string;
  readonly package: string;
}

/** The module in the sources of a package that ships, the project's own or a local one. */
export function leftOutOfWheel(work: ModulesWork, shipped: Shipped, module: string): LeftOut | undefined {
  const { project, request, closure } = work;
  if (findModule(shipped.paths, module) !== undefined) return undefined;
  const own = project.isPackage && request.source === undefined ? [project.pyproject] : [];
  const local = closure.local.flatMap(({ folder }) => readPyprojectIfAny(folder) ?? []);
  const others = local.filter((one) => one.folder !== project.folder && isPackage(one));
  for (const pyproject of [...own, ...others])
    for (const base of basesOf(pyproject.folder)) {
      const file = moduleFile(base, module);
      if (file !== undefined && !isLeftOutByUser(request, file))
        return { pyproject, ...leftOutFile(pyproject, { base, file }) };
    }
  return undefined;
}

/** `src/app/gen_pb2.py exists, but ...`, for the end of a line. */
export function leftOutText({ pyproject, place }: LeftOut): string {
  return `${place} exists, but ${leftOutReason(pyproject)}`;
}

/** What puts them into their wheels. */
export function leftOutWays({ project }: Pick<ModulesWork, "project">, modules: readonly LeftOut[]): string[] {
  const packages = new Map(modules.map(({ pyproject }) => [pyproject.folder, pyproject]));
  return [...packages.values()].map((pyproject) => {
    const files = modules.filter((one) => one.pyproject.folder === pyproject.folder);
    const isOwn = pyproject.folder === project.folder;
    const where = isOwn ? "pyproject.toml" : posixRelative(project.root, pyproject.file);
    const setting = leftOutSetting(pyproject, files);
    const places = [...new Set(files.map(({ place }) => place))].join(" and ");
    return setting === undefined
      ? `change the rules of the build backend in ${where} so that the wheel has ${places}`
      : `set \`${setting}\` in ${where}`;
  });
}

/** Both, as a hint about one module. */
export function leftOutHint(work: ModulesWork, shipped: Shipped, module: string): string | undefined {
  const found = leftOutOfWheel(work, shipped, module);
  return found && `${leftOutText(found)}. To fix this, ${leftOutWays(work, [found]).join(", or ")}.`;
}
