import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Protocol, Refusal } from "./call.js";

/** Codes that services use for a value outside the model's constraints. */
const CONSTRAINT_CODES: Readonly<Record<string, string>> = {
  iam: "ValidationError",
  sts: "ValidationError",
  logs: "InvalidParameterException",
  ecr: "InvalidParameterException",
  sqs: "InvalidParameterValue",
};

export function constraintCode(service: string): string {
  return CONSTRAINT_CODES[service] ?? "ValidationException";
}

/** Writes a refusal as the service itself would. */
export function refuse(response: ServerResponse, protocol: Protocol, refusal: Refusal): void {
  const requestId = randomUUID();
  if (protocol === "query" || protocol === "rest-xml") {
    const error = `<Error><Type>Sender</Type><Code>${refusal.code}</Code><Message>${escape(refusal.message)}</Message></Error>`;
    const query = `<ErrorResponse>${error}<RequestId>${requestId}</RequestId></ErrorResponse>`;
    send(response, refusal.status, { type: "text/xml", text: protocol === "query" ? query : error, requestId });
    return;
  }
  if (protocol === "json") {
    const text = JSON.stringify({ __type: refusal.code, message: refusal.message });
    send(response, refusal.status, { type: "application/x-amz-json-1.1", text, requestId });
    return;
  }
  response.setHeader("x-amzn-errortype", refusal.code);
  const text = JSON.stringify({ Type: "User", message: refusal.message });
  send(response, refusal.status, { type: "application/json", text, requestId });
}

interface Answer {
  readonly type: string;
  readonly text: string;
  readonly requestId: string;
}

function send(response: ServerResponse, status: number, { type, text, requestId }: Answer): void {
  response.writeHead(status, {
    "content-type": type,
    "x-amzn-requestid": requestId,
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

function escape(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
