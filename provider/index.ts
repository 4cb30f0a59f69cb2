import "./nodeFloor.js";
import { readFileSync, realpathSync } from "node:fs";
import * as path from "node:path";
import { readDirectUploadLimit, readMachineSettings } from "./lib/machine.js";
import { optimizeLate } from "./lib/processes/optimizeLate.js";
import { watchParent } from "./lib/processes/watchdog.js";
import type { Packager } from "./packaging/packager.js";
import { UvLambdaProvider, servePlugin } from "./provider.js";
import type { PackageSchema } from "./inputs/schema/packageSchema.js";
import { Unbuildable } from "./resources/code/image/unbuildable.js";
import type { OpenedServices } from "./resources/engine/services.js";

// Exports nothing: the language host would treat an exported component class as a plugin.
// Prints nothing: the engine reads the port from the first line.
startPlugin();

function startPlugin(): void {
  optimizeLate();
  const schemaText = readFileSync(path.join(__dirname, "../schema.json"), "utf8");
  const schema = JSON.parse(schemaText) as PackageSchema;
  let packager: Packager | undefined;
  let services: Promise<OpenedServices> | undefined;
  const cancelled = new AbortController();
  const { signal } = cancelled;
  const cancel = () => {
    cancelled.abort();
    packager?.cancel();
  };

  const unbuildable = new Unbuildable();
  const openServices = async (): Promise<OpenedServices> => {
    // Loaded late: the engine also starts the plugin just to read its schema.
    const { createPackager } = await import("./packaging/createPackager.js");
    const { programReporter } = await import("./resources/engine/progress.js");
    const { BuiltLayers } = await import("./resources/layer/builtLayers.js");
    const { LogGroupClaims } = await import("./resources/function/logs/logGroupClaims.js");
    const { builderProblem } = await import("./resources/code/image/reachableBuilder.js");
    const { WorkFolder } = await import("./store/workFolder.js");
    const { buildEnvironmentProblems } = await import("./uv/settings/environment.js");
    const machine = readMachineSettings(process.env);
    const programFolder = realpathSync(process.cwd());
    packager = createPackager(machine, programReporter, { tidies: true });
    // Ctrl-C may have been pressed while the modules were loading.
    if (signal.aborted) packager.cancel();
    const onWait = (who: string) => programReporter.progress(`Waiting while ${machine.workDir} is tidied: ${who}`);
    return {
      schema,
      packager,
      workFolder: new WorkFolder(programFolder, machine.workDir, { signal, timeoutMs: machine.timeoutMs, onWait }),
      programFolder,
      today: new Date().toISOString().slice(0, 10),
      buildEnvironmentProblems,
      logGroups: new LogGroupClaims(),
      builderProblem: (image) => builderProblem(image, machine.environment),
      unbuildable,
      directUploadLimit: readDirectUploadLimit(process.env),
      layers: new BuiltLayers(),
    };
  };

  const stop = () => {
    cancel();
    process.exit(1);
  };
  watchParent({ onOrphaned: stop });
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  const provider = new UvLambdaProvider({
    version: schema.version,
    schema: schemaText,
    services: () => (services ??= openServices()),
    onCancel: cancel,
    unbuildable,
  });
  void servePlugin(provider, process.argv.slice(2));
}
