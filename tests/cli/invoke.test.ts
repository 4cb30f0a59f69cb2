import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CliBench, networkEnvironment } from "../support/cli.js";
import { sayLeftOut, skip } from "../support/skip.js";

const handler = `
import json, os, sys, time
import greeting_lib

print("loaded")

def handler(event, context):
    print("event", json.dumps(event))
    sys.stderr.write("a warning\\n")
    return {
        "greeting": greeting_lib.NAME,
        "stage": os.environ.get("STAGE"),
        "task": os.path.realpath(__file__).startswith(os.environ["LAMBDA_TASK_ROOT"]),
        "memory": context.memory_limit_in_mb,
        "left": 4000 < context.get_remaining_time_in_millis() <= 5000,
        "path": [p for p in sys.path if "site-packages" in p and "/opt/" not in p],
    }

def failing(event, context):
    raise ValueError("no such order")

def slow(event, context):
    time.sleep(30)

def crashing(event, context):
    os._exit(3)

def variables(event, context):
    return [os.environ.get(name) for name in event]

def version(event, context):
    return 1

def sleep(seconds):
    print("echo begins to sleep for", seconds, file=sys.stderr, flush=True)
    time.sleep(seconds)

def echo(event, context):
    sleep(0)
    return "a" + str(event)
`;

/** A distribution of CPython 3.13 that uv can download. Its interpreter starts that of this machine. */
function writeDownload(folder: string, home: string, interpreter: string): void {
  const write = (file: string, content: string, mode = 0o644) => {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content, { mode });
  };
  const script = `#!/bin/sh\nexec ${interpreter} "$@"\n`;
  for (const name of ["python", "python3", "python3.13"]) write(`${folder}/python/bin/${name}`, script, 0o755);
  const variables = "# system configuration generated and used by the sysconfig module\nbuild_time_vars = {}\n";
  write(`${folder}/python/lib/python3.13/_sysconfigdata__linux_x86_64-linux-gnu.py`, variables);
  const archive = `${folder}/python.tar.gz`;
  execFileSync("tar", ["czf", archive, "-C", folder, "python"]);
  const sha256 = createHash("sha256").update(fs.readFileSync(archive)).digest("hex");
  const is = { name: "cpython", os: "linux", libc: "gnu", arch: { family: "x86_64", variant: null }, variant: null };
  const version = { major: 3, minor: 13, patch: 99, prerelease: "", build: "20260101" };
  const download = { "cpython-3.13.99-linux-x86_64-gnu": { ...is, ...version, url: `file://${archive}`, sha256 } };
  write(`${folder}/downloads.json`, JSON.stringify(download));
  write(`${home}/.config/uv/uv.toml`, `python-downloads-json-url = "${folder}/downloads.json"\n`);
}

function withoutPython313(search: string): string {
  const folders = search.split(path.delimiter);
  return folders.filter((folder) => !fs.existsSync(path.join(folder, "python3.13"))).join(path.delimiter);
}

