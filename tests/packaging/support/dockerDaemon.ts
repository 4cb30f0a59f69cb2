import * as fs from "node:fs";
import * as path from "node:path";
import { readIfThere, runCommand, startCommand, waitUntil, type StartedCommand } from "../../support/commands.js";

/** Why no daemon can be started here. Undefined when one can. */
export function whyNoDaemon(): string | undefined {
  if (process.platform !== "linux") return "a Docker daemon needs Linux";
  if (process.getuid?.() !== 0) return "a Docker daemon needs root";
  if (parts() === undefined) return "needs the Docker daemon of `tools/setup` (UVLAMBDA_TEST_DOCKER)";
  if (imageTar() === undefined) return "needs the part base-image of `tools/setup` (UVLAMBDA_TEST_BASE_IMAGE)";
  return undefined;
}

function parts(): string | undefined {
  const folder = process.env["UVLAMBDA_TEST_DOCKER"];
  return folder !== undefined && fs.existsSync(path.join(folder, "usr/sbin/dockerd")) ? folder : undefined;
}

function imageTar(): string | undefined {
  const file = process.env["UVLAMBDA_TEST_BASE_IMAGE"];
  return file !== undefined && fs.existsSync(file) ? file : undefined;
}

/**
 * A Docker daemon in its own mount and network namespaces, with one image of Debian's Python 3.11 and nothing else. To
 * reach a registry on 127.0.0.1 it stays in the network of this machine, and leaves its settings alone.
 */
export class DockerDaemon {
  readonly image = "uvlambda-tests/build:1";
  private readonly parts = parts()!;
  private process: StartedCommand | undefined;

  constructor(
    private readonly folder: string,
    private readonly network: "none" | "host" = "none",
    /** Variables for the daemon itself. */
    private readonly variables: Readonly<Record<string, string>> = {},
  ) {}

  /** Variables that lead the docker command to it. */
  get environment(): Record<string, string> {
    const programs = [path.join(this.parts, "usr/bin"), path.join(this.parts, "usr/sbin"), process.env["PATH"] ?? ""];
    return { DOCKER_HOST: `unix://${this.folder}/docker.sock`, PATH: programs.join(path.delimiter), HOME: this.folder };
  }

  async start(): Promise<void> {
    fs.mkdirSync(this.folder, { recursive: true });
    const at = (name: string) => path.join(this.folder, name);
    const libraries = fs.readdirSync(path.join(this.parts, "usr/lib"), { withFileTypes: true });
    const env = {
      ...this.environment,
      ...this.variables,
      LD_LIBRARY_PATH: libraries.map(({ name }) => path.join(this.parts, "usr/lib", name)).join(":"),
    };
    const flags = ["--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false"];
    const places = [`--data-root=${at("data")}`, `--exec-root=${at("run")}`, `--pidfile=${at("pid")}`];
    const daemon = ["dockerd", ...flags, ...places, `--host=${this.environment["DOCKER_HOST"]}`];
    const own = this.network === "none" ? ["--mount", "--net"] : ["--mount"];
    this.process = startCommand(["unshare", ...own, "--kill-child", ...daemon], { cwd: this.folder, env });
    const running = this.process;
    await waitUntil("the Docker daemon listens", 60_000, () => {
      if (running.process.exitCode !== null)
        throw new Error(`the Docker daemon ended: ${running.output().slice(-2000)}`);
      return running.output().includes("API listen on");
    });
    await this.docker("import", imageTar()!, this.image);
  }

  /** What the docker command prints. */
  async docker(...args: string[]): Promise<string> {
    const result = await runCommand(["docker", ...args], { cwd: "/", env: this.environment });
    if (result.code !== 0) throw new Error(result.stderr);
    return result.stdout.trim();
  }

  async stop(): Promise<void> {
    const pid = Number(readIfThere(path.join(this.folder, "pid")));
    // It is asked to end first: if it was killed, it would leave containerd and its mounts.
    if (pid > 0) process.kill(pid, "SIGTERM");
    await this.process?.result;
  }
}
