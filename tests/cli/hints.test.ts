import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import type { ErrorCode } from "../../provider/lib/errors.js";
import { canCall, requireCalls } from "../packaging/support/run.js";
import { CliBench, networkEnvironment } from "../support/cli.js";
import { suggestedName, proposedCommand, proposedName, proposedValue } from "../support/proposals.js";

describe("what the command line proposes works:", function () {
  this.timeout(120_000);
  let bench: CliBench;
  before(async function () {
    bench = CliBench.openOrSkip(this);
    await bench.project("app", { wheels: [{ name: "alpha" }], dependencies: ["alpha"] });
  });
  after(() => bench?.remove());

  const invoked = ["invoke", "--project", "app", "--runtime", "python3.11"];
  const target = ["--project", "app", "--runtime", "python3.13"];

  async function refused(args: readonly string[], code: ErrorCode, env: Record<string, string> = {}) {
    const { stdout, stderr } = await bench.run(args, { env });
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string; hint: string } };
    assert.equal(error.code, code, stderr);
    return error;
  }

  async function works(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
    const { code, stdout, stderr } = await bench.run(args, { env });
    assert.equal(code, 0, stderr);
    return stdout;
  }

  it("a flag and a command that were meant", async () => {
    const flag = await refused(["build", "--projet=app", "--runtime", "python3.13"], "INVALID_INPUT");
    await works(["build", `${suggestedName(flag)}=app`, "--runtime", "python3.13"]);
    const command = await refused(["biuld", ...target], "INVALID_INPUT");
    await works([...suggestedName(command).split(" "), ...target]);
  });

  it("the help and the version, as the overview names them", async () => {
    const overview = await works(["--help"]);
    const [, ...help] = proposedCommand(overview, "uvlambda COMMAND");
    assert.match(await works(help.map((word) => word.replace("COMMAND", "build"))), /^Builds|--project/m);
    const [, ...version] = proposedCommand(overview, "uvlambda --version");
    assert.match(await works(version), /^uvlambda \d+\.\d+\.\d+/);
  });

  it("a check, from the hint of an error to its flag", async () => {
    bench.write("app", { "idle.py": "async def handler(event, context): ...\n" });
    const args = ["build", ...target, "--handler", "idle.handler"];
    const error = await refused(args, "HANDLER_UNUSABLE");
    assert.match(error.hint, /asyncio\.run/);
    const absent = await refused(
      ["build", ...target, "--handler", "absent.handler", "--check", "handler"],
      "INVALID_INPUT",
    );
    const level = /"(warn)"/.exec(absent.message)?.[1];
    await works([...args, "--check", `handler=${level}`]);
  });

  it("a conflict's `checks.collisions` and a secret's `checks.secrets` as flags", async () => {
    bench.write("app", { "alpha/__init__.py": "OWN = 1\n" });
    const conflict = await refused(["build", ...target], "FILE_CONFLICT");
    const [, flag = "", value = ""] = /`(--check)` to `([^`]+)`/.exec(conflict.hint) ?? [];
    await works(["build", ...target, flag, value]);
    fs.rmSync(bench.at("app", "alpha"), { recursive: true });
    bench.write("app", { "server.key": "key\n" });
    const secret = await refused(["build", ...target], "SECRET_FILE");
    await works(["build", ...target, ...proposedCommand(secret, "--check")]);
    const [include = "", ...patterns] = proposedCommand(secret, "--include");
    await works(["build", ...target, include, ...patterns]);
    fs.rmSync(bench.at("app", "server.key"));
  });

  it("a module beside the project as `--copy`, from the working folder", async () => {
    bench.write("app", { "near.py": "import words.list\n\n\ndef handler(event, context): ...\n" });
    bench.write("words", { "list.py": "" });
    const args = ["build", ...target, "--handler", "near.handler"];
    const { stderr } = await bench.run(args);
    const copy = proposedCommand(stderr, "--copy");
    assert.deepEqual(copy, ["--copy", "words:words"]);
    const after = await bench.run([...args, ...copy]);
    assert.doesNotMatch(after.stderr, /do not ship/);
    fs.rmSync(bench.at("app", "near.py"));
    fs.rmSync(bench.at("words"), { recursive: true });
  });

  it("an input as a flag, also of `invoke` and in a message without a hint", async () => {
    const error = await refused(["build", "--project", "app", "--runtime", "python3.9"], "INVALID_INPUT");
    const [, runtime = ""] = /(python3\.\d+)/.exec(
      error.message.split(`\`${proposedName(error, "--runtime")}\` to `)[1]!,
    )!;
    await works(["build", "--project", "app", "--runtime", runtime]);
    if (!canCall("3.11")) return;
    bench.write("app", { "server.key": "key\n" });
    const secret = await refused(invoked, "SECRET_FILE", networkEnvironment());
    await works(["build", ...target, ...proposedCommand(secret, "--check")]);
    fs.rmSync(bench.at("app", "server.key"));
  });

  it("the inputs of a request where there is a request", async () => {
    bench.write("app", { "server.key": "key\n" });
    const request = { project: "app", runtime: "python3.13" };
    bench.write("", { "wrong.json": JSON.stringify(request) });
    const secret = await refused(["build", "--request", "wrong.json"], "SECRET_FILE");
    bench.write("", { "right.json": JSON.stringify({ ...request, include: proposedValue(secret, "include") }) });
    await works(["build", "--request", "right.json"]);
    fs.rmSync(bench.at("app", "server.key"));
  });

  it("standard input, where a request or event is no regular file", async () => {
    execFileSync("mkfifo", [bench.at("fifo")]);
    bench.write("", { "request.json": JSON.stringify({ project: "app", runtime: "python3.11" }) });
    const fromInput = async (args: readonly string[], file: string) => {
      const { code, stdout, stderr } = await bench.run(args, {
        env: networkEnvironment(),
        wrapper: ["sh", "-c", `exec "$@" <${file}`, "sh"],
      });
      assert.equal(code, 0, stderr);
      return stdout;
    };
    const request = await refused(["build", "--request", "fifo"], "INVALID_INPUT");
    await fromInput(["build", ...proposedCommand(request, "--request")], "request.json");
    const event = await refused([...invoked, "--event", "fifo"], "INVALID_INPUT");
    if (!canCall("3.11")) return;
    bench.write("", { "event.json": '{"name": "x"}' });
    assert.match(await fromInput([...invoked, ...proposedCommand(event, "--event")], "event.json"), /"name": ?"x"/);
  });

  it("more time, and a runtime whose Python is there", async function () {
    requireCalls(this, "3.11");
    bench.write("app", { "slow.py": "import time\ndef handler(event, context):\n    time.sleep(1.5)\n    return 1\n" });
    const slow = [...invoked, "--handler", "slow.handler"];
    const network = networkEnvironment();
    const late = await refused([...slow, "--timeout", "1"], "TIMEOUT", network);
    const [flag = ""] = proposedCommand(late, "--timeout");
    await works([...slow, flag, "30"], network);
    const without = await refused(["invoke", "--project", "app", "--runtime", "python3.14"], "PYTHON_NOT_FOUND");
    assert.deepEqual(proposedCommand(without, "uv python install"), ["uv", "python", "install", "3.14"]);
    await works(["invoke", "--project", "app", proposedName(without, "--runtime"), "python3.11"], network);
  });

  it("another temporary folder", async () => {
    bench.write("", { "no-folder": "" });
    const args = ["build", ...target, "--verify"];
    const error = await refused(args, "STORE_UNUSABLE", { TMPDIR: bench.at("no-folder") });
    await works(args, { [proposedName(error, "TMPDIR")]: bench.at("tmp") });
  });
});
