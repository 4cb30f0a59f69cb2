import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metadata } from "./metadata.js";
import { StandIn } from "./provider.js";
import { pulumiSchema } from "./schema.js";
import { serve } from "./server.js";

/** The plugin's process. Prints its port for the engine, and serves until it is killed. */
async function main(): Promise<void> {
  const metadata = JSON.parse(readFileSync(join(__dirname, "metadata.json"), "utf8")) as Metadata;
  const port = await serve(new StandIn(metadata, process.env), metadata.version, pulumiSchema(metadata));
  process.stdout.write(`${port}\n`);
  endWithEngine();
}

/** A killed engine cannot end its plugins. The parent process changes then. */
function endWithEngine(): void {
  const engine = process.ppid;
  setInterval(() => {
    if (process.ppid !== engine) process.exit(1);
  }, 2_000).unref();
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
