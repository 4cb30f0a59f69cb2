import { skip } from "../support/skip.js";
import { lockProject } from "./fixtures.js";
import type { Workspace } from "./harness.js";
import { toolEnvironment } from "./run.js";

/** What package managers say when they cannot reach an index. */
const noIndex =
  /error sending request|dns error|Failed to fetch|dial tcp|Could not transfer artifact|Could not resolve dependencies/;

/** Runs `work`. Skips the test with a message when it fails because no package index can be reached. */
export async function orSkip<T>(context: Mocha.Context, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!noIndex.test((error as Error).message)) throw error;
    skip(context, `needs a package index (${(error as Error).message})`);
  }
}

/** `uv lock` in a folder of the workspace, whose project needs a package index. */
export async function lockOrSkip(context: Mocha.Context, workspace: Workspace, project: string): Promise<void> {
  const { folder, pulumi, uv } = workspace.run;
  await orSkip(context, () => lockProject(workspace.at(project), uv, toolEnvironment(folder, pulumi)));
}
