import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { parseXml, xmlText, type XmlValue } from "./xml.js";

export interface Credentials {
  readonly region: string;
  /** The local AWS reads a key of twelve digits as the account. */
  readonly accessKey: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An error response of AWS, in any protocol. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = code;
  }
}

/**
 * Calls a local AWS in its three dialects. Requests carry the credential scope, which says service, region and account,
 * with an empty signature: a local AWS checks none.
 */
export class AwsClient {
  constructor(
    private readonly endpointFor: (service: string) => string,
    private readonly credentials: Credentials,
  ) {}

  get region(): string {
    return this.credentials.region;
  }

  inRegion(region: string): AwsClient {
    return new AwsClient(this.endpointFor, { ...this.credentials, region });
  }

  /** REST with JSON bodies (Lambda). An empty response gives {}. */
  async rest(service: string, method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const text = body === undefined ? "" : JSON.stringify(body);
    const answer = await this.send(service, {
      method,
      path,
      headers: { "content-type": "application/json" },
      body: text,
    });
    return throwJsonError(answer);
  }

  /** JSON with the operation in a header (logs, ECR, SSM, SQS). `target` is `Prefix.Operation`. */
  async json(service: string, target: string, body: unknown): Promise<Record<string, unknown>> {
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
    return throwJsonError(await this.send(service, { method: "POST", path: "/", headers, body: JSON.stringify(body) }));
  }

  /** The query protocol (IAM, STS): the element `<Action>Result`. */
  async query(service: string, version: string, action: string, parameters: Record<string, string>): Promise<XmlValue> {
    const form = new URLSearchParams({ Action: action, Version: version, ...parameters }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
    const answer = await this.send(service, { method: "POST", path: "/", headers, body: form });
    const xml = parseXml(answer.body.toString("utf8"));
    if (answer.status >= 300) throw xmlError(answer.status, xml);
    const response = (xml as Record<string, XmlValue>)[`${action}Response`];
    return (response as Record<string, XmlValue> | undefined)?.[`${action}Result`] ?? "";
  }

  /** REST with XML or raw bodies (S3). */
  async restXml(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body: string | Buffer = "",
  ): Promise<RawAnswer> {
    const answer = await this.send("s3", { method, path, headers, body });
    if (answer.status >= 300) throw xmlError(answer.status, parseXml(answer.body.toString("utf8")));
    return answer;
  }

  private send(service: string, { headers, body, ...call }: HttpCall): Promise<RawAnswer> {
    const { region, accessKey } = this.credentials;
    const scope = `${accessKey}/20260101/${region}/${service}/aws4_request`;
    const signed = {
      ...headers,
      "content-length": String(Buffer.byteLength(body)),
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${"0".repeat(64)}`,
    };
    return sendHttp(this.endpointFor(service), { ...call, headers: signed, body });
  }
}

interface HttpCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | Buffer;
}

/** Without more, a GET. */
export function sendHttp(endpoint: string, call: Partial<HttpCall> & Pick<HttpCall, "path">): Promise<RawAnswer> {
  const { method = "GET", path, headers = {}, body = "" } = call;
  return new Promise((resolve, reject) => {
    const request = httpRequest(new URL(path, endpoint), { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

function throwJsonError(answer: RawAnswer): Record<string, unknown> {
  const text = answer.body.toString("utf8");
  const parsed = (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
  if (answer.status < 300) return parsed;
  const named = String(answer.headers["x-amzn-errortype"] ?? parsed["__type"] ?? parsed["code"] ?? "UnknownError");
  const code = named.split(":")[0]!.split("#").pop()!;
  throw new AwsError(code, answer.status, String(parsed["message"] ?? parsed["Message"] ?? text));
}

function xmlError(status: number, xml: XmlValue): AwsError {
  const error = typeof xml === "string" ? xml : (xml["ErrorResponse"] ?? xml);
  const code = xmlText(error, "Error", "Code") ?? "UnknownError";
  return new AwsError(code, status, xmlText(error, "Error", "Message") ?? code);
}
