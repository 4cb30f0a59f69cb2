import * as assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { skipIf } from "../support/skip.js";
import { sendHttp } from "./client/client.js";
import { whyNoLocalAws } from "./localAws.js";
import { MiniStack } from "./ministack.js";

/** In place of MiniStack's Python: takes the port that a caller has chosen, answers there, then starts Python. */
const thief = (python: string) => `#!${python}
import http.server, os, subprocess, sys, threading

class Foreign(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"foreign")

    def log_message(self, *_):
        pass

if "GATEWAY_PORT" in os.environ:
    server = http.server.HTTPServer(("127.0.0.1", int(os.environ["GATEWAY_PORT"])), Foreign)
    if os.fork() == 0:
        threading.Timer(20, os._exit, [0]).start()
        server.serve_forever()
os.execv(${JSON.stringify(python)}, [${JSON.stringify(python)}, *sys.argv[1:]])
`;

describe("MiniStack", function () {
  this.timeout(60_000);
  let work: string;

  before(function () {
    skipIf(this, whyNoLocalAws());
    work = mkdtempSync(join(tmpdir(), "uvlambda-ministack-"));
  });

  after(() => {
    if (work !== undefined) rmSync(work, { recursive: true });
  });

  it("holds its port before anybody knows it, and no other process is taken for it", async () => {
    const program = process.env["UVLAMBDA_TEST_MINISTACK"] ?? "";
    const python = join(work, "python");
    writeFileSync(python, thief(join(dirname(program), "python")));
    chmodSync(python, 0o755);
    const options = { work, region: "eu-central-1", accountId: "123456789012", runnerUrl: "http://127.0.0.1:9" };
    const started = await Promise.all([1, 2].map(() => MiniStack.start({ ...options, program: join(work, "x") })));
    try {
      assert.equal(new Set(started.map(({ endpoint }) => endpoint)).size, started.length);
      for (const { endpoint } of started) {
        const { body } = await sendHttp(endpoint, { path: "/_ministack/health" });
        assert.match(body.toString("utf8"), /"services"/);
      }
    } finally {
      for (const one of started) await one.stop();
    }
  });
});
