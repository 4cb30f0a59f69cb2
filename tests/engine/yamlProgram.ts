import * as fs from "node:fs";
import * as path from "node:path";
import type { Workspace } from "./harness.js";

export interface YamlResource {
  readonly type: string;
  readonly properties?: object;
  readonly options?: object;
}

/** Adds resources and outputs to a YAML program of `createWorkspace`, for programs with more than functions. */
export function writeYaml(
  workspace: Workspace,
  resources: Readonly<Record<string, YamlResource>>,
  outputs: Readonly<Record<string, unknown>> = {},
): void {
  const file = path.join(workspace.programFolder, "Pulumi.yaml");
  const project = JSON.parse(fs.readFileSync(file, "utf8")) as object;
  fs.writeFileSync(file, `${JSON.stringify({ ...project, resources, outputs }, undefined, 2)}\n`);
}
