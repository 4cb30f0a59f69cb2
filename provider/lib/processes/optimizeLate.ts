import { setFlagsFromString } from "node:v8";

/**
 * For processes that end soon. Node.js 20 optimizes functions early, which took a tenth of the processor time of a
 * first build, and a sixth of that of the plugin in a preview. Later versions wait by themselves, and do not know the
 * flag.
 */
export function optimizeLate(): void {
  if (process.versions.node.startsWith("20.")) setFlagsFromString("--interrupt-budget=1000000");
}
