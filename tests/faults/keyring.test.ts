import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import * as fc from "fast-check";
import { readZip } from "../aws/archive/zip.js";
import { CliBench } from "../support/cli.js";
import { runCommand } from "../support/commands.js";
import { found, seed, token } from "../support/secrets.js";
import { makeWheel } from "../support/wheels.js";

/** Only uv gets the password: no setting, file or variable that we read contains it. */
describe(`faults: an index whose password is in a keyring (seed ${seed})`, function () {
  this.timeout(120_000);
  const [password = ""] = fc.sample(token, { seed, numRuns: 1 });
  const authorization = `Basic ${Buffer.from(`ring:${password}`).toString("base64")}`;
  let bench: CliBench;
  let server: http.Server;

  before(async function () {
    bench = CliBench.openOrSkip(this);
    makeWheel({ name: "alpha" }, bench.at("served"));
    const [wheel = ""] = fs.readdirSync(bench.at("served"));
    const sha256 = createHash("sha256")
      .update(fs.readFileSync(bench.at("served", wheel)))
      .digest("hex");
    server = http.createServer((request, response) => {
      if (request.headers.authorization !== authorization)
        response.writeHead(401, { "www-authenticate": "Basic" }).end(`not ${request.headers.authorization}`);
      else if (request.url?.startsWith("/simple/"))
        response
          .writeHead(200, { "content-type": "text/html" })
          .end(`<a href="/files/${wheel}#sha256=${sha256}">${wheel}</a>`);
      else response.writeHead(200).end(fs.readFileSync(bench.at("served", wheel)));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => {
    server?.close();
    server?.closeAllConnections();
    bench?.remove();
  });

  function writeKeyring(says: string): void {
    bench.write("bin", { keyring: `#!/bin/sh\nprintf '%s\\n' '${says}'\n` });
    fs.chmodSync(bench.at("bin", "keyring"), 0o755);
  }

  function requireNone(what: string, text: string): void {
    for (const secret of [password, authorization.slice(6)])
      assert.deepEqual(found(text, secret), [], `${what}: ${text}`);
  }

  function requireNoneIn(folder: string): void {
    const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    assert.ok(files.length >= 3, `${folder} has ${files.length} files`);
    for (const file of files.map((entry) => path.join(entry.parentPath, entry.name))) {
      const bytes = fs.readFileSync(file);
      requireNone(file, bytes.toString("utf8"));
      if (bytes.subarray(0, 2).toString() !== "PK") continue;
      for (const entry of readZip(bytes)) requireNone(`${file}: ${entry.name}`, entry.data().toString("utf8"));
    }
  }

  it("neither output, store nor artifact holds it, of a build or of one that fails", async () => {
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const pyproject = [
      '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["alpha"]',
      `[[tool.uv.index]]\nname = "ring"\nurl = "http://ring@${host}/simple/"\ndefault = true\n`,
    ].join("\n");
    const folder = bench.write("app", { "pyproject.toml": pyproject, "handler.py": "def handler(e, c): ...\n" });
    const env = {
      PATH: [bench.at("bin"), bench.env["PATH"] ?? process.env["PATH"]].join(path.delimiter),
      UV_KEYRING_PROVIDER: "subprocess",
      NODE_DEBUG: "uvlambda",
    };
    writeKeyring(password);
    const lock = await runCommand([bench.uv, "lock"], { cwd: folder, env: { ...bench.env, ...env } });
    assert.equal(lock.code, 0, lock.stderr);
    const args = ["build", "--project", folder, "--runtime", "python3.13", "--handler", "handler.handler", "--sbom"];
    const built = await bench.run([...args, "--cache-dir", bench.at("ring"), "--out", "out"], { env });
    assert.equal(built.code, 0, built.stderr);
    requireNone("the output", built.stdout + built.stderr);
    requireNoneIn(bench.at("ring"));
    requireNoneIn(bench.at("out"));
    // The index refuses another password, so the build used the one in the keyring.
    writeKeyring("wrong");
    const cold = { ...env, UV_CACHE_DIR: bench.at("empty") };
    const failed = await bench.run([...args, "--cache-dir", bench.at("other")], { env: cold });
    assert.notEqual(failed.code, 0, failed.stdout);
    assert.match(failed.stdout, /401|INDEX|NETWORK|AUTH/i);
    requireNone("the error", failed.stdout + failed.stderr);
  });
});
