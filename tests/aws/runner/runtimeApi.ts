import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Invocation {
  readonly requestId: string;
  readonly functionArn: string;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly payload: string;
  readonly traceId?: string;
}

export interface RuntimeApiEvents {
  readonly ready: () => void;
  readonly initError: (body: string) => void;
  readonly response: (requestId: string, body: string) => void;
  readonly error: (requestId: string, body: string) => void;
}

const PREFIX = "/2018-06-01/runtime/";

/** The server side of Lambda's Runtime API for one execution environment. */
export class RuntimeApi {
  private waiting: ServerResponse | undefined;

  private constructor(
    private readonly server: Server,
    private readonly events: RuntimeApiEvents,
  ) {}

  static async start(events: RuntimeApiEvents): Promise<RuntimeApi> {
    const server = createServer();
    const api = new RuntimeApi(server, events);
    server.on("request", (request, response) => void api.answer(request, response));
    // The runtime's request for the next event may wait for ever.
    server.requestTimeout = 0;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return api;
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  deliver(invocation: Invocation): void {
    const response = this.waiting;
    if (response === undefined) throw new Error("the runtime is not waiting for an event");
    this.waiting = undefined;
    response.writeHead(200, {
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(invocation.payload),
      "Lambda-Runtime-Aws-Request-Id": invocation.requestId,
      "Lambda-Runtime-Deadline-Ms": String(invocation.deadline),
      "Lambda-Runtime-Invoked-Function-Arn": invocation.functionArn,
      ...(invocation.traceId === undefined ? {} : { "Lambda-Runtime-Trace-Id": invocation.traceId }),
    });
    response.end(invocation.payload);
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "").slice(PREFIX.length).split("/");
    if (request.method === "GET" && path.join("/") === "invocation/next") {
      this.waiting = response;
      this.events.ready();
      return;
    }
    const body = await readBody(request);
    response.writeHead(202, { "Content-Type": "application/json" });
    response.end('{"status":"OK"}');
    if (path[0] === "init" && path[1] === "error") this.events.initError(body);
    else if (path[0] === "invocation" && path[2] === "response") this.events.response(path[1] ?? "", body);
    else if (path[0] === "invocation" && path[2] === "error") this.events.error(path[1] ?? "", body);
  }
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
