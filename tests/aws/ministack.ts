import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
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
    const spool = join(options.work, "spool");
    mkdirSync(spool, { recursive: true });
    const child = spawn(join(dirname(options.program), "python"), [join(__dirname, "ministack_with_runner.py")], {
      env: {
        PATH: process.env["PATH"] ?? "",
        TMPDIR: options.work,
        HOME: options.work,
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
    let announced = "";
    child.stdout.on("data", (chunk: Buffer) => (announced = (announced + chunk.toString("utf8")).slice(0, 1_000)));
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output = (output + chunk.toString("utf8")).slice(-10_000);
      });
    }
    const isReady = async (): Promise<MiniStack | undefined> => {
      if (hasEnded(child)) throw new Error(`MiniStack ended while starting:\n${output}`);
      // The child holds the port that it names, so nothing else can answer there.
      const [, port] = /^port (\d+)$/m.exec(announced) ?? [];
      if (port === undefined) return undefined;
      const endpoint = `http://127.0.0.1:${port}`;
      return (await isHealthy(endpoint)) ? new MiniStack(endpoint, child) : undefined;
    };
    const deadline = Date.now() + READY_WITHIN_MS;
    while (Date.now() < deadline) {
      const ready = await isReady();
      if (ready !== undefined) return ready;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await end(child);
    throw new Error(`MiniStack did not start within ${READY_WITHIN_MS / 1000} s:\n${output}`);
  }

  stop(): Promise<void> {
    return end(this.child);
  }
}

async function isHealthy(endpoint: string): Promise<boolean> {
  try {
    return (await sendHttp(endpoint, { path: "/_ministack/health" })).status === 200;
  } catch {
    // Not listening yet.
    return false;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  // There is nothing to save, and a clean end would wait for open connections.
  child.kill("SIGKILL");
  await ended;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
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
