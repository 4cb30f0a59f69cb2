import { silent, type Reporter } from "../lib/log.js";
import type { MachineSettings } from "../lib/machine.js";
import { LockCheck } from "./closure/lockCheck.js";
import { checkArtifact } from "./checks/checkArtifact.js";
import { closeSession, openSession, uvProcesses, type BuildSession } from "./buildSession.js";
import type { CommandPackager } from "./packager.js";
import { redactedCall } from "./redactedCall.js";
import { SharedBuilds } from "./sharedBuild.js";
import { writeSbom } from "./writeSbom.js";

export interface PackagerOptions {
  /** Whether the store is pruned after the first build, at most once a day. Default: no. */
  readonly tidies?: boolean;
}

/** A packager with its own processes and limits, on the store that `machine` names. */
export function createPackager(
  machine: MachineSettings,
  reporter: Reporter = silent,
  options: PackagerOptions = {},
): CommandPackager {
  return packagerOf(openSession(machine, reporter), options);
}

export function packagerOf(session: BuildSession, { tidies = false }: PackagerOptions = {}): CommandPackager {
  const { machine } = session;
  const builds = new SharedBuilds(session);
  return {
    package: async (request, options) => {
      const artifact = await redactedCall(machine, request, options, async (call) => {
        const built = await builds.build(request, call);
        await checkArtifact(built);
        return built.artifact;
      }).finally(() => Promise.all(session.removing));
      if (tidies) tidyStore(session);
      return artifact;
    },
    cancel: () => closeSession(session),
    uvProcesses: () => uvProcesses(session),
    sbom: (request, options) =>
      redactedCall(machine, request, options, (call) =>
        writeSbom({ session, request, options: call, lock: new LockCheck() }),
      ),
  };
}

/** In the background. A failure is no reason to fail a build. */
function tidyStore({ store, once }: BuildSession): void {
  void once("prune", () => store.pruneDaily()).catch(() => undefined);
}
