import { createOnce, type Once } from "../lib/concurrency/once.js";
import type { Reporter } from "../lib/log.js";
import { build } from "./build.js";
import type { BuildSession } from "./buildSession.js";
import type { BuiltWork, CheckWork } from "./checks/checkArtifact.js";
import { LockCheck } from "./closure/lockCheck.js";
import type { CallOptions } from "./redactedCall.js";
import type { PackageRequest } from "./request.js";
import { waitingFor } from "./waiting.js";

/** A build that others may share, while it runs and afterwards. */
interface SharedBuild {
  readonly by: string | undefined;
  readonly built: Promise<BuiltWork>;
  /** What its checks have found. */
  readonly checked: Once;
  /** Its warnings so far, which those that share it repeat. */
  readonly warnings: readonly string[];
}

/** A wait that is shorter is not worth a word: most builds are in the store. */
const silentMs = 1_000;

/**
 * The builds of one process, each together with the check of the lock. Equal requests are built once, whatever their
 * handlers: only the checks of the artifact look at those, and each handler is checked once. A build that failed is
 * forgotten.
 */
export class SharedBuilds {
  private readonly builds = new Map<string, SharedBuild>();

  constructor(private readonly session: BuildSession) {}

  async build(request: PackageRequest, options: CallOptions): Promise<CheckWork> {
    const key = JSON.stringify([{ ...request, handler: undefined }, options.buildEnvironment]);
    const known = this.builds.get(key);
    if (known !== undefined) await this.hear(known, options.reporter);
    const { built, checked } = known ?? this.start(key, request, options);
    return { ...(await built), request, options, checked };
  }

  private start(key: string, request: PackageRequest, options: CallOptions): SharedBuild {
    const { session } = this;
    const warnings: string[] = [];
    const reporter: Reporter = {
      progress: (message, amount) => options.reporter.progress(message, amount),
      warn: (message) => {
        warnings.push(message);
        options.reporter.warn(message);
      },
    };
    const call = { session, request, options: { ...options, reporter } };
    const built = LockCheck.beside((lock) => build({ ...call, lock }));
    const shared = { by: options.name, built, checked: createOnce(), warnings };
    this.builds.set(key, shared);
    built.catch(() => this.builds.delete(key));
    return shared;
  }

  /** Waits for the end of a build, and says what it said. */
  private async hear({ by, built, warnings }: SharedBuild, reporter: Reporter): Promise<void> {
    const wait = setTimeout(() => reporter.progress(waitingFor(by, "build")), silentMs);
    await built.catch(() => undefined);
    clearTimeout(wait);
    for (const message of warnings) if (!this.session.told.has(message)) reporter.warn(message);
  }
}
