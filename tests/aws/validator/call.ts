import type { ServiceModel } from "./model.js";

/** An HTTP request as it came in. */
export interface HttpCall {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What a request means in the words of the service's model. */
export interface ApiCall {
  /** Signing name: "lambda". */
  readonly service: string;
  readonly operation: string;
  readonly protocol: Protocol;
  readonly model: ServiceModel;
  /** Undefined when the model's body format is not decoded here (XML bodies of S3, CBOR). */
  readonly input: Record<string, unknown> | undefined;
  readonly region: string;
  readonly accessKey: string;
}

export type Protocol = "json" | "query" | "rest-json" | "rest-xml" | "other";

/** A refusal, in the form of the service's own errors. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

export interface Scope {
  readonly accessKey: string;
  readonly region: string;
  readonly service: string;
}

/** Caller, service and region of a call, from the credential scope in its header or presigned URL. */
export function credentialScope(call: HttpCall): Scope | undefined {
  const presigned = new URL(call.url, "http://local").searchParams.get("X-Amz-Credential");
  const scope = presigned ?? /Credential=([^,\s]+)/.exec(call.headers["authorization"] ?? "")?.[1];
  const [accessKey, , region, service] = (scope ?? "").split("/");
  if (accessKey === undefined || region === undefined || service === undefined) return undefined;
  return { accessKey, region, service };
}
