import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AwsClient, sendHttp } from "../client/client.js";
import { credentialScope, type ApiCall, type HttpCall, type Protocol, Refusal } from "./call.js";
import { decode } from "./decode.js";
import type { ServiceModels } from "./model.js";
import { constraintCode, refuse } from "./refuse.js";
import { rulesFor } from "./rules/index.js";
import { violations } from "./shape.js";

/** Paths of other protocols than AWS's API: docker's registry protocol, MiniStack's own pages. */
const NOT_AN_API = /^\/(v2|_ministack|_localstack)(\/|$)/;
const LARGEST_LAMBDA_REQUEST = 70_167_211;

export interface Recorded {
  readonly service: string;
  readonly operation: string;
  /** Undefined when the request was passed on to the AWS API. */
  readonly refused: string | undefined;
}

/**
 * A proxy in front of a lenient AWS API. Requests that AWS would refuse never reach it. Every request is checked
 * against botocore's model, then against rules that are not in any model.
 */
export class StrictProxy {
  /** Every API call in order. Tests count them. */
  readonly calls: Recorded[] = [];

  private constructor(
    private readonly server: Server,
    private readonly models: ServiceModels,
    private readonly upstream: string,
  ) {}

  static async start(models: ServiceModels, upstream: string): Promise<StrictProxy> {
    const server = createServer();
    const proxy = new StrictProxy(server, models, upstream);
    server.on("request", (request, response) => void proxy.answer(request, response));
    server.requestTimeout = 0;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await readCall(request);
    let protocol: Protocol = "other";
    let seen: ApiCall | undefined;
    try {
      if (isApiCall(call)) {
        const checked = this.decode(call);
        protocol = checked?.protocol ?? protocol;
        seen = checked;
        if (checked !== undefined) await this.check(checked, call);
      }
      this.record(seen, undefined);
      await this.forward(call, response);
    } catch (error) {
      const refusal =
        error instanceof Refusal
          ? error
          : new Refusal("ServiceException", `the local AWS failed: ${String(error)}`, 500);
      this.record(seen, refusal.message);
      refuse(response, protocol, refusal);
    }
  }

  private decode(call: HttpCall): ApiCall | undefined {
    const scope = credentialScope(call);
    if (scope === undefined)
      throw new Refusal("MissingAuthenticationTokenException", "Missing Authentication Token", 403);
    const model = this.models.get(scope.service);
    return model === undefined ? undefined : decode(call, scope, model);
  }

  private async check(call: ApiCall, http: HttpCall): Promise<void> {
    if (call.service === "lambda" && http.body.length > LARGEST_LAMBDA_REQUEST) {
      const message = `Request must be smaller than ${LARGEST_LAMBDA_REQUEST} bytes for the ${call.operation} operation`;
      throw new Refusal("RequestEntityTooLargeException", message, 413);
    }
    const shape = call.model.operations[call.operation]?.input?.shape;
    if (call.input !== undefined && shape !== undefined) {
      const found = violations(call.model, shape, call.input);
      if (found.length > 0) {
        const count = `${found.length} validation error${found.length === 1 ? "" : "s"} detected`;
        throw new Refusal(constraintCode(call.service), `${count}: ${found.join("; ")}`);
      }
    }
    const aws = new AwsClient(() => this.upstream, { region: call.region, accessKey: call.accessKey });
    for (const rule of rulesFor(call.service, call.operation)) await rule(call.input ?? {}, { aws, http, call });
  }

  private record(call: ApiCall | undefined, refused: string | undefined): void {
    if (call !== undefined) this.calls.push({ service: call.service, operation: call.operation, refused });
  }

  private async forward(call: HttpCall, response: ServerResponse): Promise<void> {
    const { host, connection, "transfer-encoding": _encoding, ...headers } = call.headers;
    // Presigned requests, function URLs and S3's virtual hosts are told apart by the host the caller used.
    const { method, url, body } = call;
    const forwarded = { ...headers, ...(host !== undefined && { host }), "content-length": String(body.length) };
    const answer = await sendHttp(this.upstream, { method, path: url, headers: forwarded, body });
    const { "transfer-encoding": _chunked, connection: _connection, ...kept } = answer.headers;
    // The answer to HEAD tells the length of a body it does not have.
    response.writeHead(answer.status, method === "HEAD" ? kept : { ...kept, "content-length": answer.body.length });
    response.end(answer.body);
  }
}

function isApiCall(call: HttpCall): boolean {
  return !NOT_AN_API.test(call.url) && !/\.lambda-url\./.test(call.headers["host"] ?? "");
}

async function readCall(request: IncomingMessage): Promise<HttpCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(",") : (value ?? ""),
    ]),
  );
  return { method: request.method ?? "GET", url: request.url ?? "/", headers, body: Buffer.concat(chunks) };
}
