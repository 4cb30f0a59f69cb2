import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";

/** A package index on 127.0.0.1 that needs a password, with the distributions of a folder. */
export class PrivateIndex {
  readonly user = "deploy";
  /** May be changed at any time. */
  password = "";
  private readonly server = http.createServer((request, response) => this.serve(request, response));

  constructor(private readonly files: string) {}

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.host}/simple`;
  }

  /** The URL of a path, with user name and password in it. */
  withCredentials(where: string): string {
    return `http://${this.user}:${encodeURIComponent(this.password)}@${this.host}${where}`;
  }

  private serve(request: http.IncomingMessage, response: http.ServerResponse): void {
    const wanted = `Basic ${Buffer.from(`${this.user}:${this.password}`).toString("base64")}`;
    if (request.headers.authorization !== wanted) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="test"' }).end();
      return;
    }
    const [, kind, name = ""] = (request.url ?? "").split("/");
    const known = fs.readdirSync(this.files);
    if (kind === "simple") {
      const own = known.filter((file) => file.replaceAll("_", "-").startsWith(`${name}-`));
      send(request, response, Buffer.from(own.map((file) => this.link(file)).join("\n")), "text/html");
    } else if (kind === "files" && known.includes(name)) {
      send(request, response, fs.readFileSync(path.join(this.files, name)), "application/octet-stream");
    } else response.writeHead(404).end();
  }

  private link(file: string): string {
    const content = fs.readFileSync(path.join(this.files, file));
    return `<a href="/files/${file}#sha256=${createHash("sha256").update(content).digest("hex")}">${file}</a>`;
  }
}

function send(request: http.IncomingMessage, response: http.ServerResponse, body: Buffer, type: string): void {
  response.writeHead(200, { "content-type": type, "content-length": body.length });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** The forms in which a program may write a secret. */
export function spellings(user: string, secret: string): string[] {
  const encoded = encodeURIComponent(secret);
  const basic = [secret, encoded].map((text) => Buffer.from(`${user}:${text}`).toString("base64").replace(/=+$/, ""));
  return [...new Set([secret, encoded, JSON.stringify(secret).slice(1, -1), ...basic])];
}

/** Files below the folders that contain one of these texts, in their content or their name. */
export function filesThatHold(texts: readonly string[], folders: readonly string[]): string[] {
  const files = folders.flatMap((folder) =>
    fs
      .readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name)),
  );
  return files.filter((file) => {
    const content = fs.readFileSync(file);
    return texts.some((text) => file.includes(text) || content.includes(text));
  });
}
