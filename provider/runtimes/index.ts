export { importedBefore, maybeImportedBefore } from "./importedBefore.js";
export { isStandardElsewhere, isStandardLibrary } from "./standardLibrary.js";
export { isStandardNameElsewhere } from "./standardNames.js";
export { runtimes, type Glibc } from "./table.js";
export { imagePlatforms, knownTargets, resolveTarget, runtimeProblem, type Target } from "./target.js";
