import { formats } from "../formats/index.js";
import type { Format } from "../formats/format.js";
import { loadProject, type Project } from "../project/workspace.js";
import { resolveTarget, type Target } from "../runtimes/index.js";
import type { UvContext } from "../uv/context.js";
import { lockFeatureVariables } from "../uv/settings/lockFeatures.js";
import { uvContext, type BuildSession } from "./buildSession.js";
import type { LockCheck } from "./closure/lockCheck.js";
import { projectFilesHash } from "./closure/projectFiles.js";
import type { CallOptions } from "./redactedCall.js";
import type { PackageRequest } from "./request.js";

/** One request, and what every step of its build uses. */
export interface Work {
  readonly session: BuildSession;
  readonly options: CallOptions;
  readonly request: PackageRequest;
  readonly project: Project;
  readonly target: Target;
  readonly format: Format;
  /** Found and checked, with the environment of this request. */
  readonly uv: UvContext;
  readonly lock: LockCheck;
  /** The `projectFilesHash` when the build began. */
  readonly filesHash: string;
}

export type BuildCall = Pick<Work, "session" | "options" | "request" | "lock">;

/** Throws what `resolveTarget`, `loadProject` and `findUv` throw, in this order. */
export async function openWork({ session, options, request, lock }: BuildCall): Promise<Work> {
  const { target } = resolveTarget(request.runtime, request.architecture);
  const project = await session.once(`project ${JSON.stringify([request.project, request.package])}`, () =>
    loadProject(request, (name, read) => session.once(name, async () => read())),
  );
  const features = await session.once(`features ${project.root}`, async () => lockFeatureVariables(project));
  const uv = await uvContext(session, options, features);
  const filesHash = await session.once(`files ${project.root}`, () => projectFilesHash(project, project.lockText));
  return { session, options, request, lock, project, target, format: formats[request.packageFormat], uv, filesHash };
}
