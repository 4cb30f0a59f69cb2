import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { readFromArchive } from "../../provider/archive/reader/archiveReader.js";
import { writeZip, type FileToZip } from "../aws/archive/writeZip.js";
import { readZip } from "../aws/archive/zip.js";
import { CliBench } from "../support/cli.js";
import { runCommand } from "../support/commands.js";
import { makeWheel } from "../support/wheels.js";

const target = ["--runtime", "python3.13"];
const secret = "S3CRET-pa55word";
const sha256 = (file: string) => createHash("sha256").update(fs.readFileSync(file)).digest("hex");

describe("faults: uv, indexes, packages, secrets", function () {
  this.timeout(120_000);
  let bench: CliBench;
  let server: http.Server;
  let host: string;

  before(async function () {
    bench = CliBench.openOrSkip(this);
    makeWheel({ name: "alpha" }, bench.at("served"));
  });
  after(() => bench?.remove());

  beforeEach(async () => {
    server = http.createServer(serve);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(closeServer);

  async function closeServer(): Promise<void> {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  /** An index of `served` that needs a user name and a password. */
  function serve(request: http.IncomingMessage, response: http.ServerResponse): void {
    const wanted = `Basic ${Buffer.from(`user:${secret}`).toString("base64")}`;
    const file = bench.at("served", path.basename(request.url ?? ""));
    if (request.headers.authorization !== wanted) response.writeHead(401, { "www-authenticate": "Basic" }).end();
    else if (request.url?.startsWith("/simple/")) {
      const names = fs.readdirSync(bench.at("served"));
      const links = names.map(
        (name) => `<a href="/files/${name}#sha256=${sha256(bench.at("served", name))}">${name}</a>`,
      );
      response.writeHead(200, { "content-type": "text/html" }).end(links.join("\n"));
    } else if (fs.existsSync(file)) response.writeHead(200).end(fs.readFileSync(file));
    else response.writeHead(404).end();
  }

  const credentials = { UV_INDEX_CORP_USERNAME: "user", UV_INDEX_CORP_PASSWORD: secret };

  /** A project on the index above, locked with its credentials. */
  async function onIndex(name: string): Promise<string> {
    const folder = bench.write(name, {
      "pyproject.toml":
        '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["alpha"]\n' +
        `[[tool.uv.index]]\nname = "corp"\nurl = "http://${host}/simple"\ndefault = true\n`,
      "handler.py": "def handler(event, context):\n    return event\n",
    });
    const env = { ...bench.env, ...credentials, UV_CACHE_DIR: bench.at(`${name}-lock-cache`) };
    const { code, stderr } = await runCommand([bench.uv, "lock"], { cwd: folder, env });
    assert.equal(code, 0, stderr);
    return folder;
  }

  /** Settings with its own store and cache of uv, both empty at first. */
  const fresh = (name: string, env: Readonly<Record<string, string>> = {}) => ({
    env: { UVLAMBDA_CACHE_DIR: bench.at(`${name}-store`), UV_CACHE_DIR: bench.at(`${name}-uv`), ...env },
  });

  it("F20: no uv: the error says where it was looked for and how to install it", async () => {
    await bench.project("f20");
    const env = { PATH: bench.at("nowhere"), UVLAMBDA_UV: "" };
    const says = [/nowhere/, /Install it/];
    await bench.refused(["--project", "f20", ...target], { exit: 2, code: "UV_NOT_FOUND", says }, { env });
  });

  for (const [what, script, code, says] of [
    ["an old version", "echo uv 0.4.0", "UV_TOO_OLD", [/0\.4\.0/, /0\.12\.11/]],
    ["garbage", "echo hello", "UV_UNUSABLE", [/"hello"/]],
    ["nothing and fails", "exit 1", "UV_UNUSABLE", [/exit code 1/]],
  ] as const) {
    it(`F21: a uv that prints ${what}`, async () => {
      await bench.project("f20");
      const folder = bench.write(`f21-${code}-${what.length}`, { uv: `#!/bin/sh\n${script}\n` });
      fs.chmodSync(path.join(folder, "uv"), 0o755);
      const env = { UVLAMBDA_UV: path.join(folder, "uv") };
      await bench.refused(["--project", "f20", ...target], { exit: 2, code, says: [...says] }, { env });
    });
  }

  it("F23: without a network: the host is named; with a warm cache nothing is missing", async () => {
    const folder = await onIndex("f23");
    const warm = fresh("f23-warm", credentials);
    assert.equal((await bench.build(["--project", folder, ...target], warm)).code, 0);
    await closeServer();
    const says = [new RegExp(`${host} could not be reached`)];
    await bench.refused(
      ["--project", folder, ...target],
      { exit: 1, code: "NETWORK", says },
      fresh("f23-cold", credentials),
    );
    const again = { env: { ...warm.env, UVLAMBDA_CACHE_DIR: bench.at("f23-other-store") } };
    const { code, output, stderr } = await bench.build(["--project", folder, ...target], again);
    assert.equal(code, 0, stderr);
    assert.equal(output.cacheHit, false);
    server = http.createServer(serve).listen(0, "127.0.0.1");
  });

  it("F25: other bytes than the lock names: package and both hashes, and nothing is stored", async () => {
    const folder = await onIndex("f25");
    const wheel = bench.at("served", "alpha-1.0.0-py3-none-any.whl");
    const [bytes, before] = [fs.readFileSync(wheel), sha256(wheel)];
    try {
      makeWheel({ name: "alpha", files: { "alpha.py": "evil = True\n" } }, bench.at("served"));
      const says = [/alpha/, new RegExp(before), new RegExp(sha256(wheel))];
      const settings = fresh("f25", credentials);
      await bench.refused(["--project", folder, ...target], { exit: 1, code: "HASH_MISMATCH", says }, settings);
    } finally {
      fs.writeFileSync(wheel, bytes);
    }
    for (const kind of ["artifact", "dependencies"]) assert.deepEqual(bench.stored(kind, "f25-store"), []);
  });

  it("F32: wheels that would write outside of the stage do not", async () => {
    for (const [i, evil] of ["../evil.py", bench.at("absolute-evil.py"), "x/../../evil.py"].entries()) {
      const name = `hostile-${i}`;
      const module = name.replace("-", "_");
      const files = { [`${module}/__init__.py`]: "", [evil]: "evil = True\n" };
      const folder = await bench.project(name, { dependencies: [name], wheels: [{ name, files }] });
      const { code, output } = await bench.build(["--project", folder, ...target]);
      // Refused, or packed without that file: in both cases, no file is in a wrong place.
      if (code === 0) assert.equal(await readFromArchive(output.artifacts[0]!.path, path.basename(evil)), undefined);
      else assert.ok([1, 2].includes(code!));
    }
    const found = fs
      .readdirSync(bench.folder, { recursive: true, encoding: "utf8" })
      .filter((name) => /evil\.py$/.test(name));
    assert.deepEqual(found, []);
  });

  it("F32: a wheel with a link, a path of Windows, or one name twice gives no file of this machine", async () => {
    const link = 0o120777;
    for (const [name, ...odd] of [
      ["hostile-link", { name: "hostile_link/passwd.txt", content: "/etc/passwd", mode: link }],
      ["hostile-folder", { name: "hostile_folder/etc", content: "/etc", mode: link }],
      ["hostile-drive", { name: "C:\\evil.py", content: "evil = True\n" }],
      [
        "hostile-twice",
        { name: "hostile_twice/two.py", content: "one\n" },
        { name: "hostile_twice/two.py", content: "two\n" },
      ],
    ] as const satisfies [string, ...FileToZip[]][]) {
      const module = name.replace("-", "_");
      const folder = await bench.project(name, { dependencies: [name], wheels: [{ name }] });
      const file = bench.at("index", `${module}-1.0.0-py3-none-any.whl`);
      const plain = readZip(fs.readFileSync(file)).map((entry) => ({ name: entry.name, content: entry.data() }));
      fs.writeFileSync(file, writeZip([...plain, ...odd]));
      const { code, output, stderr } = await bench.build(["--project", folder, ...target]);
      if (code !== 0) {
        assert.ok([1, 2].includes(code!), stderr);
        assert.match(
          output.error!.message,
          /hostile_twice|^An installed package contains a file that cannot be packed: [^/]*"C:\\evil\.py" starts/,
        );
        continue;
      }
      for (const entry of readZip(fs.readFileSync(output.artifacts[0]!.path))) {
        assert.doesNotMatch(entry.data().toString("latin1"), /root:x?:0:0/, `${name}: ${entry.name}`);
        assert.doesNotMatch(entry.name, /^etc|\\|two\.py/, name);
      }
    }
    assert.deepEqual(
      filesBelow(bench.folder).filter((file) => path.basename(file) === "evil.py"),
      [],
    );
  });

  it("F33: two packages with one module of different bytes: both are named, every time", async () => {
    const wheels = ["left", "right"].map((name) => ({ name, files: { "shared/util.py": `FROM = "${name}"\n` } }));
    const folder = await bench.project("f33", { dependencies: ["left", "right"], wheels });
    const hashes = new Set<string>();
    for (let round = 0; round < 20; round++) {
      const { code, output, stderr } = await bench.build(["--project", folder, ...target], fresh(`f33-${round}`));
      assert.equal(code, 0, stderr);
      assert.match(stderr, /shared\/util\.py: that of left ships, that of right does not/);
      hashes.add(output.outputHash);
    }
    assert.equal(hashes.size, 1, "whichever uv wrote last");
  });

  it("F41: a password reaches uv and nothing else", async () => {
    const folder = await onIndex("f41");
    const verbose = { NODE_DEBUG: "uvlambda" };
    const printed: string[] = [];
    const run = async (name: string, env: Readonly<Record<string, string>>) => {
      const { code, stdout, stderr } = await bench.run(
        ["build", "--project", folder, ...target, "--sbom", "--out", "f41-out", "--verify"],
        fresh(name, { ...verbose, ...env }),
      );
      printed.push(stdout, stderr);
      return code;
    };
    assert.equal(await run("f41", credentials), 0, printed.join("\n"));
    const wrong = `wrong-${secret}`;
    assert.equal(await run("f41-wrong", { ...credentials, UV_INDEX_CORP_PASSWORD: wrong }), 1);
    assert.match(printed.at(-1)!, /refused/);
    await run("f41-url", { UV_DEFAULT_INDEX: `http://user:${wrong}@${host}/simple` });
    for (const text of printed) assert.ok(!text.includes(secret), text);
    // uv's own cache is not searched: it belongs to uv, which keeps no passwords there either.
    for (const place of ["f41-store", "f41-wrong-store", "f41-url-store", "f41-out", "f41-uv", "tmp"]) {
      for (const file of filesBelow(bench.at(place)))
        assert.ok(!fs.readFileSync(file).includes(secret), `${file} holds the password`);
    }
    assert.ok(filesBelow(bench.at("f41-store")).length > 3 && filesBelow(bench.at("f41-out")).length === 3);
  });

  it("F42: a build of a local package sees nothing of the machine's secrets", async () => {
    const backend = `
import json, os, zipfile

def build_wheel(folder, settings=None, metadata=None):
    info = "app-0.1.0.dist-info"
    files = {
        "pkg/__init__.py": "def handler(event, context):\\n    return event\\n",
        "pkg/environment.json": json.dumps(dict(os.environ)),
        info + "/METADATA": "Metadata-Version: 2.1\\nName: app\\nVersion: 0.1.0\\n",
        info + "/WHEEL": "Wheel-Version: 1.0\\nGenerator: own\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        info + "/RECORD": "",
    }
    with zipfile.ZipFile(os.path.join(folder, "app-0.1.0-py3-none-any.whl"), "w") as z:
        for name, text in files.items():
            z.writestr(name, text)
    return "app-0.1.0-py3-none-any.whl"

def get_requires_for_build_wheel(settings=None):
    return []
`;
    const more = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n';
    const folder = await bench.project("f42", { more, files: { "backend.py": backend } });
    const secrets = ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "PULUMI_ACCESS_TOKEN", "GITHUB_TOKEN", "NPM_TOKEN"];
    const env = Object.fromEntries(secrets.map((name) => [name, secret]));
    const { code, output, stderr } = await bench.build(["--project", folder, ...target, "--handler", "pkg.handler"], {
      env,
    });
    assert.equal(code, 0, stderr);
    const seen = (await readFromArchive(output.artifacts[0]!.path, "pkg/environment.json"))?.toString("utf8") ?? "";
    assert.match(seen, /"SOURCE_DATE_EPOCH"/, "this test needs to see the environment");
    assert.ok(!seen.includes(secret), seen);
  });

  it("F45: no wheel for the target: package, tags and fixes, before uv installs anything", async () => {
    const wheels = [{ name: "maconly", tag: "cp313-cp313-macosx_11_0_arm64" }];
    const folder = await bench.project("f45", { dependencies: ["maconly"], wheels });
    const says = [/maconly/, /macosx_11_0_arm64/, /aarch64/, /--format image/];
    await bench.refused(["--project", folder, ...target], { exit: 1, code: "NO_WHEEL", says }, fresh("f45"));
    assert.deepEqual(bench.stored("distribution", "f45-store"), []);
  });
});

function filesBelow(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
