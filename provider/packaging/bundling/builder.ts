import type { LockedPackage } from "../../project/lock/pylock.js";
import type { UvContext } from "../../uv/context.js";
import type { ClosedWork } from "../closure/readClosure.js";
import type { PackageRequest } from "../request.js";

export type Bundling = NonNullable<PackageRequest["bundling"]>;

/** Where packages are installed and built: on this machine, or in a container. */
export interface Builder {
  /** What of it can reach the output. */
  readonly identity: string | undefined;
  /** Normalised names of those locked packages that are built from source, because they may be and have no wheel. */
  sourceBuilds(locked: readonly LockedPackage[]): readonly string[];
  /** For `--python`: any CPython, to build what does not compile. */
  anyPython(): Promise<string>;
  /** One of the target's minor version; undefined when there is none. */
  targetPython(): Promise<string | undefined>;
  /** The uv that works there. `scratch` is the private folder of this piece of work, and the only one it may write to. */
  uv(scratch: string): Promise<UvContext>;
}

export type BuilderWork = ClosedWork;
