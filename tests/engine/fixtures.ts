import * as fs from "node:fs";
import * as path from "node:path";
import { runCommand } from "../support/commands.js";
import { checkout } from "../support/machine.js";
import { makeWheel } from "../support/wheels.js";

/** Projects of tests/fixtures that the engine tests deploy. */
export type FixtureName = "single-app" | "packaged-app" | "workspace" | "guide";

const fixtureNames: readonly FixtureName[] = ["single-app", "packaged-app", "workspace", "guide"];

/**
 * Fills `folder` with every fixture, each locked, and with the flat index `wheels` that they share. The locks name the
 * index by a relative path, so copies of `folder` work anywhere.
 */
export async function prepareFixtures(
  folder: string,
  uv: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  makeIndex(path.join(folder, "wheels"));
  for (const name of fixtureNames) {
    const project = path.join(folder, name);
    fs.cpSync(path.join(checkout, "tests", "fixtures", name), project, { recursive: true });
    await lockProject(project, uv, env);
  }
}

/** Runs `uv lock` in `project`. Throws uv's message when it fails. */
export async function lockProject(project: string, uv: string, env: Readonly<Record<string, string>>): Promise<void> {
  const result = await runCommand([uv, "lock"], { cwd: project, env });
  if (result.code !== 0) throw new Error(`uv lock failed in ${project}: ${result.stderr}`);
}

function makeIndex(folder: string): void {
  for (const version of ["1.0", "1.1"]) {
    const text = `def greet(name):\n    return f"Hello, {name} (greeting-lib ${version})"\n`;
    makeWheel({ name: "greeting-lib", version, files: { "greeting_lib/__init__.py": text } }, folder);
  }
  makeWheel({ name: "dev-tool", version: "1.0", files: { "dev_tool.py": "" } }, folder);
  makeWheel(
    { name: "windows-only", version: "2.0", tag: "cp311-cp311-win_amd64", files: { "windows_only.py": "" } },
    folder,
  );
}
