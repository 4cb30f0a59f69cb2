import { realpathSync } from "node:fs";
import { readDirectUploadLimit, readMachineSettings } from "./lib/machine.js";
import { createPackager } from "./packaging/createPackager.js";
import { WorkFolder } from "./store/placed/workFolder.js";
import { buildEnvironmentProblems } from "./uv/settings/environment.js";
import type { PackageSchema } from "./inputs/schema/packageSchema.js";
import { builderProblem } from "./resources/code/image/reachableBuilder.js";
import type { Unbuildable } from "./resources/code/image/unbuildable.js";
import { programReporter } from "./resources/engine/progress.js";
import type { OpenedServices } from "./resources/engine/services.js";
import { NameClaims } from "./resources/function/nameClaims.js";
import { BuiltLayers } from "./resources/layer/builtLayers.js";

export interface ServiceOptions {
  readonly schema: PackageSchema;
  /** The environment of this process. */
  readonly env: NodeJS.ProcessEnv;
  /** `2026-11-21` */
  readonly today: string;
  readonly unbuildable: Unbuildable;
  /** Ends all builds. */
  readonly signal: AbortSignal;
}

/** Everything that the components of this process use. The program is in the working folder. */
export async function openServices(options: ServiceOptions): Promise<OpenedServices> {
  const { schema, env, today, unbuildable, signal } = options;
  const machine = readMachineSettings(env);
  const programFolder = realpathSync(process.cwd());
  const packager = createPackager(machine, programReporter, { tidies: true });
  signal.addEventListener("abort", () => packager.cancel(), { once: true });
  // Ctrl-C may have been pressed while the modules were loading.
  if (signal.aborted) packager.cancel();
  const onWait = (holder: string) => programReporter.progress(`Waiting while ${machine.workDir} is tidied: ${holder}`);
  return {
    schema,
    packager,
    workFolder: new WorkFolder(programFolder, machine.workDir, { signal, timeoutMs: machine.timeoutMs, onWait }),
    programFolder,
    today,
    buildEnvironmentProblems,
    names: new NameClaims(),
    builderProblem: (image) => builderProblem(image, machine.environment),
    unbuildable,
    directUploadLimit: readDirectUploadLimit(env),
    layers: new BuiltLayers(),
  };
}
