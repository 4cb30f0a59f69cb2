import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { ErrorCode } from "../../provider/lib/errors.js";
import { createPackager } from "../../provider/packaging/createPackager.js";
import { runCommand } from "../support/commands.js";
import { proposedCommand, proposedName } from "../support/proposals.js";
import { refused } from "../support/refused.js";
import { makeWheel } from "../support/wheels.js";
import { openBench, type PackagingBench } from "./support/bench.js";
import { pyproject, requestFor, writeInto } from "./support/fixture.js";
import { PrivateIndex } from "./support/privateIndex.js";

type Variables = Readonly<Record<string, string>>;

/** What the errors about an index and the way to it propose, done. */
describe("each way that an error about an index names leads to a build", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let index: PrivateIndex;
  let folder: string;
  let files: string;

  before(async function () {
    bench = openBench(this);
    files = bench.fresh("index");
    makeWheel({ name: "alpha" }, files);
    index = new PrivateIndex(files);
    index.password = "S3CRET-index";
    await index.start();
    folder = bench.fresh("project");
    const table = `[[tool.uv.index]]\nname = "corp"\nurl = "${index.url}"\ndefault = true\n`;
    writeInto(folder, {
      "pyproject.toml": pyproject({ name: "app", dependencies: ["alpha"], more: table }),
      "handler.py": "def handler(event, context): return 1\n",
    });
    const locked = await runCommand([bench.uv, "lock"], { cwd: folder, env: machine(credentials("UV_INDEX_CORP")) });
    assert.equal(locked.code, 0, locked.stderr);
  });
  after(() => {
    index?.stop();
    bench?.remove();
  });

  const credentials = (prefix: string) => ({
    [`${prefix}_USERNAME`]: index.user,
    [`${prefix}_PASSWORD`]: index.password,
  });
  const machine = (more: Variables, cache = bench.fresh("uv-cache")) => ({
    ...bench.environment(),
    UV_CACHE_DIR: cache,
    UV_HTTP_RETRIES: "0",
    NO_PROXY: "",
    no_proxy: "",
    ...more,
  });

  async function build(environment: Variables, buildEnvironment: Variables = {}): Promise<void> {
    const reporter = { progress: () => {}, warn: () => {} };
    const packager = createPackager(bench.settings({ environment, cacheDir: bench.fresh("store") }), reporter);
    try {
      await packager.package(requestFor(folder, { project: "." }), { reporter, buildEnvironment });
    } finally {
      packager.cancel();
    }
  }

  const fails = (code: ErrorCode, environment: Variables) => refused(build(environment), code);

  it("without credentials: the variables of the index, in the environment or in `buildEnvironment`", async () => {
    const error = await fails("INDEX_AUTH", machine({}));
    const [user = "", password = ""] = [...(error.hint ?? "").matchAll(/UV_INDEX_<NAME>_\w+/g)].map(([name]) =>
      name.replace("<NAME>", "CORP"),
    );
    assert.notEqual(password, "");
    const given = { [user]: index.user, [password]: index.password };
    await build(machine(given));
    proposedName(error, "buildEnvironment");
    await build(machine({}), given);
  });

  it("with another file than the lock names: the lock renewed", async () => {
    const given = credentials("UV_INDEX_CORP");
    makeWheel({ name: "alpha", files: { "alpha/__init__.py": "CHANGED = 1\n" } }, files);
    const error = await fails("HASH_MISMATCH", machine(given));
    const [, ...args] = proposedCommand(error, "uv lock");
    const renewed = await runCommand([bench.uv, ...args], { cwd: folder, env: machine(given) });
    assert.equal(renewed.code, 0, renewed.stderr);
    await build(machine(given));
  });

  it("that a setting forbids: once without it, which fills the cache", async () => {
    const given = credentials("UV_INDEX_CORP");
    const cache = bench.fresh("uv-cache");
    const error = await fails("NETWORK", machine({ ...given, UV_OFFLINE: "1" }, cache));
    const name = proposedName(error, "UV_OFFLINE");
    assert.match(error.hint ?? "", /that fills uv's cache/);
    await build(machine(given, cache));
    await build(machine({ ...given, [name]: "1" }, cache));
  });

  it("without a way to it: the proxy repaired, or a warm cache of uv", async () => {
    const proxy = { HTTP_PROXY: "http://127.0.0.1:9", HTTPS_PROXY: "http://127.0.0.1:9" };
    const given = credentials("UV_INDEX_CORP");
    const error = await fails("NETWORK", machine({ ...given, ...proxy }));
    proposedName(error, "HTTPS_PROXY");
    const cache = bench.fresh("uv-cache");
    await build(machine(given, cache));
    assert.match(error.hint ?? "", /With a warm uv cache no network is needed/);
    await build(machine({ ...given, ...proxy }, cache));
    assert.ok(fs.existsSync(path.join(cache, "CACHEDIR.TAG")));
  });
});
