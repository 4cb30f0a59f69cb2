import * as fs from "node:fs";
import * as path from "node:path";
import { startCommand, waitUntil, type StartedCommand } from "../support/commands.js";
import { imageTool } from "./parts.js";

export interface BuildKitOptions {
  readonly folder: string;
  /** The registry that serves each of `hosts`: `127.0.0.1:PORT`, over plain HTTP. */
  readonly mirror: string;
  readonly hosts: readonly string[];
  /** Host name of ECR, and the certificate that BuildKit must trust for it. */
  readonly ecr: { readonly host: string; readonly certificate: string };
  /** Every other address leads here. */
  readonly proxy: string;
}

/** BuildKit's daemon alone, without Docker and buildx. */
export class BuildKit {
  private running: StartedCommand | undefined;

  constructor(private readonly options: BuildKitOptions) {}

  get endpoint(): string {
    return `unix://${this.at("buildkitd.sock")}`;
  }

  async start(): Promise<void> {
    const runc = path.dirname(process.env["UVLAMBDA_TEST_RUNC"] ?? "");
    fs.mkdirSync(this.options.folder, { recursive: true });
    fs.writeFileSync(this.at("buildkitd.toml"), this.settings());
    // A mount namespace of its own: no mount is left on the machine, however it ends.
    const argv = ["unshare", "--mount", "--propagation", "private", imageTool("buildkitd")];
    const running = startCommand(["setpriv", "--pdeathsig", "KILL", ...argv, "--config", this.at("buildkitd.toml")], {
      cwd: this.options.folder,
      env: {
        PATH: [runc, process.env["PATH"] ?? ""].join(path.delimiter),
        HOME: this.options.folder,
        TMPDIR: this.options.folder,
        HTTPS_PROXY: this.options.proxy,
        HTTP_PROXY: this.options.proxy,
        NO_PROXY: "127.0.0.1,localhost",
      },
    });
    this.running = running;
    await waitUntil("BuildKit listens", 60_000, () => {
      if (running.process.exitCode !== null) throw new Error(`buildkitd ended: ${running.output().slice(-2000)}`);
      return running.output().includes("running server on");
    });
  }

  /** Ends it. `start` brings it back with its cache. */
  async stop(): Promise<void> {
    this.running?.process.kill("SIGTERM");
    const killed = setTimeout(() => this.running?.process.kill("SIGKILL"), 10_000);
    await this.running?.result;
    clearTimeout(killed);
    this.running = undefined;
  }

  /** Empties the cache, as on a machine that has never built anything. */
  async startAfresh(): Promise<void> {
    await this.stop();
    fs.rmSync(this.at("data"), { recursive: true, force: true });
    await this.start();
  }

  private at(name: string): string {
    return path.join(this.options.folder, name);
  }

  private settings(): string {
    const { mirror, hosts, ecr } = this.options;
    return [
      `root = "${this.at("data")}"`,
      "[grpc]",
      `address = ["${this.endpoint}"]`,
      "[worker.oci]",
      "enabled = true",
      'networkMode = "host"',
      "[worker.containerd]",
      "enabled = false",
      ...hosts.flatMap((host) => [`[registry."${host}"]`, `mirrors = ["${mirror}"]`]),
      `[registry."${mirror}"]`,
      "http = true",
      `[registry."${ecr.host}"]`,
      `ca = ["${ecr.certificate}"]`,
      "",
    ].join("\n");
  }
}
