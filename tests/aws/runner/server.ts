import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { InvokeResult } from "./environment.js";
import { readBody } from "./runtimeApi.js";
import type { ImageFunction, RunnableFunction, Runner } from "./runner.js";

/** The control plane's request for one execution. `config` is Lambda's FunctionConfiguration. */
interface ExecuteRequest {
  readonly config: {
    readonly FunctionName: string;
    readonly FunctionArn: string;
    readonly Version?: string;
    readonly Handler?: string;
    readonly Runtime?: string;
    readonly PackageType?: string;
    readonly ImageUri?: string;
    readonly ImageConfigResponse?: { readonly ImageConfig?: ImageFunction["imageConfig"] };
    readonly MemorySize?: number;
    readonly Timeout?: number;
    readonly EphemeralStorage?: { readonly Size: number };
    readonly Environment?: { readonly Variables?: Record<string, string> };
  };
  /** Paths of zip files. */
  readonly code: readonly string[];
  readonly layers: readonly string[];
  readonly requestId: string;
  readonly event: unknown;
}

/** The runner behind HTTP, for a control plane in another process. */
export class RunnerServer {
  private runner: Runner | undefined;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<RunnerServer> {
    const server = createServer();
    const runnerServer = new RunnerServer(server);
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      void readBody(request)
        .then((body) => execute(runnerServer.runner, JSON.parse(body) as ExecuteRequest))
        .catch((error: unknown) => cannotRun(String(error)))
        .then((result) => {
          const text = JSON.stringify(result);
          response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
          response.end(text);
        });
    });
    server.requestTimeout = 0;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return runnerServer;
  }

  /** The runner starts last: it needs the address of the control plane, which needs the address of this server. */
  use(runner: Runner): void {
    this.runner = runner;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

async function execute(runner: Runner | undefined, request: ExecuteRequest): Promise<InvokeResult> {
  if (runner === undefined) return cannotRun("the runner has not started yet");
  if (runner.isolation.kind === "none") return cannotRun(runner.isolation.reason);
  const target = runnable(request);
  if (typeof target === "string") return cannotRun(target);
  return runner.invoke(target, JSON.stringify(request.event), request.requestId);
}

/** What the runner is to execute, or why it cannot. */
function runnable({ config, code, layers }: ExecuteRequest): RunnableFunction | string {
  const settings = {
    name: config.FunctionName,
    arn: config.FunctionArn,
    version: config.Version ?? "$LATEST",
    region: config.FunctionArn.split(":")[3] ?? "",
    memorySize: config.MemorySize ?? 128,
    timeout: config.Timeout ?? 3,
    ephemeralStorage: config.EphemeralStorage?.Size ?? 512,
    environment: config.Environment?.Variables ?? {},
  };
  if (config.PackageType === "Image" && config.ImageUri !== undefined)
    return { ...settings, imageUri: config.ImageUri, imageConfig: config.ImageConfigResponse?.ImageConfig ?? {} };
  const minor = /^python(3\.\d+)$/.exec(config.Runtime ?? "")?.[1];
  if (minor === undefined || config.Handler === undefined)
    return `this runner executes images and zip functions of Python only (${config.PackageType}, ${config.Runtime})`;
  return { ...settings, code, layers, handler: config.Handler, minor };
}

function cannotRun(reason: string): InvokeResult {
  const payload = JSON.stringify({ errorType: "LocalRunner.CannotRun", errorMessage: reason });
  return { payload, functionError: "Unhandled", log: "" };
}
