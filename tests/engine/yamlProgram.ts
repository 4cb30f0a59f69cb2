import * as fs from "node:fs";
import * as path from "node:path";
import type { Workspace } from "./harness.js";

export interface YamlResource {
  readonly type: string;
  readonly properties?: object;
  readonly options?: object;
}

/** Gives a YAML program of `createWorkspace` these resources and outputs, for what is more than functions. */
export function writeYaml(
  workspace: Workspace,
  resources: Readonly<Record<string, YamlResource>>,
  outputs: Readonly<Record<string, unknown>> = {},
): void {
  const file = path.join(workspace.programFolder, "Pulumi.yaml");
  const project = JSON.parse(fs.readFileSync(file, "utf8")) as object;
  fs.writeFileSync(file, `${JSON.stringify({ ...project, resources, outputs }, undefined, 2)}\n`);
}
