export { runtimes, type RuntimeRow } from "./table.js";
export {
  architectures,
  knownTargets,
  resolveTarget,
  type Architecture,
  type Glibc,
  type Machine,
  type ResolvedTarget,
  type Target,
} from "./target.js";
