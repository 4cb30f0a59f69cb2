import type { PulumiOptions, Workspace } from "./harness.js";

const preview = ["preview", "--diff", "--expect-no-changes"];
const readBack = ["refresh", "--yes", "--skip-preview"];

/** What was deployed is not a change, neither as the state has it nor as the provider reads it back. */
export async function expectSettled(pulumi: Workspace["pulumi"], options?: PulumiOptions): Promise<void> {
  for (const [name, args] of Object.entries({ preview, refresh: readBack, "preview after refresh": preview })) {
    const { code, text } = await pulumi(args, options);
    if (code !== 0) throw new Error(`after \`pulumi up\`, the ${name} ended with ${code}:\n${text}`);
  }
}
