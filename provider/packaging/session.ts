import { createLimit, type Limit } from "../lib/limit.js";
import type { Reporter } from "../lib/log.js";
import { ProcessRunner } from "../lib/process.js";
import type { Settings } from "../lib/settings.js";
import { Store } from "../store/store.js";
import { uvEnvironment, secretValues } from "../uv/environment.js";
import { findUv } from "../uv/find.js";
import type { UvContext } from "../uv/context.js";
import type { PackageOptions } from "./packager.js";
import { keyOf } from "./key.js";

/** What the builds of one process share. */
export interface Session {
  readonly settings: Settings;
  readonly store: Store;
  readonly runner: ProcessRunner;
  readonly limit: Limit;
}

export function openSession(settings: Settings, reporter: Reporter): Session {
  return {
    settings,
    store: new Store(settings.cacheDir, { reporter }),
    runner: new ProcessRunner(),
    limit: createLimit(settings.concurrency),
  };
}

/** uv, found and checked, with the environment and the secrets of one call. */
export async function uvContext(session: Session, options: PackageOptions): Promise<UvContext> {
  const { settings, store, runner, limit } = session;
  const found = await findUv({
    explicit: settings.uv,
    environment: settings.environment,
    runner,
    memo: async (identity, compute) => {
      const { entry } = await store.getOrCreate("uv", keyOf("uv", { identity }), compute);
      return entry.meta as string;
    },
  });
  return {
    ...found,
    runner,
    limit,
    environment: uvEnvironment(settings.environment, options.buildEnvironment ?? {}),
    secrets: secretValues(settings.environment, options.buildEnvironment ?? {}),
    timeoutMs: settings.timeoutMs,
    reporter: options.reporter,
  };
}
