import type { RunOptions, RunResult } from "../lib/processes/process.js";
import type { UvContext } from "./context.js";
import { containerFailure, removeContainer, type Docker, type Image } from "./docker.js";

/**
 * What the containers of one piece of work may see. Folders have the same path inside and outside, so that uv's
 * arguments and messages mean the same in both.
 */
export interface Container {
  readonly docker: Docker;
  readonly image: Image;
  /** Begins the names of the containers; nobody else may use it. */
  readonly name: string;
  /** `1000:1000`, so that written files belong to the user. Undefined: the image's own user. */
  readonly user: string | undefined;
  /** A uv for Linux, on the host. */
  readonly uv: string;
  /** Absolute files and folders of the host. */
  readonly readOnly: readonly string[];
  readonly writable: readonly string[];
  /** Names of variables in the environment of `docker` that the container gets with their values. */
  readonly passed: readonly string[];
  /** Variables that matter only inside. No secrets: they are on the command line. */
  readonly variables: Readonly<Record<string, string>>;
}

/** A path that no image uses. */
const uvInside = "/uvlambda/uv";

/** The same context with a uv that runs in containers. Its calls also throw DOCKER_FAILED. */
export function uvInContainer(context: UvContext, container: Container): UvContext {
  let count = 0;
  const run = async (_: string, args: readonly string[], options: RunOptions): Promise<RunResult> => {
    const name = `${container.name}-${++count}`;
    const result = await runAndRemove(context, { ...container, name }, args, options);
    const failure = containerFailure(result, container.image, context.secrets);
    if (failure !== undefined) throw failure;
    return result;
  };
  return { ...context, path: uvInside, runner: { run } };
}

async function runAndRemove(
  context: UvContext,
  container: Container,
  args: readonly string[],
  options: RunOptions,
): Promise<RunResult> {
  const { docker, name } = container;
  const added = ownVariables(context.environment, options.env);
  const argv = containerArguments(container, args, options.cwd, added);
  // Killing the command leaves its container running. After a cancel, this must start first: the process may exit at
  // once.
  let removal: Promise<void> | undefined;
  const remove = () => (removal ??= removeContainer(docker, name));
  const onAbort = () => void remove();
  options.signal?.addEventListener("abort", onAbort, { once: true });
  try {
    return await context.runner.run("docker", argv, { ...options, env: { ...docker.environment, ...added } });
  } catch (error) {
    await remove();
    throw error;
  } finally {
    options.signal?.removeEventListener("abort", onAbort);
  }
}

/** Variables that one call adds to the context's environment, such as those for a build backend. */
function ownVariables(
  common: Readonly<Record<string, string>>,
  all: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(all).filter(([name, value]) => common[name] !== value));
}

function containerArguments(
  container: Container,
  args: readonly string[],
  folder: string,
  added: Readonly<Record<string, string>>,
): string[] {
  const { name, image, user, uv, readOnly, writable, passed, variables } = container;
  return [
    ...["run", "--rm", "--name", name, "--platform", image.platform, "--pull", "never"],
    // With SELinux, the container could not read the mounted files, and relabelling would change the user's files.
    ...["--security-opt", "label=disable"],
    ...(user === undefined ? [] : ["--user", user]),
    ...["--workdir", folder, "--entrypoint", uvInside],
    ...["--mount", mount(uv, uvInside, true)],
    ...readOnly.flatMap((file) => ["--mount", mount(file, file, true)]),
    ...writable.flatMap((file) => ["--mount", mount(file, file, false)]),
    // Without a value, docker takes it from its own environment: everybody can read values on a command line.
    ...[...passed, ...Object.keys(added)].flatMap((variable) => ["--env", variable]),
    ...Object.entries(variables).flatMap(([variable, value]) => ["--env", `${variable}=${value}`]),
    image.reference,
    ...args,
  ];
}

/** The value of `--mount`: comma-separated fields. Unlike `--volume`, it does not create missing folders. */
function mount(source: string, target: string, readOnly: boolean): string {
  const fields = ["type=bind", `source=${source}`, `target=${target}`, ...(readOnly ? ["readonly"] : [])];
  return fields.map((field) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(",");
}
