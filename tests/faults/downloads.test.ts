import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { CliBench } from "../support/cli.js";
import { runCommand } from "../support/commands.js";
import { makeWheel } from "../support/wheels.js";

type Answer = (response: http.ServerResponse, whole: Buffer) => void;

/** Ways in which a download goes wrong between an index and uv. */
const faults: Readonly<Record<string, Answer>> = {
  "cut in the middle": (response, whole) => {
    response.writeHead(200, { "content-length": whole.length });
    response.write(whole.subarray(0, whole.length >> 1), () => response.destroy());
  },
  "cut, and told so short": (response, whole) => response.writeHead(200).end(whole.subarray(0, whole.length >> 1)),
  "an empty file": (response) => response.writeHead(200, { "content-length": 0 }).end(),
  "a page of a proxy": (response) =>
    response.writeHead(200, { "content-type": "text/html" }).end("<html>Log in to the network</html>".repeat(40)),
  "too many requests": (response) => response.writeHead(429, { "retry-after": "1" }).end("slow down"),
  "a failing server": (response) => response.writeHead(503).end("busy"),
  "closed at once": (response) => void response.destroy(),
};

describe("faults: broken downloads", function () {
  this.timeout(180_000);
  let bench: CliBench;
  let server: http.Server;
  let host: string;
  let answer: Answer | undefined;

  before(async function () {
    bench = CliBench.openOrSkip(this);
    makeWheel({ name: "alpha", files: { "alpha/data.bin": "0123456789abcdef".repeat(4000) } }, bench.at("served"));
    server = http.createServer((request, response) => {
      const file = bench.at("served", path.basename(request.url ?? ""));
      if (request.url?.startsWith("/simple/")) response.writeHead(200, { "content-type": "text/html" }).end(link());
      else if (answer !== undefined) answer(response, fs.readFileSync(file));
      else response.writeHead(200).end(fs.readFileSync(file));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    bench.write("project", {
      "pyproject.toml":
        '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["alpha"]\n' +
        `[[tool.uv.index]]\nname = "corp"\nurl = "http://${host}/simple"\ndefault = true\n`,
      "handler.py": "def handler(event, context):\n    return event\n",
    });
    const lock = await runCommand([bench.uv, "lock"], { cwd: bench.at("project"), env: bench.env });
    assert.equal(lock.code, 0, lock.stderr);
  });
  after(() => {
    server?.closeAllConnections();
    server?.close();
    bench?.remove();
  });

  function link(): string {
    const [name] = fs.readdirSync(bench.at("served"));
    const sha256 = createHash("sha256")
      .update(fs.readFileSync(bench.at("served", name!)))
      .digest("hex");
    return `<a href="/files/${name}#sha256=${sha256}">${name}</a>`;
  }

  for (const [fault, how] of Object.entries(faults)) {
    it(`${fault}: NETWORK or a wrong hash, with package and host, and right the next time`, async () => {
      answer = how;
      const place = fault.replace(/\W+/g, "-");
      const env = { UVLAMBDA_CACHE_DIR: bench.at(`${place}-store`), UV_CACHE_DIR: bench.at(`${place}-uv`) };
      const args = ["--project", "project", "--runtime", "python3.13"];
      const { code, output, stderr } = await bench.build(args, { env });
      assert.equal(code, 1, stderr);
      assert.equal(output.error?.code, "NETWORK", stderr);
      assert.match(output.error.message, /alpha/);
      assert.ok(output.error.message.includes(host), stderr);
      answer = undefined;
      assert.equal((await bench.build(args, { env })).code, 0);
    });
  }
});
