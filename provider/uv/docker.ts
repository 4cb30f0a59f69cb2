import { UvLambdaError } from "../lib/errors.js";
import { ProcessRunner, type RunResult } from "../lib/processes/process.js";
import { redact } from "../lib/redaction/redact.js";
import type { UvContext } from "./context.js";
import { shortLines } from "./errors/stderr.js";

/** How the docker command is started. */
export interface Docker {
  /** The whole environment of the command: what it needs to find its daemon, and the values for containers. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface Image {
  /** `public.ecr.aws/sam/build-python3.13:latest-arm64`, or any other that the daemon has or can pull. */
  readonly reference: string;
  /** `linux/arm64` */
  readonly platform: string;
}

export interface Daemon {
  /** A rootless daemon runs a container's root as the user who started it. */
  readonly rootless: boolean;
}

type DockerContext = Pick<UvContext, "runner" | "timeoutMs" | "signal" | "secrets" | "reporter">;

const questionTimeoutMs = 30_000;

/** Asks the daemon about itself. Throws DOCKER_FAILED without docker or without a daemon. */
export async function askDaemon(context: DockerContext, docker: Docker): Promise<Daemon> {
  const args = ["info", "--format", "{{json .SecurityOptions}}"];
  const result = await runDocker(context, docker, args, questionTimeoutMs);
  if (result.exitCode === 0) return { rootless: result.stdout.includes("name=rootless") };
  throw dockerError("the Docker daemon does not answer", result.stderr, context.secrets, startHint);
}

/** Pulls the image unless the daemon has it for the platform. Throws DOCKER_FAILED. */
export async function requireImage(context: DockerContext, docker: Docker, image: Image): Promise<void> {
  const { reference, platform } = image;
  const args = ["image", "inspect", "--format", "{{.Os}}/{{.Architecture}}", reference];
  const known = await runDocker(context, docker, args, questionTimeoutMs);
  if (known.exitCode === 0 && known.stdout.trim() === platform) return;
  context.reporter.progress(`Pulling ${reference} for ${platform}`);
  const pull = ["pull", "--quiet", "--platform", platform, reference];
  const pulled = await runDocker(context, docker, pull, context.timeoutMs);
  if (pulled.exitCode === 0) return;
  const what = `the image ${reference} cannot be pulled for ${platform}`;
  throw dockerError(what, pulled.stderr, context.secrets, pullHint);
}

/** Stops and removes a container, whether or not it still exists. Works after the context was cancelled. */
export async function removeContainer(docker: Docker, name: string): Promise<void> {
  // Its own runner: the build's runner starts nothing after it was told to kill.
  const runner = new ProcessRunner();
  const options = { cwd: "/", env: docker.environment, timeoutMs: questionTimeoutMs };
  await runner.run("docker", ["rm", "--force", name], options).catch(() => undefined);
}

/** Why a container did not run. Undefined when it did, however its command ended. */
export function containerFailure(result: RunResult, image: Image, secrets: readonly string[]): Error | undefined {
  const { exitCode, stderr } = result;
  const { reference, platform } = image;
  if (exitCode !== 0 && foreignProgram.test(stderr)) {
    return dockerError(`this machine cannot run ${platform} in ${reference}`, stderr, secrets, emulationHint);
  }
  if (exitCode === killed) {
    return dockerError(`the build in ${reference} was killed`, stderr, secrets, memoryHint);
  }
  const neverStarted = exitCode >= 125 && exitCode <= 127;
  return neverStarted ? dockerError(`no container of ${reference} could be started`, stderr, secrets) : undefined;
}

const killed = 137;
/** Messages of runc, old and new, and of crun. Programs inside may print something similar. */
const foreignProgram = /\bexec (\/uvlambda\/uv|user process caused|container process)\b.*exec format error/i;

async function runDocker(
  { runner, signal }: DockerContext,
  { environment }: Docker,
  args: readonly string[],
  timeoutMs: number,
): Promise<RunResult> {
  const result = await runner.run("docker", args, { cwd: "/", env: environment, timeoutMs, signal });
  if (result.notStarted === undefined) return result;
  throw dockerError(`the docker command cannot be started (${result.notStarted})`, "", [], installHint);
}

function dockerError(what: string, stderr: string, secrets: readonly string[], hint?: string): UvLambdaError {
  const lines = redact(stderr, secrets)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "" && !/See '?docker .{0,200}--help/.test(line));
  const output = lines.length === 0 ? "." : `:\n${shortLines(lines.slice(-5).join("\n"))}`;
  return new UvLambdaError("DOCKER_FAILED", `\`bundling.mode\` is "docker", but ${what}${output}`, {
    property: "bundling.mode",
    ...(hint === undefined ? {} : { hint }),
  });
}

const installHint = 'Install Docker and put it on PATH, or set `bundling: { mode: "local" }`.';
const startHint =
  'Start Docker (`docker info` must succeed), name its daemon in DOCKER_HOST or DOCKER_CONTEXT, or set `bundling: { mode: "local" }`.';
const pullHint = "Check `bundling.image`, the network, and for a private registry `docker login`.";
const emulationHint =
  "To fix this, let Docker emulate it (`docker run --privileged --rm tonistiigi/binfmt --install all`), or set the `architecture` of this machine.";
const memoryHint = "The usual cause is too little memory. To fix this, give Docker more.";
