export { importedBefore, maybeImportedBefore } from "./importedBefore.js";
export { isStandardLibrary } from "./standardLibrary.js";
export { runtimes, type Glibc, type RuntimeRow } from "./table.js";
export {
  architectures,
  imagePlatforms,
  knownTargets,
  resolveTarget,
  type Architecture,
  type Machine,
  type ResolvedTarget,
  type Target,
} from "./target.js";
