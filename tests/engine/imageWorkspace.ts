import type { ImageBench } from "../image/bench.js";
import { createWorkspace, mustSucceed, type Workspace, type WorkspaceOptions } from "./harness.js";
import { imageBench } from "./images.js";
import { writeProgram, type FunctionInputs } from "./programs.js";
import { sharedRun } from "./run.js";

/** Inputs of a function from an image that can run on this machine. */
export const imageTarget = {
  runtime: "python3.11",
  architecture: process.arch === "arm64" ? "arm64" : "x86_64",
  packageFormat: "image",
};

/** A workspace of image functions. `describeFunctions` gets the bench for the names of builder and base image. */
export async function imageWorkspace(
  context: Mocha.Context,
  describeFunctions: (bench: ImageBench) => WorkspaceOptions["functions"],
  env: Readonly<Record<string, string>> = {},
): Promise<{ workspace: Workspace; bench: ImageBench }> {
  const bench = await imageBench(context, await sharedRun(context));
  const functions = describeFunctions(bench);
  const workspace = await createWorkspace(context, { language: "yaml", functions, env: { ...bench.env, ...env } });
  return { workspace, bench };
}

export function rewrite(workspace: Workspace, functions: Readonly<Record<string, FunctionInputs>>): void {
  writeProgram(workspace.programFolder, { language: "yaml", functions });
}

/** An output of a function, from the state. */
export async function output(workspace: Workspace, name: string, property: string): Promise<string> {
  const { deployment } = await workspace.stackExport();
  const found = (deployment.resources ?? []).find(({ urn }) => urn.endsWith(`uvlambda:index:Function::${name}`));
  return String(found?.outputs?.[property]);
}

export async function answer(workspace: Workspace, name: string): Promise<unknown> {
  return workspace.invoke(await output(workspace, name, "functionName"), { name: "Ada" });
}

/** Runs a preview and returns its output. */
export async function expectNoChanges(workspace: Workspace): Promise<string> {
  return mustSucceed(await workspace.preview(["--expect-no-changes"])).text;
}
