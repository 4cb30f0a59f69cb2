import * as fs from "node:fs";
import { runCommand, startCommand, waitUntil, type StartedCommand } from "../support/commands.js";
import { imageTool } from "./parts.js";

/** Runs crane and returns its output. Throws its message when it fails. */
export async function crane(...args: string[]): Promise<string> {
  const result = await runCommand([imageTool("crane"), ...args, "--insecure"], { cwd: "/", env: { PATH: "/" } });
  if (result.code !== 0) throw new Error(`crane ${args.join(" ")}: ${result.stderr}`);
  return result.stdout.trim();
}

/**
 * A registry on 127.0.0.1, over plain HTTP, which replaces the public ones. Manifests are in memory, blobs in `folder`.
 */
export class Registry {
  private constructor(
    /** `127.0.0.1:PORT` */
    readonly address: string,
    private readonly running: StartedCommand,
  ) {}

  static async start(folder: string): Promise<Registry> {
    fs.mkdirSync(folder, { recursive: true });
    const argv = [imageTool("crane"), "registry", "serve", "--address", "127.0.0.1:0", "--disk", folder];
    const running = startCommand(["setpriv", "--pdeathsig", "KILL", ...argv], {
      cwd: folder,
      env: { PATH: process.env["PATH"] ?? "" },
    });
    let port: string | undefined;
    await waitUntil("the registry listens", 20_000, () => {
      if (running.process.exitCode !== null) throw new Error(`the registry ended: ${running.output()}`);
      [, port] = /serving on port (\d+)\n/.exec(running.output()) ?? [];
      return port !== undefined;
    });
    return new Registry(`127.0.0.1:${port}`, running);
  }

  async stop(): Promise<void> {
    this.running.process.kill("SIGKILL");
    await this.running.result;
  }
}
