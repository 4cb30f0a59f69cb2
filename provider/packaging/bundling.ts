import { UvLambdaError } from "../lib/errors.js";
import type { LockedPackage } from "../project/pylock.js";
import { neededSourceBuilds } from "../project/wheelChoice.js";
import type { Project } from "../project/workspace.js";
import type { Target } from "../runtimes/index.js";
import type { UvContext } from "../uv/context.js";
import { openContainer } from "./bundlingContainer.js";
import type { Closure } from "./closure.js";
import { installingPython, targetPython } from "./interpreter.js";
import type { PackageRequest } from "./request.js";
import type { Session } from "./session.js";

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

export interface BuilderWork {
  readonly session: Session;
  readonly uv: UvContext;
  readonly project: Project;
  readonly request: PackageRequest;
  readonly target: Target;
  readonly closure: Closure;
}

export function createBuilder(work: BuilderWork): Builder {
  const bundling = work.request.bundling ?? { mode: "local" };
  return builders[bundling.mode](work, bundling);
}

const builders: Readonly<Record<Bundling["mode"], (work: BuilderWork, bundling: Bundling) => Builder>> = {
  local: ({ session, uv, request, target }) => ({
    identity: undefined,
    sourceBuilds: (locked) => neededSourceBuilds(locked, target, request.sourceBuilds),
    anyPython: () => installingPython(session, uv, target),
    targetPython: () => targetPython(session, uv, target),
    uv: () => Promise.resolve(uv),
  }),

  docker: (work, { image = buildImage(work.target) }) => {
    refuseWindows();
    const { target } = work;
    // The image brings exactly one CPython of this version, and uv finds it there without being asked first.
    const python = target.pythonVersion;
    return {
      identity: image,
      // Nothing is built on this machine, so no package needs a permission of its own.
      sourceBuilds: (locked) =>
        neededSourceBuilds(
          locked,
          target,
          locked.map(({ name }) => name),
        ),
      anyPython: () => Promise.resolve(python),
      targetPython: () => Promise.resolve(python),
      uv: (scratch) => openContainer(work, image, scratch),
    };
  },
};

/**
 * AWS's image for builds: Lambda's own system and CPython, with compilers and git, which the runtime's base image lacks.
 * The tag names the architecture, because the plain `latest` of such images has not always been for both.
 */
export function buildImage({ runtime, architecture }: Pick<Target, "runtime" | "architecture">): string {
  return `public.ecr.aws/sam/build-${runtime}:latest-${architecture}`;
}

function refuseWindows(): void {
  if (process.platform !== "win32") return;
  throw new UvLambdaError("DOCKER_FAILED", '`bundling.mode` "docker" does not work on Windows.', {
    property: "bundling.mode",
    hint: "Run Pulumi in WSL, or on Linux or macOS.",
  });
}
