import * as http from "node:http";
import { HttpsProxy } from "../support/httpsProxy.js";

/** A proxy that leads ECR's own host name to the local AWS. */
export function startEcrProxy({
  folder,
  host,
  aws,
}: {
  folder: string;
  host: string;
  aws: string;
}): Promise<HttpsProxy> {
  return HttpsProxy.start({ folder, host, answer: (request, response) => forward(aws, request, response) });
}

function forward(aws: string, request: http.IncomingMessage, response: http.ServerResponse): void {
  const { method, url, headers } = request;
  // The host name tells the local AWS which account and region are meant.
  const onward = http.request(new URL(url ?? "/", aws), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", (error) => response.writeHead(502).end(String(error)));
  request.pipe(onward);
}
