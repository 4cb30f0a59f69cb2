import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { UvLambdaError, type ErrorCode } from "../../../provider/lib/errors.js";
import { keyText } from "../../../provider/project/lock/pylockKey.js";
import { parsePylock } from "../../../provider/project/lock/pylock.js";
import { resolveTarget } from "../../../provider/runtimes/index.js";
import { runUv } from "../../../provider/uv/context.js";
import { secretValues } from "../../../provider/uv/settings/environment.js";
import { exportLock } from "../../../provider/uv/export.js";
import { installLocked } from "../../../provider/uv/install.js";
import { skip } from "../../support/skip.js";
import { noUv, testUv, type TestUv } from "../../support/uv.js";
import { makeWheel } from "../../support/wheels.js";

const target = resolveTarget("python3.13", "arm64").target;
const sha256 = (file: string) => createHash("sha256").update(fs.readFileSync(file)).digest("hex");
const password = "S3CRET-pässword/1";

describe("private indexes on 127.0.0.1, with the real uv", function () {
  this.timeout(60_000);
  let uv: TestUv;
  let server: http.Server;
  let host: string;
  let accepted: string;

  before(async function () {
    const found = await testUv();
    if (found === undefined) skip(this, noUv);
    uv = found;
  });
  after(() => uv?.remove());

  beforeEach(async () => {
    accepted = password;
    const files = fs.mkdtempSync(path.join(uv.folder, "files-"));
    makeWheel({ name: "alpha" }, files);
    server = http.createServer((request, response) => serve(files, request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  function serve(files: string, request: http.IncomingMessage, response: http.ServerResponse): void {
    const wanted = `Basic ${Buffer.from(`user:${accepted}`).toString("base64")}`;
    if (request.headers.authorization !== wanted) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="test"' }).end();
      return;
    }
    const url = request.url ?? "";
    const file = path.join(files, path.basename(url));
    if (url.startsWith("/simple/alpha")) {
      // Without a hash here uv downloads every file again on every export.
      const link = (name: string) => `<a href="/files/${name}#sha256=${sha256(path.join(files, name))}">${name}</a>`;
      const links = fs.readdirSync(files).map(link);
      response.writeHead(200, { "content-type": "text/html" }).end(links.join("\n"));
    } else if (url.startsWith("/files/") && fs.existsSync(file)) response.writeHead(200).end(fs.readFileSync(file));
    else response.writeHead(404).end();
  }

  function project(more: string): string {
    const root = fs.mkdtempSync(path.join(uv.folder, "project-"));
    fs.writeFileSync(
      path.join(root, "pyproject.toml"),
      `[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.8"\n${more}`,
    );
    return root;
  }

  const named = () =>
    project(
      `dependencies = ["alpha"]\n[[tool.uv.index]]\nname = "corp"\nurl = "http://${host}/simple"\ndefault = true\n`,
    );
  const direct = (secret: string) =>
    project(
      `dependencies = ["alpha @ http://user:${encodeURIComponent(secret)}@${host}/files/alpha-1.0.0-py3-none-any.whl"]\n`,
    );

  /**
   * The context as it would be on a machine, or with a `buildEnvironment`, that has these credentials; its cache is
   * empty.
   */
  function withCredentials(secret: string): TestUv {
    const given = { UV_INDEX_CORP_USERNAME: "user", UV_INDEX_CORP_PASSWORD: secret };
    const cache = fs.mkdtempSync(path.join(uv.folder, "cache-"));
    return {
      ...uv,
      messages: [],
      environment: { ...uv.environment, ...given, UV_CACHE_DIR: cache },
      secrets: secretValues({}, given),
    };
  }

  async function lock(context: TestUv, root: string): Promise<void> {
    const result = await runUv(context, ["lock"], { cwd: root, purpose: "locking" });
    assert.equal(result.exitCode, 0, result.stderr);
  }

  async function install(context: TestUv, root: string): Promise<string> {
    const folder = fs.mkdtempSync(path.join(uv.folder, "site-"));
    const pylock = await exportLock(context, root, {});
    await installLocked(context, { pylock, root, target, sourceBuilds: [], folder });
    return folder;
  }

  async function refused(promise: Promise<unknown>, code: ErrorCode, says: RegExp): Promise<void> {
    await assert.rejects(promise, (error: unknown) => {
      assert.ok(error instanceof UvLambdaError, String(error));
      assert.equal(error.code, code, error.message);
      assert.match(`${error.message}\n${error.hint ?? ""}`, says);
      for (const secret of [password, encodeURIComponent(password), "wrong-S3CRET"])
        assert.ok(!error.message.includes(secret), error.message);
      return true;
    });
  }

  it("are reached with the credentials of the environment, first from the cache, then over the network", async () => {
    const context = withCredentials(password);
    const root = named();
    await lock(context, root);
    const fresh = withCredentials(password);
    uv.runner.calls.length = 0;
    assert.ok(fs.existsSync(path.join(await install(fresh, root), "alpha", "__init__.py")));
    assert.equal(uv.runner.calls.filter((args) => args[0] === "pip").length, 2);
    server.closeAllConnections();
    server.close();
    uv.runner.calls.length = 0;
    await install(fresh, root); // a warm cache needs no index
    assert.equal(uv.runner.calls.filter((args) => args[0] === "pip").length, 1);
  });

  it("that refuse are named with the way to give credentials, and no secret is shown", async () => {
    const root = named();
    await lock(withCredentials(password), root);
    const says = new RegExp(`${host.replaceAll(".", "\\.")} refused[^]*UV_INDEX_<NAME>_PASSWORD`);
    await refused(install(withCredentials("wrong-S3CRET"), root), "INDEX_AUTH", says);
  });

  it("may hide behind tokens in direct URLs, which stay out of messages, of the key, and of what is left on disk", async () => {
    const context = withCredentials("unused");
    const root = direct(password);
    await lock(context, root);
    const fresh = withCredentials("unused");
    const site = await install(fresh, root);
    const pylock = await exportLock(fresh, root, {});
    assert.ok(pylock.includes("S3CRET"), "this test needs uv to write the token into the export");
    const parsed = parsePylock(pylock);
    const left = fs.readdirSync(site, { recursive: true }).map(String);
    assert.ok(left.includes("alpha") && !left.some((name) => name.includes("pylock")), left.join());
    for (const text of [JSON.stringify(parsed), keyText(parsed.packages, target), ...fresh.messages])
      assert.doesNotMatch(text, /S3CRET/);

    accepted = "rotated";
    await refused(install(withCredentials("unused"), root), "INDEX_AUTH", /refused/);
    const rotated = pylock.replaceAll(encodeURIComponent(password), "rotated");
    assert.equal(keyText(parsePylock(rotated).packages, target), keyText(parsed.packages, target));
  });

  it("that cannot be reached are named", async () => {
    const root = named();
    await lock(withCredentials(password), root);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await refused(
      install(withCredentials(password), root),
      "NETWORK",
      new RegExp(`${host.replaceAll(".", "\\.")} could not be reached`),
    );
  });
});
