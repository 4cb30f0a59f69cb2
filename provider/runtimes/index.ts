export { runtimes, type RuntimeRow } from "./table.js";
export {
  architectures,
  imagePlatforms,
  knownTargets,
  resolveTarget,
  type Architecture,
  type Glibc,
  type Machine,
  type ResolvedTarget,
  type Target,
} from "./target.js";