describe("uvlambda invoke", function () {
  this.timeout(180_000);
  let bench: CliBench;
  let project: string;
  const python = (process.env["UVLAMBDA_TEST_PYTHONS"] ?? "").split(":").find((file) => file.includes("3.13"));

  before(async function () {
    bench = CliBench.openOrSkip(this);
    if (python === undefined) skip(this, "needs CPython 3.13 (UVLAMBDA_TEST_PYTHONS)");
    const wheels = [
      { name: "greeting-lib", version: "1.0", files: { "greeting_lib/__init__.py": 'NAME = "hello"\n' } },
    ];
    project = await bench.project("app", { dependencies: ["greeting-lib"], wheels, files: { "handler.py": handler } });
    bench.write("", { "event.json": '{"name": "Ada"}' });
  });
  after(() => bench?.remove());

  /** The client is fetched from the real index. */
  const settings = () => ({
    env: { ...networkEnvironment(), PATH: `${path.dirname(python!)}:${bench.env["PATH"]}` },
  });
  const invoke = (...args: string[]) =>
    bench.run(["invoke", "--project", project, "--runtime", "python3.13", ...args], settings());

  for (const more of [[], ["--format", "layer"], ["--bytecode"]]) {
    it(`runs the function with its dependencies, environment and context ${more.join(" ")}`, async () => {
      const rest = ["--event", "event.json", "--env", "STAGE=dev", "--timeout", "5", "--memory", "512", ...more];
      const { code, stdout, stderr } = await invoke(...rest);
      assert.equal(code, 0, stderr);
      assert.deepEqual(JSON.parse(stdout), {
        greeting: "hello",
        stage: "dev",
        task: true,
        memory: "512",
        left: true,
        path: (JSON.parse(stdout) as { path: string[] }).path,
      });
      assert.match(stderr, /^loaded$/m);
      assert.match(stderr, /^event \{"name": "Ada"\}$/m);
      assert.match(stderr, /^a warning$/m);
      assert.match(stderr, /^Duration [\d.]+ ms, loading \d+ ms(, peak memory [\d.]+ MB)?$/m);
      if (process.platform === "linux") assert.match(stderr, /peak memory [1-9]/);
      else sayLeftOut("peak memory: it is read on Linux only");
      assert.deepEqual(fs.readdirSync(bench.at("tmp")), [], "nothing stays in the temporary folder");
    });
  }

  it("lets the function find the user's credentials of AWS, and nothing else of the shell", async () => {
    const passed = ["AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE"];
    const names = [...passed, "UV_INDEX_CORP_PASSWORD", "AWS_EXECUTION_ENV", "MY_TOKEN"];
    bench.write("", { "names.json": JSON.stringify(names) });
    const { env } = settings();
    const given = { ...env, ...Object.fromEntries(names.map((name) => [name, `my ${name}`])) };
    const args = ["--project", project, "--runtime", "python3.13", "--handler", "handler.variables"];
    const { code, stdout, stderr } = await bench.run(["invoke", ...args, "--event", "names.json"], { env: given });
    assert.equal(code, 0, stderr);
    const found = passed.map((name) => `my ${name}`);
    assert.deepEqual(JSON.parse(stdout), [...found, null, "AWS_Lambda_python3.13", null]);
  });

  it("takes the inputs of one function as JSON, and the event from stdin", async () => {
    const deployed = { project: "app", runtime: "python3.13", handler: "handler.handler", architecture: "arm64" };
    bench.write("", { "request.json": JSON.stringify({ ...deployed, packageFormat: "layer" }) });
    const piped = ["sh", "-c", 'printf "{\\"name\\": \\"Grace\\"}" | "$0" "$@"'];
    const run = (args: string[]) => bench.run(["invoke", ...args], { ...settings(), wrapper: piped });
    const { code, stdout, stderr } = await run(["--request", "request.json", "--event", "-", "--timeout", "5"]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /"greeting": "hello"/);
    assert.match(stderr, /^event \{"name": "Grace"\}$/m);
    bench.write("", { "two.json": JSON.stringify([deployed, deployed]), "image.json": '{"packageFormat": "image"}' });
    for (const [args, says] of [
      [["--request", "two.json"], /--request: must contain the inputs of exactly one function/],
      [["--request", "image.json"], /packageFormat: an image cannot run here/],
      [["--request", "request.json", "--handler", "x.y"], /--handler: cannot be combined with --request/],
      [["--request", "-", "--event", "-"], /--event: stdin is already used for the request/],
    ] as const) {
      const refused = await run([...args]);
      assert.equal(refused.code, 2, refused.stdout);
      assert.match(refused.stdout, says);
    }
  });

  it("has uv install the runtime's Python when asked to, and says why that failed", async function () {
    if (process.platform !== "linux" || process.arch !== "x64")
      skip(this, "the stand-in for a download is for Linux on x86_64");
    const home = bench.at("python-home");
    writeDownload(bench.at("downloads"), home, python!);
    const without = { ...settings().env, HOME: home, PATH: bench.env["PATH"]!, UV_PYTHON_DOWNLOADS: "never" };
    const ask = ["invoke", "--project", project, "--runtime", "python3.13", "--handler", "handler.version"];
    const env = { ...without, PATH: withoutPython313(without.PATH) };
    const run = (more: Record<string, string>) => bench.run([...ask, "--install-python"], { env: { ...env, ...more } });
    assert.match((await bench.run(ask, { env })).stdout, /PYTHON_NOT_FOUND[^]*--install-python/);
    assert.match((await run({})).stdout, /could not install one here:[^]*Python downloads are not allowed/);
    const { code, stdout, stderr } = await run({ UV_PYTHON_DOWNLOADS: "manual" });
    assert.equal(code, 0, stderr);
    assert.equal(stdout, "1\n");
    assert.match(stderr, /Installing CPython 3\.13 with uv/);
    assert.ok(!fs.existsSync(path.join(home, ".local", "bin")), "nothing is put on PATH");
  });

  it("prints the error that the function raised, with exit code 1", async () => {
    const { code, stdout } = await invoke("--handler", "handler.failing");
    assert.equal(code, 1);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
    assert.equal(error.code, "FUNCTION_FAILED");
    assert.match(error.message, /"errorMessage": "no such order", "errorType": "ValueError"/);
  });

  it("ends a function at its timeout, and notices one that ends by itself", async () => {
    const slow = await invoke("--handler", "handler.slow", "--timeout", "1");
    assert.equal(slow.code, 1);
    assert.match(slow.stdout, /"TIMEOUT"[^]*Task timed out after 1\.00 seconds/);
    const crashed = await invoke("--handler", "handler.crashing");
    assert.equal(crashed.code, 1);
    assert.match(crashed.stdout, /"FUNCTION_FAILED"[^]*ended without an answer \(exit code 3\)/);
  });

  it("refuses what cannot be run, before anything is built", async () => {
    const other = process.arch === "x64" ? "arm64" : "x86_64";
    bench.write("", { "broken.json": '{"token": "hush"' });
    for (const [args, says] of [
      [["--architecture", other], /--architecture: this machine runs/],
      [["--format", "image"], /--format: an image cannot run here: use `docker run`/],
      // The parser's own message quotes the text, which may hold a secret.
      [["--event", "broken.json"], /--event: broken\.json is not JSON"/],
      [["--source", "nowhere", "--watch"], /--source: \\"nowhere\\" does not exist/],
      [["--event", "nothing.json"], /--event: nothing\.json cannot be read \(ENOENT\)/],
      [["--env", "novalue"], /--env: must be NAME=VALUE/],
      [["--env", "A=1", "--env", "B=1", "--env", "A=2"], /--env: \\"A\\" is given twice/],
      [["--timeout", "0"], /--timeout: must be a whole number from 1 to 900/],
      [["--memory", "99999"], /--memory: must be/],
    ] as const) {
      const { code, stdout } = await invoke(...args);
      assert.equal(code, 2, stdout);
      assert.match(stdout, says);
    }
    const none = await bench.run(["invoke", "--project", project, "--runtime", "python3.14"], {
      env: { PATH: "/usr/bin:/bin" },
    });
    if (none.code !== 0) assert.match(none.stdout, /PYTHON_NOT_FOUND[^]*uv python install 3\.14[^]*--install-python/);
  });

  it("--watch builds and runs again after each edit, of the event too and during a run, until Ctrl-C", async () => {
    const event = bench.at("watched.json");
    fs.writeFileSync(event, "1");
    const flags = ["--runtime", "python3.13", "--handler", "handler.echo", "--watch", "--event", event];
    const running = bench.start(["invoke", "--project", project, ...flags], settings());
    let out = "";
    let log = "";
    running.process.stdout?.on("data", (chunk: Buffer) => (out += chunk.toString("utf8")));
    running.process.stderr?.on("data", (chunk: Buffer) => (log += chunk.toString("utf8")));
    const until = async (isSo: () => boolean) => {
      for (let i = 0; i < 900 && !isSo(); i++) await delay(100);
      assert.ok(isSo(), `${out}\n${log}`);
    };
    const waits = (times: number) => until(() => log.split("Waiting for a change").length === times + 1);
    const answers = (...texts: string[]) => until(() => out === texts.map((one) => `${one}\n`).join(""));
    // In one step, because an empty file in between may be a run of its own.
    const edit = (file: string, text: string) => {
      fs.writeFileSync(bench.at("edited"), text);
      fs.renameSync(bench.at("edited"), file);
    };
    try {
      await waits(1);
      await answers('"a1"');
      edit(`${project}/handler.py`, handler.replace('"a"', '"b"'));
      await waits(2);
      await answers('"a1"', '"b1"');
      edit(event, "2");
      await waits(3);
      await answers('"a1"', '"b1"', '"b2"');
      // The edit comes while the function sleeps.
      edit(`${project}/handler.py`, handler.replace('"a"', '"c"').replace("sleep(0)", "sleep(2)"));
      await until(() => log.includes("echo begins to sleep for 2"));
      edit(`${project}/handler.py`, handler.replace('"a"', '"d"'));
      await waits(4);
      await answers('"a1"', '"b1"', '"b2"', '"c2"', '"d2"');
      // One for the command, not one for each run: what earlier runs used would never be pruned.
      assert.equal(fs.readdirSync(bench.at("store", "v1", ".leases")).length, 1);
      fs.renameSync(project, `${project}-away`);
      await until(() => log.includes("does not exist"));
      fs.renameSync(`${project}-away`, project);
      await until(() => out.endsWith('"d2"\n"d2"\n'));
    } finally {
      running.process.kill("SIGINT");
    }
    assert.equal((await running.result).code, 130);
  });

  it("--watch refuses a request on stdin, which it could not read again", async () => {
    const { code, stdout } = await bench.run(["invoke", "--request", "-", "--watch"], settings());
    assert.equal(code, 2);
    assert.match(stdout, /--request: stdin can be read only once; name a file/);
  });
});
