import * as assert from "node:assert/strict";
import { mustSucceed, steps, type PulumiOptions, type StackResource, type Steps, type Workspace } from "./harness.js";

/** What a preview with these flags would change. */
export async function previewed(
  workspace: Workspace,
  flags: readonly string[] = [],
  options?: PulumiOptions,
): Promise<Steps> {
  return steps(mustSucceed(await workspace.preview(["--json", ...flags], options)).stdout);
}

/** The resource of this type and name among those of a stack. */
export function resourceOf(resources: readonly StackResource[], type: string, name: string): StackResource {
  const found = resources.find((one) => one.type === type && one.urn.endsWith(`::${name}`));
  assert.ok(found, `no ${type} ${name}`);
  return found;
}

/** The same, from the stack's state as it is now. */
export async function resourceIn(workspace: Workspace, type: string, name: string): Promise<StackResource> {
  return resourceOf((await workspace.stackExport()).deployment.resources ?? [], type, name);
}
