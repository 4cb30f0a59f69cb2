import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { freePort } from "../support/ports.js";
import { sendHttp } from "./client/client.js";

export interface MiniStackOptions {
  /** The ministack program of a virtual environment: its `python` is beside it. */
  readonly program: string;
  readonly work: string;
  readonly region: string;
  readonly accountId: string;
  readonly runnerUrl: string;
}

const READY_WITHIN_MS = 30_000;

/** The local control plane. */
export class MiniStack {
  private constructor(
    readonly endpoint: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(options: MiniStackOptions): Promise<MiniStack> {
    const port = await freePort();
    const spool = join(options.work, "spool");
    mkdirSync(spool, { recursive: true });
    const child = spawn(join(dirname(options.program), "python"), [join(__dirname, "ministack_with_runner.py")], {
      env: {
        PATH: process.env["PATH"] ?? "",
        TMPDIR: options.work,
        HOME: options.work,
        BIND_HOST: "127.0.0.1",
        GATEWAY_PORT: String(port),
        MINISTACK_REGION: options.region,
        MINISTACK_ACCOUNT_ID: options.accountId,
        UVLAMBDA_RUNNER_URL: options.runnerUrl,
        UVLAMBDA_RUNNER_SPOOL: spool,
        LOG_LEVEL: "WARNING",
        PYTHONDONTWRITEBYTECODE: "1",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output = (output + chunk.toString("utf8")).slice(-10_000);
      });
    }
    const ministack = new MiniStack(`http://127.0.0.1:${port}`, child);
    await ministack.waitUntilReady(() => output);
    return ministack;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    // There is nothing to save, and a clean end would wait for open connections.
    this.child.kill("SIGKILL");
    await ended;
  }

  private async waitUntilReady(output: () => string): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MS;
    while (Date.now() < deadline) {
      if (this.child.exitCode !== null) throw new Error(`MiniStack ended while starting:\n${output()}`);
      try {
        if ((await sendHttp(this.endpoint, "GET", "/_ministack/health", "", {})).status === 200) return;
      } catch {
        // Not listening yet.
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await this.stop();
    throw new Error(`MiniStack did not start within ${READY_WITHIN_MS / 1000} s:\n${output()}`);
  }
}

/** botocore's API models, which MiniStack's environment contains. */
export function botocoreData(program: string): string {
  const lib = join(dirname(dirname(program)), "lib");
  for (const python of readdirSync(lib)) {
    const data = join(lib, python, "site-packages", "botocore", "data");
    if (existsSync(data)) return data;
  }
  throw new Error(`no botocore beside ${program}`);
}
