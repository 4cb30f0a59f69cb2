import "./nodeFloor.js";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { optimizeLate } from "./lib/processes/optimizeLate.js";
import { watchParent } from "./lib/processes/watchdog.js";
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
  const unbuildable = new Unbuildable();
  const openServices = async (signal: AbortSignal): Promise<OpenedServices> => {
    // Loaded late: the engine also starts the plugin just to read its schema.
    const module = await import("./openServices.js");
    const today = new Date().toISOString().slice(0, 10);
    return module.openServices({ schema, env: process.env, today, unbuildable, signal });
  };
  const provider = new UvLambdaProvider({
    version: schema.version,
    schema: schemaText,
    services: openServices,
    unbuildable,
  });
  endWithEngine(() => void provider.cancel());
  void servePlugin(provider, process.argv.slice(2));
}

/** Ends this process, after `cancel`, when the engine is gone or this process is told to end. */
function endWithEngine(cancel: () => void): void {
  const end = () => {
    cancel();
    process.exit(1);
  };
  watchParent({ onOrphaned: end });
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
}
