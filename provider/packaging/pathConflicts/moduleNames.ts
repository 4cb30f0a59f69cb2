import type { Conflict } from "../../tree/merge.js";
import type { TreeEntry } from "../../tree/tree.js";
import { isImportable } from "./importable.js";

/**
 * Modules of one owner with the name of another owner's folder of modules: `idna.py` beside `idna/`. Python imports one
 * of the two, and never the other. `isOwn`: whether an owner is the project or a local package, not a third party.
 */
export function sharedModuleNames(
  tree: readonly TreeEntry[],
  isOwn: (owner: string | undefined) => boolean,
): Conflict[] {
  const modules = tree.filter(({ path }) => /\.(py|so)$/.test(path) && isImportable(path));
  const folders = new Map<string, Set<string | undefined>>();
  let last: { readonly folder: string; readonly owner: string | undefined } | undefined;
  for (const { path, owner } of modules) {
    // Files of one folder follow each other, and add the same folders.
    const parent = path.slice(0, Math.max(path.lastIndexOf("/"), 0));
    if (parent === last?.folder && owner === last.owner) continue;
    last = { folder: parent, owner };
    for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) {
      const folder = path.slice(0, slash);
      folders.set(folder, (folders.get(folder) ?? new Set()).add(owner));
    }
  }
  return modules.flatMap(({ path, owner }) => {
    const folder = path.replace(/(\.[\w-]+)?\.so$|\.py$/, "");
    const others = [...(folders.get(folder) ?? [])].filter((other) => other !== owner);
    if (others.length === 0) return [];
    const kind = [owner, ...others].some(isOwn) ? "module" : "third-party-module";
    return [{ kind, path, other: `${folder}/`, owners: [owner, ...others].map((one) => one ?? null) } as const];
  });
}
