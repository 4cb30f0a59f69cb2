import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { readFromArchive } from "../../provider/archive/reader/archiveReader.js";
import { CliBench, type BuildOutput } from "../support/cli.js";
import { runCommand } from "../support/commands.js";
import { proposedCommand, proposedName } from "../support/proposals.js";
import { makeWheel } from "../support/wheels.js";

const target = ["--runtime", "python3.13"];
const wheel = "alpha-1.0.0-py3-none-any.whl";

describe("faults: an index that exchanges files, and a lock without hashes", function () {
  this.timeout(180_000);
  let bench: CliBench;
  let server: http.Server;
  let url: string;
  let givesHashes: boolean;
  let projects = 0;

  before(async function () {
    bench = CliBench.openOrSkip(this);
    server = http.createServer((request, response) => {
      const file = fs.readFileSync(bench.at("served", wheel));
      if (!request.url?.startsWith("/simple/")) return void response.writeHead(200).end(file);
      const hash = givesHashes ? `#sha256=${createHash("sha256").update(file).digest("hex")}` : "";
      response.writeHead(200, { "content-type": "text/html" }).end(`<a href="/files/${wheel}${hash}">${wheel}</a>`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    givesHashes = false;
    serve("first");
  });
  after(() => {
    server?.closeAllConnections();
    server?.close();
    bench?.remove();
  });

  function serve(content: string): void {
    makeWheel({ name: "alpha", files: { "alpha.py": `NAME = "${content}"\n` } }, bench.at("served"));
  }

  /** A project that is locked with what the index has now. */
  async function project(): Promise<string> {
    const folder = bench.write(`project-${projects++}`, {
      "pyproject.toml":
        '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["alpha"]\n' +
        `[[tool.uv.index]]\nname = "corp"\nurl = "${url}/simple"\ndefault = true\n`,
      "handler.py": "def handler(event, context):\n    return event\n",
    });
    await uvLock(folder);
    return folder;
  }

  async function uvLock(folder: string, ...more: string[]): Promise<void> {
    const lock = await runCommand([bench.uv, "lock", ...more], { cwd: folder, env: bench.env });
    assert.equal(lock.code, 0, lock.stderr);
  }

  /** Variables of a machine that has built nothing yet, or of the machine with this name. */
  const on = (machine = `machine-${Math.random()}`) => ({
    env: { UVLAMBDA_CACHE_DIR: bench.at(machine, "store"), UV_CACHE_DIR: bench.at(machine, "uv") },
  });
  const shipped = async ({ artifacts }: BuildOutput) =>
    /"(.*)"/.exec((await readFromArchive(artifacts[0]!.path, "alpha.py"))!.toString("utf8"))?.[1];
  const wrongHash = { exit: 1, code: "HASH_MISMATCH", says: [/alpha/] } as const;

  it("is a warning with file and package; the same machine still ships its file, another one ships the other", async () => {
    const folder = await project();
    const args = ["--project", folder, ...target];
    const here = on();
    const built = await bench.build(args, here);
    assert.equal(built.code, 0, built.stderr);
    assert.match(built.stderr, new RegExp(`uv\\.lock has no hash for ${wheel.replaceAll(".", "\\.")} of alpha`));
    assert.match(built.stderr, /--check hashes=error/);
    assert.equal(await shipped(built.output), "first");

    serve("exchanged");
    const again = await bench.build(args, here);
    assert.deepEqual([again.output.cacheHit, again.output.outputHash], [true, built.output.outputHash]);
    assert.match(again.stderr, /has no hash for .*: this machine keeps its own copy/s);
    const elsewhere = await bench.build(args, on());
    assert.equal(await shipped(elsewhere.output), "exchanged");
    assert.notEqual(elsewhere.output.outputHash, built.output.outputHash);
  });

  it("is refused with `--check hashes=error` before anything is installed, and not reported with `off`", async () => {
    const folder = await project();
    const [args, machine] = [["--project", folder, ...target, "--check"], on("strict")];
    const says = [new RegExp(`${wheel.replaceAll(".", "\\.")} of alpha`), /uv lock --refresh/, /tool\.uv\.sources/];
    await bench.refused([...args, "hashes=error"], { exit: 2, code: "HASH_MISSING", says }, machine);
    assert.deepEqual(bench.stored("distribution", "strict/store"), []);
    const silent = await bench.build([...args, "hashes=off"], machine);
    assert.equal(silent.code, 0, silent.stderr);
    assert.doesNotMatch(silent.stderr, /no hash/);
    // It is also refused if the store has the packages.
    await bench.refused([...args, "hashes=error"], { exit: 2, code: "HASH_MISSING" }, machine);
  });

  it("can be built strictly after `uv lock --refresh` where the index gives hashes; an exchanged file is refused then", async () => {
    const folder = await project();
    const args = ["--project", folder, ...target, "--check", "hashes=error"];
    const refusal = await bench.refused(args, { exit: 2, code: "HASH_MISSING" }, on());
    givesHashes = true;
    await uvLock(folder, ...proposedCommand(refusal, "uv lock --refresh").slice(2));
    const built = await bench.build(args, on());
    assert.equal(built.code, 0, built.stderr);
    assert.doesNotMatch(built.stderr, /no hash/);
    serve("exchanged");
    await bench.refused(args, wrongHash, on());
  });

  it("can be built strictly with the URL in `tool.uv.sources` where the index gives none", async () => {
    const folder = await project();
    const args = ["--project", folder, ...target, "--check", "hashes=error"];
    const refusal = await bench.refused(args, { exit: 2, code: "HASH_MISSING" }, on());
    fs.appendFileSync(
      path.join(folder, "pyproject.toml"),
      `[${proposedName(refusal, "tool.uv.sources")}]\nalpha = { url = "${url}/files/${wheel}" }\n`,
    );
    await uvLock(folder);
    const built = await bench.build(args, on());
    assert.equal(built.code, 0, built.stderr);
    assert.equal(await shipped(built.output), "first");
    serve("exchanged");
    await bench.refused(args, wrongHash, on());
  });

  it("archives in the workspace need no hash in the lock: other bytes under the same name are another package", async () => {
    const folder = await bench.project("flat", { dependencies: ["alpha"], wheels: [{ name: "alpha" }] });
    const args = ["--project", folder, ...target, "--check", "hashes=error"];
    const machine = on();
    const built = await bench.build(args, machine);
    assert.equal(built.code, 0, built.stderr);
    makeWheel({ name: "alpha", files: { "alpha.py": 'NAME = "exchanged"\n' } }, bench.at("index"));
    assert.equal(await shipped((await bench.build(args, machine)).output), "exchanged");
  });
});
