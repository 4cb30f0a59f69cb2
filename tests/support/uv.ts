import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { createLimit } from "../../provider/lib/concurrency/limit.js";
import type { Reporter } from "../../provider/lib/log.js";
import { ProcessRunner } from "../../provider/lib/processes/process.js";
import type { UvContext } from "../../provider/uv/context.js";
import { uvEnvironment } from "../../provider/uv/settings/environment.js";
import { findUv } from "../../provider/uv/programs/find.js";
import { findTool } from "./machine.js";

/** A runner that keeps the arguments of every call. */
class RecordingRunner extends ProcessRunner {
  readonly calls: (readonly string[])[] = [];
  override run(...[command, args, options]: Parameters<ProcessRunner["run"]>): ReturnType<ProcessRunner["run"]> {
    this.calls.push(args);
    return super.run(command, args, options);
  }
}

export interface TestUv extends UvContext {
  readonly runner: RecordingRunner;
  readonly messages: string[];
  /** Private folder of this context, with uv's cache in it. */
  readonly folder: string;
  remove(): void;
}

/**
 * The real uv (UVLAMBDA_TEST_UV, else the first on PATH) with its own cache. Undefined when there is none: the test
 * then says so and skips. `environment` is added to the machine's PATH and HOME.
 */
export async function testUv(environment: Readonly<Record<string, string>> = {}): Promise<TestUv | undefined> {
  const explicit = findTool("uv", "UVLAMBDA_TEST_UV");
  if (explicit === undefined) return undefined;
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-uv-")));
  const machine: Record<string, string> = {
    PATH: pathWithoutShims(),
    HOME: folder,
    UV_CACHE_DIR: path.join(folder, "uv-cache"),
    UV_PYTHON_DOWNLOADS: "never",
    UV_HTTP_RETRIES: "0",
    ...environment,
  };
  const runner = new RecordingRunner();
  const messages: string[] = [];
  const reporter: Reporter = { progress: (m) => void messages.push(m), warn: (m) => void messages.push(m) };
  const found = await findUv({ explicit, environment: machine, runner, memo: (_, compute) => compute() });
  runner.calls.length = 0;
  return {
    ...found,
    runner,
    messages,
    folder,
    environment: uvEnvironment(machine, {}),
    secrets: [],
    timeoutMs: 120_000,
    limit: createLimit(2),
    reporter,
    remove: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}

export const noUv = "needs uv on PATH or in UVLAMBDA_TEST_UV";

/** uv starts each shim of a version manager to see what it is, which takes seconds for each call. */
function pathWithoutShims(): string {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  return folders.filter((folder) => path.basename(folder) !== "shims").join(path.delimiter);
}
