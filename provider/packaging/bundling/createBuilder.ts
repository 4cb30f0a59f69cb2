import { UvLambdaError } from "../../lib/errors.js";
import { neededSourceBuilds } from "../../project/wheels/wheelChoice.js";
import type { Target } from "../../runtimes/index.js";
import type { Builder, BuilderWork, Bundling } from "./builder.js";
import { openContainer } from "./containerBuilder.js";
import { installingPython, targetPython } from "../install/interpreter.js";

export function createBuilder(work: BuilderWork): Builder {
  const bundling = work.request.bundling ?? { mode: "local" };
  return builders[bundling.mode](work, bundling);
}

const builders: Readonly<Record<Bundling["mode"], (work: BuilderWork, bundling: Bundling) => Builder>> = {
  local: ({ session, uv, request, target, closure }) => ({
    identity: undefined,
    sourceBuilds: (locked) => neededSourceBuilds(locked, target, request.sourceBuilds, isRefused(closure)),
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
      // Nothing is built on this machine, so no package needs permission.
      sourceBuilds: (locked) =>
        neededSourceBuilds(
          locked,
          target,
          locked.map(({ name }) => name),
          isRefused(work.closure),
        ),
      anyPython: () => Promise.resolve(python),
      targetPython: () => Promise.resolve(python),
      uv: (scratch) => openContainer(work, image, scratch),
    };
  },
};

function isRefused({ wheelsRefused }: BuilderWork["closure"]): (name: string) => boolean {
  return (name) => wheelsRefused.includes(name);
}

/**
 * AWS's image for builds: Lambda's own system and CPython, with compilers and git, which the runtime's base image
 * lacks. The tag names the architecture, because the plain `latest` of such images has not always been for both.
 */
function buildImage({ runtime, architecture }: Pick<Target, "runtime" | "architecture">): string {
  return `public.ecr.aws/sam/build-${runtime}:latest-${architecture}`;
}

function refuseWindows(): void {
  if (process.platform !== "win32") return;
  throw new UvLambdaError("DOCKER_FAILED", '`bundling.mode` "docker" does not work on Windows.', {
    property: "bundling.mode",
    hint: "Run Pulumi in WSL, or on Linux or macOS.",
  });
}
