import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { packageRequest } from "../../provider/inputs/packageRequest.js";
import { silent } from "../../provider/lib/log.js";
import { readMachineSettings } from "../../provider/lib/machine.js";
import { createPackager } from "../../provider/packaging/createPackager.js";
import { CliBench } from "../support/cli.js";
import { skip } from "../support/skip.js";

const target = ["--runtime", "python3.13"];
const backend = '[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\n';

/** Long enough for a busy machine. A hanging command would take for ever. */
const patienceS = "20";

describe("faults: files that are not regular files", function () {
  this.timeout(120_000);
  let bench: CliBench;
  const servers: net.Server[] = [];

  before(async function () {
    if (process.platform === "win32") skip(this, "Windows has no pipes and devices in folders");
    bench = CliBench.openOrSkip(this);
  });
  after(() => {
    for (const server of servers) server.close();
    bench?.remove();
  });

  /** Ways to put something at a path that a program would wait for when it opens it. */
  const kinds: Readonly<Record<string, (file: string) => Promise<void>>> = {
    FIFO: async (file) => void execFileSync("mkfifo", [file]),
    "link to a FIFO": async (file) => {
      const fifo = path.join(bench.folder, `fifo-${path.basename(file)}-${Date.now()}`);
      execFileSync("mkfifo", [fifo]);
      fs.symlinkSync(fifo, file);
    },
    socket: async (file) => {
      // The path of a socket can have 107 bytes.
      const short = path.join(bench.folder, `s${servers.length}`);
      const server = net.createServer();
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(short, resolve));
      fs.renameSync(short, file);
    },
    "link to a device": async (file) => fs.symlinkSync("/dev/zero", file),
  };

  /** A uv that only prints its version: no other call of uv is allowed. */
  function onlyVersion(): Record<string, string> {
    const script = `#!/bin/sh\nif [ "$1" = --version ] || [ "$2" = --version ]; then exec '${bench.uv}' "$@"; fi\necho started >>'${bench.at("started")}'\nexit 1\n`;
    const folder = bench.write("shim", { uv: script });
    fs.chmodSync(path.join(folder, "uv"), 0o755);
    return { UVLAMBDA_UV: path.join(folder, "uv"), UVLAMBDA_TIMEOUT: patienceS };
  }

  async function refused(args: readonly string[], file: string, env: Readonly<Record<string, string>>): Promise<void> {
    const code = "BAD_FILE";
    const what = new RegExp(`${escaped(path.basename(file))} is a (FIFO|socket|device), not a regular file`);
    const { output, stderr, code: exit } = await bench.build(args, { env });
    assert.equal(output.error?.code, code, stderr);
    assert.equal(exit, 2, stderr);
    assert.match(stderr, what);
    assert.ok(!fs.existsSync(bench.at("started")), "uv was started");
  }

  let count = 0;
  async function packaged(): Promise<string> {
    count++;
    return bench.project(`packaged-${count}`, {
      more: backend,
      files: { "src/app/__init__.py": "def handler(event, context):\n    return event\n", "README.md": "x" },
    });
  }

  for (const [kind, make] of Object.entries(kinds)) {
    for (const name of ["uv.lock", "pyproject.toml", "uv.toml", ".python-version", "../uv.toml", "../pyproject.toml"]) {
      it(`${name} that is a ${kind} is refused before uv is started`, async () => {
        count++;
        const project = await bench.project(`plain-${count}/inner`);
        const file = path.join(project, name);
        fs.rmSync(file, { force: true });
        await make(file);
        await refused(["--project", project, ...target, "--handler", "handler.handler"], file, onlyVersion());
      });
    }

    for (const name of ["src/app/data.bin", "src/app/deep/data.py", "README.md", "setup.py", ".gitignore"]) {
      if (kind === "socket" && name === "README.md") continue;
      it(`${name} of a packaged project that is a ${kind} is refused before it is built`, async () => {
        const project = await packaged();
        const file = path.join(project, name);
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.rmSync(file, { force: true });
        await make(file);
        const args = ["--project", project, ...target, "--handler", "app.handler", "--exclude", name];
        const { output, stderr } = await bench.build(args, { env: { UVLAMBDA_TIMEOUT: patienceS } });
        assert.equal(output.error?.code, "BAD_FILE", stderr);
        assert.match(stderr, new RegExp(`${escaped(path.basename(file))} is a (FIFO|socket|device)`));
      });
    }

    it(`a module of the tests that does not ship and is a ${kind} does not block the build`, async () => {
      count++;
      const project = await bench.project(`left-out-${count}`, {
        files: { "handler.py": "import test_helper\ndef handler(event, context):\n    return event\n" },
      });
      await make(path.join(project, "test_helper.py"));
      const { code, stderr } = await bench.build(["--project", project, ...target], {
        env: { UVLAMBDA_TIMEOUT: patienceS },
      });
      assert.equal(code, 0, stderr);
      assert.match(stderr, /handler\.py imports test_helper/);
    });

    it(`the module that a wrong handler may mean does not block the message when it is a ${kind}`, async () => {
      count++;
      const project = await bench.project(`handler-${count}/inner`);
      await make(path.join(project, "lost.py"));
      fs.mkdirSync(path.join(project, "deep"));
      await make(path.join(project, "deep", "lost.py"));
      const args = ["--project", project, ...target, "--handler", "lost.handler", "--exclude", "*lost.py"];
      const { output, stderr } = await bench.build(args, { env: { UVLAMBDA_TIMEOUT: patienceS } });
      assert.ok(["HANDLER_NOT_FOUND", "BAD_FILE"].includes(output.error?.code ?? ""), stderr);
    });

    it(`archives, requests and events that are a ${kind} are refused by name`, async () => {
      count++;
      const folder = bench.write(`asked-${count}`, {});
      fs.mkdirSync(folder);
      for (const name of ["code.zip", "request.json", "event.json"]) await make(path.join(folder, name));
      const project = await bench.project(`asked-project-${count}`);
      const event = ["--project", project, ...target, "--event", path.join(folder, "event.json")];
      for (const args of [
        ["inspect", folder],
        ["inspect", path.join(folder, "code.zip")],
        ["build", "--request", path.join(folder, "request.json")],
        ["invoke", ...event],
      ]) {
        const { code, stderr } = await bench.run(args);
        assert.equal(code, 2, `${args[0]}: ${stderr}`);
        assert.match(
          stderr,
          /(code\.zip|request\.json|event\.json)\S* is (a (FIFO|socket|device)|neither an archive nor a folder)/,
        );
      }
    });

    it(`the list of what earlier builds put into --out may be a ${kind}`, async () => {
      count++;
      const project = await bench.project(`out-${count}`);
      const out = path.join(project, "out");
      fs.mkdirSync(out);
      await make(path.join(out, ".uvlambda-out"));
      const { code, stderr } = await bench.build(["--project", project, ...target, "--exclude", "out/", "--out", out]);
      assert.equal(code, 0, stderr);
      assert.ok(fs.lstatSync(path.join(out, ".uvlambda-out")).isFile());
    });

    it(`a Dockerfile that is a ${kind} is refused before it is read`, async () => {
      count++;
      const project = await bench.project(`dockerfile-${count}`);
      const dockerfile = path.join(project, "Dockerfile");
      await make(dockerfile);
      const env = { ...bench.env, UVLAMBDA_TIMEOUT: patienceS };
      const packager = createPackager(readMachineSettings(env));
      const inputs = { project, runtime: "python3.13", packageFormat: "image", image: { dockerfile } } as const;
      const building = packageRequest(inputs, project).then((request) =>
        packager.package(request, { reporter: silent }),
      );
      const message = /^image\.dockerfile: ".*Dockerfile" is a (FIFO|socket|device), not a file \(.*Dockerfile\)$/;
      await assert.rejects(building, { code: "INVALID_INPUT", message });
    });

    it(`a settings file of the user that is a ${kind} is refused`, async () => {
      count++;
      const project = await bench.project(`user-${count}`);
      const file = bench.at(`config-${count}.toml`);
      await make(file);
      await refused(["--project", project, ...target, "--handler", "handler.handler"], file, {
        ...onlyVersion(),
        UV_CONFIG_FILE: file,
      });
    });
  }

  it("a socket beside the modules, as servers leave it, is ignored", async () => {
    const project = await packaged();
    await kinds["socket"]!(path.join(project, "server.sock"));
    const { code, stderr } = await bench.build(["--project", project, ...target, "--handler", "app.handler"]);
    assert.equal(code, 0, stderr);
  });

  it("a store path with a control character is refused by its name", async () => {
    const project = await bench.project("control");
    const says = [/contains a control character/, /UVLAMBDA_CACHE_DIR/];
    const args = ["--project", project, ...target, "--cache-dir", bench.at("two\nlines")];
    await bench.refused(args, { exit: 2, code: "STORE_UNUSABLE", says });
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
