import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import type { ErrorCode } from "../../provider/lib/errors.js";
import type { MachineSettings } from "../../provider/lib/machine.js";
import { proposedCommand, proposedName, proposedValue } from "../support/proposals.js";
import { refused } from "../support/refused.js";
import { skip } from "../support/skip.js";
import { shippedPaths, useBench, type PackagingBench } from "./support/bench.js";
import { FakeDocker, type FakeBehaviour } from "./support/fakeDocker.js";
import { pyproject, type Fixture, type Wanted } from "./support/fixture.js";
import { giveSpace, mountSmall, unmount } from "../support/smallFileSystem.js";

const [here, other] = process.arch === "arm64" ? (["arm64", "x86_64"] as const) : (["x86_64", "arm64"] as const);
const isRoot = process.getuid?.() === 0;

const fixture: Fixture = {
  name: "machine",
  files: {
    "project/pyproject.toml": pyproject({ name: "app", dependencies: ["alpha"] }),
    "project/handler.py": "def handler(event, context): return 1\n",
  },
  wheels: [{ name: "alpha" }],
  cases: [],
};

/** What a machine lacks, the error, and its hint, followed. */
describe("each fix that an error about the machine names leads to a build:", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let folder: string;
  useBench(fixture, (...opened) => ([bench, folder] = opened));

  function fails(code: ErrorCode, more: Partial<MachineSettings>, wanted: Partial<Wanted> = {}, at = folder) {
    const settings = { cacheDir: bench.fresh("store"), ...more };
    return refused(bench.build(at, { project: "project", ...wanted }, settings), code);
  }

  async function works(more: Partial<MachineSettings>, wanted: Partial<Wanted> = {}, at = folder) {
    const asked = { project: "project", ...wanted };
    const artifact = await bench.build(at, asked, { cacheDir: bench.fresh("store"), ...more });
    assert.ok(shippedPaths(artifact).includes("handler.py"));
  }

  const environment = (more: Record<string, string>) => ({ environment: { ...bench.environment(), ...more } });

  describe("the store", () => {
    it("that others can write: the command that closes it, or another folder", async () => {
      const cacheDir = bench.fresh("open");
      await works({ cacheDir });
      fs.chmodSync(cacheDir, 0o777);
      const error = await fails("STORE_UNUSABLE", { cacheDir });
      proposedName(error, "UVLAMBDA_CACHE_DIR");
      await works({});
      const [program = "", ...args] = proposedCommand(error, "chmod");
      execFileSync(program, args);
      await works({ cacheDir });
    });

    it("that cannot be made, or has a control character: another folder", async () => {
      fs.writeFileSync(path.join(bench.folder, "a-file"), "");
      for (const cacheDir of [path.join(bench.folder, "a-file", "store"), path.join(bench.folder, "two\nlines")]) {
        proposedName(await fails("STORE_UNUSABLE", { cacheDir }), "UVLAMBDA_CACHE_DIR");
        await works({});
      }
    });

    it("of another user: another folder", async function () {
      if (!isRoot) skip(this, "only root can make a folder of another user");
      const cacheDir = bench.fresh("foreign");
      fs.mkdirSync(cacheDir);
      fs.chownSync(cacheDir, 65534, 65534);
      proposedName(await fails("STORE_UNUSABLE", { cacheDir }), "UVLAMBDA_CACHE_DIR");
      await works({});
    });

    it("that is full: free space, or another folder", async function () {
      if (!isRoot) skip(this, "only root can mount a small file system");
      const big = await bench.prepare({
        name: "big",
        files: {
          "project/pyproject.toml": pyproject({ name: "app" }),
          "project/handler.py": "def handler(event, context): return 1\n",
        },
        cases: [],
      });
      // Random bytes, which no compression makes smaller.
      fs.writeFileSync(path.join(big, "project", "data.bin"), (await import("node:crypto")).randomBytes(3_000_000));
      const cacheDir = bench.fresh("small");
      mountSmall(this, cacheDir);
      try {
        const error = await fails("STORE_FULL", { cacheDir }, {}, big);
        proposedName(error, "UVLAMBDA_CACHE_DIR");
        await works({}, {}, big);
        giveSpace(cacheDir, "64m");
        await works({ cacheDir }, {}, big);
      } finally {
        unmount(cacheDir);
      }
    });
  });

  describe("files", () => {
    it("that are no regular files: replaced with one", async () => {
      const copy = bench.fresh("fifo");
      fs.cpSync(folder, copy, { recursive: true });
      const file = path.join(copy, "project", "pyproject.toml");
      const text = fs.readFileSync(file);
      fs.rmSync(file);
      execFileSync("mkfifo", [file]);
      assert.match((await fails("BAD_FILE", {}, {}, copy)).hint ?? "", /replace it with a regular file/);
      fs.rmSync(file);
      fs.writeFileSync(file, text);
      await works({}, {}, copy);
    });

    it("that are folders: removed, and the lock written again", async () => {
      const copy = bench.fresh("folder");
      fs.cpSync(folder, copy, { recursive: true });
      const file = path.join(copy, "project", "uv.lock");
      fs.rmSync(file);
      fs.mkdirSync(file);
      const error = await fails("LOCK_UNREADABLE", {}, {}, copy);
      assert.match(`${error.message}\n${error.hint}`, /uv\.lock is a folder[^]*Remove it/);
      fs.rmdirSync(file);
      assert.deepEqual(proposedCommand(error, "uv lock"), ["uv", "lock"]);
      await bench.lock(path.join(copy, "project"));
      await works({}, {}, copy);
    });

    it("with a byte order mark: read as uv does, or saved without it for a build backend", async () => {
      const marked = async (backend?: string) => {
        const text = pyproject({ name: "app", dependencies: ["alpha"], ...(backend !== undefined && { backend }) });
        const module = backend === undefined ? "handler.py" : "app/handler.py";
        const files = {
          "project/pyproject.toml": `\ufeff${text.replaceAll("\n", "\r\n")}`,
          [`project/${module}`]: "import alpha\ndef handler(event, context): return 1\n",
          "project/app/__init__.py": "",
        };
        return bench.prepare({ name: "marked", files, wheels: [{ name: "alpha" }], cases: [] });
      };
      await works({}, {}, await marked());
      const copy = await marked("hatchling");
      const wanted = { handler: "app.handler.handler" };
      const { hint = "" } = await fails("LOCAL_BUILD_FAILED", {}, wanted, copy);
      assert.match(hint, /project\/pyproject\.toml begins with a byte order mark[^]*save it as UTF-8 without one/);
      const file = path.join(copy, "project", "pyproject.toml");
      fs.writeFileSync(file, fs.readFileSync(file).subarray(3));
      await bench.build(copy, { project: "project", ...wanted });
    });
  });

  describe("uv", () => {
    const noUv = (): Partial<MachineSettings> => {
      const home = { HOME: bench.fresh("home"), XDG_BIN_HOME: "", XDG_DATA_HOME: "", CARGO_HOME: "" };
      const folders = (bench.environment()["PATH"] ?? "").split(path.delimiter);
      const PATH = folders.filter((one) => !fs.existsSync(path.join(one, "uv"))).join(path.delimiter);
      const { uv: _, ...settings } = { ...bench.settings(), ...environment({ ...home, PATH }) };
      return { ...settings, uv: undefined };
    };

    it("that is not there, or not where UVLAMBDA_UV says: set it, or unset it", async () => {
      const missing = await fails("UV_NOT_FOUND", noUv());
      proposedName(missing, "UVLAMBDA_UV");
      await works({ ...noUv(), uv: bench.uv });
      const wrong = await fails("UV_NOT_FOUND", { uv: bench.fresh("no-uv") });
      assert.match(wrong.hint ?? "", /or unset it/);
      const onPath = `${path.dirname(bench.uv)}${path.delimiter}${bench.environment()["PATH"]}`;
      await works({ ...noUv(), ...environment({ PATH: onPath }) });
      proposedName(wrong, "UVLAMBDA_UV");
      await works({ uv: bench.uv });
    });

    it("that is too old: another one", async () => {
      const old = bench.fresh("old-uv");
      fs.writeFileSync(old, "#!/bin/sh\necho uv 0.4.0\n", { mode: 0o755 });
      proposedName(await fails("UV_TOO_OLD", { uv: old }), "UVLAMBDA_UV");
      await works({ uv: bench.uv });
    });

    it("that takes too long: more time", async () => {
      const slow = bench.fresh("slow-uv");
      fs.writeFileSync(slow, `#!/bin/sh\n[ "$1" = export ] && sleep 2\nexec ${bench.uv} "$@"\n`, { mode: 0o755 });
      proposedName(await fails("TIMEOUT", { uv: slow, timeoutMs: 1000 }), "UVLAMBDA_TIMEOUT");
      await works({ uv: slow, timeoutMs: 60_000 });
    });

    it("with settings that it refuses: the variable, the uv.toml or the folder corrected", async () => {
      const broken = bench.fresh("uv.toml");
      fs.writeFileSync(broken, "nosuch = 1\n");
      for (const [name, value, correct] of [
        ["UV_HTTP_TIMEOUT", "abc", "30"],
        ["UV_KEYRING_PROVIDER", "bogus", "disabled"],
        ["UV_CONFIG_FILE", bench.fresh("no-uv.toml"), undefined],
        ["UV_CONFIG_FILE", broken, undefined],
        ["UV_FIND_LINKS", bench.fresh("no-wheels"), undefined],
      ] as const) {
        const error = await fails("UV_SETTINGS", environment({ [name]: value }));
        if (value === broken) {
          proposedName(`Correct \`${/Correct (\S+)\.$/m.exec(error.hint ?? "")?.[1]}\``, broken);
          fs.writeFileSync(broken, "");
          await works(environment({ UV_CONFIG_FILE: broken }));
        } else proposedName(error, name);
        await works(correct === undefined ? {} : environment({ [name]: correct }));
      }
      const links = bench.fresh("wheels");
      assert.match((await fails("UV_SETTINGS", environment({ UV_FIND_LINKS: links }))).hint ?? "", /restore \S+wheels/);
      fs.mkdirSync(links);
      await works(environment({ UV_FIND_LINKS: links }));
    });

    it("whose cache cannot be used: another folder", async () => {
      const file = bench.fresh("cache");
      fs.writeFileSync(file, "");
      const name = proposedName(await fails("STORE_UNUSABLE", environment({ UV_CACHE_DIR: file })), "UV_CACHE_DIR");
      await works(environment({ [name]: bench.fresh("uv-cache") }));
    });

    it("without an interpreter: one on PATH; for bytecode also none", async () => {
      const none = environment({ PATH: bench.fresh("nothing"), UV_PYTHON_INSTALL_DIR: bench.fresh("none") });
      assert.match((await fails("PYTHON_NOT_FOUND", none)).hint ?? "", /Any CPython from 3\.8 on will do: install one/);
      await works({});
      const error = await fails("PYTHON_NOT_FOUND", {}, { runtime: "python3.14", bytecode: true });
      assert.deepEqual(proposedCommand(error, "uv python install").slice(0, 3), ["uv", "python", "install"]);
      await works({}, { runtime: "python3.14", bytecode: proposedValue(error, "bytecode") });
    });
  });

  describe("docker", () => {
    const bundling = { mode: "docker" } as const;
    const withDocker = (behaviour?: FakeBehaviour) => {
      const { bin } = new FakeDocker(bench.fresh("docker"), behaviour);
      return environment({ PATH: `${bin}${path.delimiter}${bench.environment()["PATH"]}` });
    };
    const fails_ = (command: string, says: string, code = 1) => ({ fails: { command, says, code } });

    it("that is not there, or does not answer: installed and started, or builds on this machine", async () => {
      const PATH = (bench.environment()["PATH"] ?? "")
        .split(path.delimiter)
        .filter((one) => !fs.existsSync(path.join(one, "docker")))
        .join(path.delimiter);
      for (const machine of [
        environment({ PATH }),
        withDocker(fails_("info", "Cannot connect to the Docker daemon")),
      ]) {
        const error = await fails("DOCKER_FAILED", machine, { bundling, architecture: here });
        await works(machine, { bundling: proposedValue(error, "bundling"), architecture: here });
        await works(withDocker(), { bundling, architecture: here });
      }
    });

    it("without the image: another one", async () => {
      const machine = withDocker(fails_("pull", "manifest unknown"));
      const error = await fails("DOCKER_FAILED", machine, { bundling: { ...bundling, image: "nobody/nothing" } });
      proposedName(error, "bundling.image");
      await works(withDocker(), { bundling: { ...bundling, image: "somebody/build" }, architecture: here });
    });

    it("that cannot run the other architecture: that of this machine", async () => {
      const machine = withDocker(fails_("run", "exec /uvlambda/uv: exec format error"));
      const error = await fails("DOCKER_FAILED", machine, { bundling, architecture: other });
      proposedName(error, "architecture");
      await works(withDocker(), { bundling, architecture: here });
    });
  });
});
