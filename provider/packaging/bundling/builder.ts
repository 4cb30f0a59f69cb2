import type { LockedPackage } from "../../project/lock/pylock.js";
import type { UvContext } from "../../uv/context.js";
import type { ClosedWork } from "../closure/readClosure.js";
import type { PackageRequest } from "../request.js";

export type Bundling = NonNullable<PackageRequest["bundling"]>;

/** Where packages are installed and built: on this machine, or in a container. */
export interface Builder {
  /** The part of the builder that can reach the output. */
  readonly identity: string | undefined;
  /** Normalised names of the locked packages to build from source: they may be built, and have no wheel. */
  sourceBuilds(locked: readonly LockedPackage[]): readonly string[];
  /** For `--python`: any CPython, for builds that do not compile. */
  anyPython(): Promise<string>;
  /** A CPython of the target's minor version. Undefined when there is none. */
  targetPython(): Promise<string | undefined>;
  /**
   * The uv of this builder. `scratch` is the private folder of this piece of work, and the only one that it may write
   * to.
   */
  uv(scratch: string): Promise<UvContext>;
}

export type BuilderWork = ClosedWork;
