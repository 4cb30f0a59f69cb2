import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { archiveName, platforms } from "../../tools/release/archives.js";
import { runCommand } from "../support/commands.js";
import { checkout } from "../support/machine.js";
import type { Workspace } from "./harness.js";
import { toolEnvironment, type Run } from "./run.js";

/** The version of this checkout, which is that of its plugin. */
export const { version } = JSON.parse(fs.readFileSync(path.join(checkout, "package.json"), "utf8")) as {
  version: string;
};

/** Installs the plugin from the archives of a release (`makeArchives`), among the plugins of the run. */
export async function installPlugin(run: Run, archives: string): Promise<void> {
  const archive = path.join(archives, archiveName(version, platforms[0]!));
  const command = [run.pulumi, "plugin", "install", "resource", "uvlambda", version, "--file", archive];
  const env = { ...toolEnvironment(run.folder, run.pulumi), PULUMI_HOME: run.pulumiHome };
  const { code, stdout, stderr } = await runCommand(command, { cwd: run.folder, env });
  assert.equal(code, 0, `${command.join(" ")}: ${stdout}${stderr}`);
}

/** The program finds the plugin as a user's does: among the installed plugins. */
export function useInstalledPlugin({ programFolder }: Workspace): void {
  const file = path.join(programFolder, "Pulumi.yaml");
  const { plugins, ...project } = JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, unknown>;
  assert.ok(plugins !== undefined, "the harness no longer names the plugin's folder: nothing is left to take out");
  fs.writeFileSync(file, JSON.stringify(project));
}
