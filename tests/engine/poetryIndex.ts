import * as assert from "node:assert/strict";
import * as path from "node:path";
import { PrivateIndex } from "../packaging/support/privateIndex.js";
import { runCommand } from "../support/commands.js";
import { checkout } from "../support/machine.js";
import { toolEnvironment, type Run } from "./run.js";

/**
 * An index for Poetry with the packages that a Python program needs, including those that build the SDK. Not every
 * index that pip and uv can use serves PyPI's JSON API, which Poetry asks for. Returns its URL.
 */
export async function startPoetryIndex(run: Run): Promise<string> {
  const files = path.join(run.folder, "poetry-wheels");
  const wanted = [path.join(checkout, "sdk", "python"), "setuptools", "pulumi"];
  const argv = ["python3", "-m", "pip", "download", "--quiet", "--prefer-binary", "--dest", files, ...wanted];
  const { code, stderr } = await runCommand(argv, { cwd: run.folder, env: toolEnvironment(run.folder, run.pulumi) });
  assert.equal(code, 0, stderr);
  const index = new PrivateIndex(files);
  await index.start();
  run.atEnd.push(async () => index.stop());
  return index.withCredentials("/simple/");
}
