import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { inspect } from "node:util";
import { UvLambdaError } from "../../provider/lib/errors.js";
import type { MachineSettings } from "../../provider/lib/machine.js";
import { createPackager } from "../../provider/packaging/createPackager.js";
import type { Artifact } from "../../provider/packaging/request.js";
import { runCommand } from "../support/commands.js";
import { makeSdist, makeWheel } from "../support/wheels.js";
import { contentOf, openBench, shippedPaths, type PackagingBench } from "./support/bench.js";
import { pyproject, requestFor, writeInto } from "./support/fixture.js";
import { filesThatHold, PrivateIndex, spellings } from "./support/privateIndex.js";

type Variables = Readonly<Record<string, string>>;

const first = "S3CRET-tök/en+one";
const rotated = "S3CRET-other-token";

describe("a private index", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let index: PrivateIndex;

  before(async function () {
    bench = openBench(this);
    const files = bench.fresh("index");
    makeWheel({ name: "alpha" }, files);
    makeSdist({ name: "pure" }, files);
    index = new PrivateIndex(files);
    await index.start();
  });
  beforeEach(() => (index.password = first));
  after(() => {
    index?.stop();
    bench?.remove();
  });

  /** Everything that one build, or several on one machine, wrote and printed. */
  class Machine {
    readonly folder = bench.fresh("machine");
    readonly printed: string[] = [];

    constructor() {
      for (const name of ["store", "home", "temporary", "uv-cache"])
        fs.mkdirSync(path.join(this.folder, name), { recursive: true });
      // What uv is called with, by whatever called it.
      const shim = `#!/bin/sh\nprintf '%s\\n' "$*" >>'${this.folder}/argv'\nexec '${bench.uv}' "$@"\n`;
      fs.writeFileSync(path.join(this.folder, "uv"), shim, { mode: 0o755 });
    }

    environment(more: Variables): Record<string, string> {
      const own = { HOME: "home", TMPDIR: "temporary", UV_CACHE_DIR: "uv-cache" };
      const folders = Object.entries(own).map(([name, folder]) => [name, path.join(this.folder, folder)]);
      return { ...bench.environment(), UV_HTTP_RETRIES: "0", ...(Object.fromEntries(folders) as Variables), ...more };
    }

    async build(project: string, variables: Variables, buildEnvironment: Variables = {}): Promise<Artifact> {
      const cacheDir = path.join(this.folder, "store");
      const uv = path.join(this.folder, "uv");
      const machine: Partial<MachineSettings> = { uv, cacheDir, environment: this.environment(variables) };
      const say = (message: string) => void this.printed.push(message);
      const reporter = { progress: say, warn: say };
      const packager = createPackager(bench.settings(machine), reporter);
      const request = requestFor(project, { project: ".", sourceBuilds: ["pure"] });
      try {
        const artifact = await packager.package(request, { reporter, buildEnvironment });
        // The archive's content is compressed in the store, and what the state gets is made of the artifact.
        const content = [...contentOf(artifact)].map(([name, data]) => `${name}\n${data.toString("latin1")}`);
        this.printed.push(JSON.stringify(artifact), ...content);
        return artifact;
      } catch (error) {
        this.printed.push(inspect(error, { depth: 10, showHidden: true }));
        throw error;
      } finally {
        packager.cancel();
      }
    }

    /** `given`: a file into which the test itself wrote the secret. */
    mustNotKnow(secret: string, given?: string): void {
      const texts = spellings(index.user, secret);
      assert.deepEqual(
        filesThatHold(texts, [this.folder]).filter((file) => file !== given),
        [],
      );
      for (const text of this.printed)
        for (const spelling of texts) assert.ok(!text.includes(spelling), `${spelling} was printed: ${text}`);
      assert.ok(fs.readFileSync(path.join(this.folder, "argv"), "utf8").includes("pip install"));
    }
  }

  async function project(more: string, variables: Variables): Promise<string> {
    const folder = bench.fresh("project");
    writeInto(folder, {
      "pyproject.toml": more,
      "handler.py": "def handler(event, context):\n    return 1\n",
    });
    const result = await runCommand([bench.uv, "lock"], { cwd: folder, env: new Machine().environment(variables) });
    assert.equal(result.code, 0, result.stderr);
    return folder;
  }

  const plain = pyproject({ name: "app", dependencies: ["alpha", "pure"] });
  const named = () => `${plain}[[tool.uv.index]]\nname = "corp"\nurl = "${index.url}"\ndefault = true\n`;
  const byName = () => ({ UV_INDEX_CORP_USERNAME: index.user, UV_INDEX_CORP_PASSWORD: index.password });

  interface Way {
    readonly name: string;
    readonly project: () => string;
    readonly environment?: (machine: Machine) => Variables;
    readonly buildEnvironment?: (machine: Machine) => Variables;
  }

  const netrc = (machine: Machine) => path.join(machine.folder, "netrc");
  const ways: readonly Way[] = [
    { name: "UV_INDEX_<NAME>_USERNAME and _PASSWORD of the machine", project: named, environment: byName },
    { name: "UV_INDEX_<NAME>_USERNAME and _PASSWORD in buildEnvironment", project: named, buildEnvironment: byName },
    {
      name: "a netrc file that NETRC names",
      project: named,
      environment: (machine) => {
        const text = `machine 127.0.0.1\nlogin ${index.user}\npassword ${index.password}\n`;
        fs.writeFileSync(netrc(machine), text, { mode: 0o600 });
        return { NETRC: netrc(machine) };
      },
    },
    {
      name: "UV_INDEX with the password in its URL",
      project: () => plain,
      environment: () => ({ UV_INDEX: `corp=${index.withCredentials("/simple")}` }),
    },
  ];

  for (const way of ways) {
    it(`gives its packages with ${way.name}; the password is nowhere, and a new one changes nothing`, async () => {
      const locking = new Machine();
      const given = { ...way.environment?.(locking), ...way.buildEnvironment?.(locking) };
      const folder = await project(way.project(), given);
      const machine = new Machine();
      const build = (on: Machine) => on.build(folder, way.environment?.(on) ?? {}, way.buildEnvironment?.(on));
      const artifact = await build(machine);
      assert.deepEqual(shippedPaths(artifact), ["alpha/__init__.py", "handler.py", "pure/__init__.py"]);
      assert.match(machine.printed.join("\n"), /uv: Building/, "this test needs what uv says to be shown");
      machine.mustNotKnow(first, netrc(machine));

      index.password = rotated;
      const again = await build(machine);
      assert.deepEqual([again.outputHash, again.cacheHit], [artifact.outputHash, true]);
      const elsewhere = new Machine();
      assert.equal((await build(elsewhere)).outputHash, artifact.outputHash);
      for (const one of [machine, elsewhere]) one.mustNotKnow(rotated, netrc(one));
    });
  }

  async function refused(build: Promise<unknown>): Promise<void> {
    await assert.rejects(build, (error: unknown) => {
      assert.ok(error instanceof UvLambdaError, String(error));
      assert.equal(error.code, "INDEX_AUTH", error.message);
      const told = error.problems.map(({ message }) => message).join("\n");
      assert.ok(told.includes(index.host), told);
      assert.match(told, /UV_INDEX_<NAME>_PASSWORD[^]*buildEnvironment/);
      return true;
    });
  }

  it("that refuses is named with what to set, whatever the wrong password was", async () => {
    const folder = await project(named(), byName());
    const wrong = { UV_INDEX_CORP_USERNAME: index.user, UV_INDEX_CORP_PASSWORD: "S3CRET-wrong/one" };
    for (const [environment, buildEnvironment] of [
      [wrong, {}],
      [{}, wrong],
      [{}, {}],
    ]) {
      const machine = new Machine();
      await refused(machine.build(folder, environment ?? {}, buildEnvironment));
      machine.mustNotKnow("S3CRET-wrong/one");
    }
  });

  it("may be in direct URLs: their passwords are in uv.lock and nowhere else", async () => {
    const direct = () => {
      const file = index.withCredentials("/files/alpha-1.0.0-py3-none-any.whl");
      const source = index.withCredentials("/files/pure-1.0.0.tar.gz");
      return pyproject({ name: "app", dependencies: [`alpha @ ${file}`, `pure @ ${source}`] });
    };
    const folder = await project(direct(), {});
    const lock = fs.readFileSync(path.join(folder, "uv.lock"), "utf8");
    assert.ok(lock.includes("S3CRET"), "this test needs uv to write the password into the lock");
    const machine = new Machine();
    const artifact = await machine.build(folder, {});
    machine.mustNotKnow(first);

    index.password = rotated;
    const locked = new Machine();
    await refused(locked.build(folder, {}));
    locked.mustNotKnow(first);
    const next = new Machine();
    assert.equal((await next.build(await project(direct(), {}), {})).outputHash, artifact.outputHash);
    next.mustNotKnow(rotated);
  });
});
