import * as fs from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import type { Duplex } from "node:stream";
import { runCommand } from "./commands.js";
import { findTool } from "./machine.js";

/** Why no such proxy can run on this machine. Undefined when it can. */
export function whyNoHttpsProxy(): string | undefined {
  return findTool("openssl", "UVLAMBDA_TEST_OPENSSL") === undefined ? "needs openssl, for a certificate" : undefined;
}

/**
 * A proxy behind which the tests answer for one host name, over TLS with their own certificate. Programs that use it as
 * HTTPS_PROXY and trust `certificate` see that host as they would on the internet. The proxy refuses all other
 * addresses.
 */
export class HttpsProxy {
  /** `host:port` of every refused request. */
  readonly refused: string[] = [];

  private constructor(
    readonly host: string,
    /** PEM file. */
    readonly certificate: string,
    private readonly inside: https.Server,
    private readonly server: http.Server,
  ) {}

  static async start(options: { folder: string; host: string; answer: http.RequestListener }): Promise<HttpsProxy> {
    const { key, certificate } = await makeCertificate(options.folder, options.host);
    const credentials = { key: fs.readFileSync(key), cert: fs.readFileSync(certificate) };
    const inside = https.createServer(credentials, options.answer);
    const server = http.createServer((_request, response) => response.writeHead(403).end());
    const proxy = new HttpsProxy(options.host, certificate, inside, server);
    server.on("connect", (request, socket, head) => proxy.connect(request.url ?? "", socket, head));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
    this.inside.close();
    this.inside.closeAllConnections();
  }

  private connect(target: string, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    if (target !== `${this.host}:443`) {
      this.refused.push(target);
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    if (head.length > 0) socket.unshift(head);
    this.inside.emit("connection", socket);
  }
}

async function makeCertificate(folder: string, host: string): Promise<{ key: string; certificate: string }> {
  fs.mkdirSync(folder, { recursive: true });
  const [key, certificate] = [path.join(folder, "key.pem"), path.join(folder, "certificate.pem")];
  const subject = ["-subj", "/CN=uvlambda tests", "-addext", `subjectAltName=DNS:${host}`];
  const kind = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"];
  const made = await runCommand(["openssl", ...kind, "-keyout", key, "-out", certificate, ...subject], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "" },
  });
  if (made.code !== 0) throw new Error(`openssl made no certificate: ${made.stderr}`);
  return { key, certificate };
}
