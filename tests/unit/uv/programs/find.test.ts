import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { UvLambdaError, type ErrorCode } from "../../../../provider/lib/errors.js";
import { ProcessRunner } from "../../../../provider/lib/processes/process.js";
import { findUv, type FindUvOptions, type UvIdentity } from "../../../../provider/uv/programs/find.js";

describe("findUv", () => {
  let folder: string;
  let runner: ProcessRunner;
  beforeEach(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-find-")));
    runner = new ProcessRunner();
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  function program(name: string, script: string): string {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return file;
  }

  function find(options: Partial<FindUvOptions> & { PATH?: string; HOME?: string } = {}) {
    const { PATH = "", HOME = path.join(folder, "nobody"), ...rest } = options;
    return findUv({
      explicit: undefined,
      environment: { PATH, HOME },
      runner,
      memo: (_, compute) => compute(),
      ...rest,
    });
  }

  async function refused(promise: Promise<unknown>, code: ErrorCode, ...parts: string[]) {
    await assert.rejects(promise, (error: unknown) => {
      assert.ok(error instanceof UvLambdaError, String(error));
      assert.equal(error.code, code, error.message);
      for (const part of parts)
        assert.ok(`${error.message}\n${error.hint}`.includes(part), `${part} in: ${error.message}`);
      return true;
    });
  }

  it("takes UVLAMBDA_UV before PATH, and PATH in its order", async () => {
    const first = program("a/uv", "echo uv 0.13.1");
    program("b/uv", "echo uv 0.13.2");
    const mine = program("mine/uv-next", "echo uv 0.14.0 '(linux)'");
    const PATH = [path.join(folder, "empty"), path.join(folder, "a"), path.join(folder, "b")].join(path.delimiter);
    assert.deepEqual(await find({ PATH }), { path: first, version: "0.13.1" });
    assert.deepEqual(await find({ PATH, explicit: mine }), { path: mine, version: "0.14.0" });
    assert.deepEqual(await find({ PATH: path.dirname(mine), explicit: "uv-next" }), { path: mine, version: "0.14.0" });
  });

  it("looks where installers put it when PATH has none", async () => {
    const file = program("home/.cargo/bin/uv", "echo uv 0.13.9");
    assert.equal((await find({ HOME: path.join(folder, "home") })).path, file);
    const better = program("home/.local/bin/uv", "echo uv 0.13.9");
    assert.equal((await find({ HOME: path.join(folder, "home") })).path, better);
  });

  it("follows links, except those of a version manager that goes by its name", async () => {
    const real = program("opt/uv", "echo uv 0.13.9");
    const manager = program("opt/manager", 'case "$0" in */uv) echo uv 0.13.8;; *) echo manager 1;; esac');
    fs.mkdirSync(path.join(folder, "links"));
    fs.mkdirSync(path.join(folder, "shims"));
    fs.symlinkSync(real, path.join(folder, "links", "uv"));
    fs.symlinkSync(manager, path.join(folder, "shims", "uv"));
    assert.equal((await find({ PATH: path.join(folder, "links") })).path, real);
    assert.equal((await find({ PATH: path.join(folder, "shims") })).version, "0.13.8");
  });

  describe("what is remembered", () => {
    let known: Map<string, Promise<string>>;
    const memo = (identity: UvIdentity, compute: () => Promise<string>) => {
      const key = JSON.stringify(identity);
      if (!known.has(key)) known.set(key, compute());
      return known.get(key) as Promise<string>;
    };
    beforeEach(() => {
      known = new Map();
    });

    /** A binary that says `version`, which a test may change without the file. */
    function binary(content: string) {
      const PATH = path.dirname(program("a/uv", ""));
      fs.writeFileSync(path.join(PATH, "uv"), content);
      const fake = { version: "0.13.1", asked: 0 };
      const run = () => {
        fake.asked++;
        return Promise.resolve({ exitCode: 0, stdout: `uv ${fake.version}\n`, stderr: "" });
      };
      return { fake, find: () => find({ PATH, memo, runner: { run } as unknown as ProcessRunner }) };
    }

    it("is a binary, which is asked again when it changed", async () => {
      const { fake, find: again } = binary("\x7fELF");
      assert.equal((await again()).version, "0.13.1");
      assert.equal((await again()).version, "0.13.1");
      assert.equal(fake.asked, 1);
      fs.writeFileSync(path.join(folder, "a", "uv"), "\x7fELF, longer");
      fake.version = "0.13.20";
      assert.equal((await again()).version, "0.13.20");
      assert.equal(fake.asked, 2);
    });

    it("is no reason to refuse: a uv that was too old is asked again", async () => {
      const { fake, find: again } = binary("\x7fELF");
      fake.version = "0.4.0";
      await refused(again(), "UV_TOO_OLD", "0.4.0");
      fake.version = "0.5.0";
      await refused(again(), "UV_TOO_OLD", "0.5.0");
      fake.version = "0.13.9";
      assert.equal((await again()).version, "0.13.9");
    });

    it("is no script", async () => {
      const { fake, find: again } = binary("#!/bin/sh\nexec asdf exec uv");
      await again();
      fake.version = "0.13.2";
      assert.equal((await again()).version, "0.13.2");
      assert.equal(known.size, 0);
    });

    it("is no link to a version manager", async () => {
      const { fake, find: again } = binary("");
      fs.rmSync(path.join(folder, "a", "uv"));
      const manager = program("opt/manager", "");
      fs.writeFileSync(manager, "\x7fELF");
      fs.symlinkSync(manager, path.join(folder, "a", "uv"));
      await again();
      fake.version = "0.13.2";
      assert.equal((await again()).version, "0.13.2");
      assert.equal(known.size, 0);
    });
  });

  it("says where it looked and how to install", async () => {
    fs.mkdirSync(path.join(folder, "uv")); // a folder of that name is no program
    fs.writeFileSync(path.join(folder, "plain"), "");
    await refused(
      find({ PATH: `${folder}${path.delimiter}relative/bin` }),
      "UV_NOT_FOUND",
      folder,
      path.join(".local", "bin"),
      "astral.sh/uv/install",
      "UVLAMBDA_UV",
    );
    await refused(find({ explicit: path.join(folder, "missing") }), "UV_NOT_FOUND", "UVLAMBDA_UV names", "missing");
    await refused(find({ explicit: path.join(folder, "plain") }), "UV_NOT_FOUND", "plain");
  });

  it("refuses one that is too old, naming both versions", async () => {
    const PATH = path.dirname(program("a/uv", "echo uv 0.4.0"));
    await refused(find({ PATH }), "UV_TOO_OLD", "0.4.0", "0.12.11", "uv self update");
    program("a/uv", "echo uv 0.12.10");
    await refused(find({ PATH }), "UV_TOO_OLD", "0.12.10");
    program("a/uv", "echo uv 0.12.11");
    assert.equal((await find({ PATH })).version, "0.12.11");
  });

  it("refuses one that does not behave as uv", async () => {
    const PATH = path.dirname(program("a/uv", "echo 'uvicorn 0.30'"));
    await refused(find({ PATH }), "UV_UNUSABLE", "uvicorn 0.30", path.join(folder, "a", "uv"));
    program("a/uv", "exit 1");
    await refused(find({ PATH }), "UV_UNUSABLE", "exit code 1");
    fs.writeFileSync(path.join(folder, "a", "uv"), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0]));
    await refused(find({ PATH }), "UV_UNUSABLE");
  });

  it("gives one that hangs ten seconds", async () => {
    const PATH = path.dirname(program("a/uv", "echo uv 0.13.9"));
    const hanging = {
      run: (...[command, args, options]: Parameters<ProcessRunner["run"]>) => {
        assert.equal(options.timeoutMs, 10_000);
        return runner.run(command, args, { ...options, timeoutMs: 50 });
      },
    };
    program("a/uv", "/bin/sleep 60");
    await refused(find({ PATH, runner: hanging }), "UV_UNUSABLE", "no answer within 10 seconds");
  });
});
