import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The result of the event. */
export interface Answer {
  readonly kind: "response" | "error" | "init error";
  /** As the function sent it. */
  readonly body: string;
  /** Milliseconds from the start of the server until the function was ready, and from the event to the answer. */
  readonly initMs: number;
  readonly durationMs: number;
}

export interface Invocation {
  readonly requestId: string;
  readonly functionArn: string;
  readonly timeoutMs: number;
  readonly payload: string;
}

const prefix = "/2018-06-01/runtime/";

/** Lambda's Runtime API for one event: gives it to the function, and takes the answer. */
export class RuntimeServer {
  private readonly started = performance.now();
  private delivered: number | undefined;
  private resolveAnswer!: (answer: Answer) => void;
  /** Resolves with the answer. */
  readonly answer = new Promise<Answer>((resolve) => (this.resolveAnswer = resolve));

  private constructor(
    private readonly server: Server,
    private readonly invocation: Invocation,
    private readonly onReady: () => void,
  ) {}

  /** `onReady` is called when the function is loaded and gets its event. */
  static async start(invocation: Invocation, onReady: () => void): Promise<RuntimeServer> {
    const server = createServer();
    const runtime = new RuntimeServer(server, invocation, onReady);
    server.on("request", (request, response) => void runtime.serve(request, response).catch(() => response.destroy()));
    // The client asks for its next event for as long as it lives.
    server.requestTimeout = 0;
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
    return runtime;
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = (request.url ?? "").slice(prefix.length).split("/");
    if (request.method === "GET" && route.join("/") === "invocation/next") {
      // Only one event: a client that asks for another one waits until it is ended.
      if (this.delivered === undefined) this.deliver(response);
      return;
    }
    const body = await readBody(request);
    const now = performance.now();
    const [initMs, durationMs] = [(this.delivered ?? now) - this.started, now - (this.delivered ?? now)];
    const kind = route[0] === "init" ? "init error" : route[2] === "error" ? "error" : "response";
    this.resolveAnswer({ kind, body, initMs, durationMs });
    response.writeHead(202, { "Content-Type": "application/json" }).end('{"status":"OK"}');
  }

  private deliver(response: ServerResponse): void {
    const { requestId, functionArn, timeoutMs, payload } = this.invocation;
    this.delivered = performance.now();
    this.onReady();
    response.writeHead(200, {
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(payload),
      "Lambda-Runtime-Aws-Request-Id": requestId,
      "Lambda-Runtime-Deadline-Ms": String(Date.now() + timeoutMs),
      "Lambda-Runtime-Invoked-Function-Arn": functionArn,
    });
    response.end(payload);
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
