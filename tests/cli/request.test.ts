import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Artifact } from "../../provider/packaging/request.js";
import { importablePaths } from "../packaging/support/bench.js";
import { callHandler, canCall } from "../packaging/support/run.js";
import { CliBench, type BuildOutput } from "../support/cli.js";

const target = ["--runtime", "python3.13"];
const layerArn = "arn:aws:lambda:eu-west-1:123456789012:layer:vendor:1";

interface Results<T> {
  readonly results: T;
  readonly uvProcesses: number;
}

describe("every input on the command line", function () {
  this.timeout(120_000);
  let bench: CliBench;

  before(async function () {
    bench = CliBench.openOrSkip(this);
    const wheels = [
      { name: "alpha", files: { "alpha/__init__.py": "", "alpha/tests/t.py": "" } },
      { name: "aws-lambda-powertools", version: "3.4.0" },
    ];
    await bench.project("app", { dependencies: ["alpha", "aws-lambda-powertools"], wheels });
    bench.write("app", { "one/handler.py": "def handler(event, context): return 1\n", "two/data.txt": "two\n" });
    bench.write("beside", { "words.txt": "words\n", "server.key": "key\n" });
  });
  after(() => bench?.remove());

  const hashOf = async (...args: string[]) => {
    const { code, output, stderr } = await bench.build(["--project", "app", ...target, ...args]);
    assert.equal(code, 0, stderr);
    return { ...output, stderr };
  };
  /** The same by a request. */
  const requested = async (request: unknown, ...args: string[]) => {
    bench.write("", { "request.json": JSON.stringify(request) });
    const { code, stdout, stderr } = await bench.run(["build", "--request", "request.json", ...args]);
    return { code, stderr, output: JSON.parse(stdout) as BuildOutput & Results<BuildOutput[]> };
  };
  const app = { project: "app", runtime: "python3.13" };

  const rows: [what: string, args: string[], inputs: object][] = [
    [
      "--only-include",
      ["--only-include", "/handler.py", "--only-include=one/"],
      { onlyInclude: ["/handler.py", "one/"] },
    ],
    ["--dependency-exclude", ["--dependency-exclude", "tests/"], { dependencyExclude: ["tests/"] }],
    ["--copy", ["--copy", "beside/words.txt:texts/"], { copyFiles: [{ from: "beside/words.txt", to: "texts/" }] }],
    [
      "--provided",
      ["--layer", layerArn, "--provided", "alpha=1.0.0"],
      { layers: [layerArn], provided: { alpha: "1.0.0" } },
    ],
    ["--powertools", ["--powertools"], { powertools: {} }],
    ["--powertools-version", ["--powertools-version", "3.4.0"], { powertools: { version: "3.4.0" } }],
  ];
  for (const [what, args, inputs] of rows)
    it(`${what} is the input of a request`, async () => {
      const [plain, byFlags, byRequest] = [
        await hashOf(),
        await hashOf(...args),
        await requested({ ...app, ...inputs }),
      ];
      assert.equal(byRequest.code, 0, byRequest.stderr);
      assert.notEqual(byFlags.outputHash, plain.outputHash);
      assert.equal(byRequest.output.outputHash, byFlags.outputHash);
      assert.deepEqual(byRequest.output.packages, byFlags.packages);
    });

  it("--check and --layer say what the checks do", async () => {
    const wrong = ["--project", "app", ...target, "--handler", "vendor.handler"];
    await bench.refused(wrong, { exit: 2, code: "HANDLER_NOT_FOUND" });
    assert.match((await hashOf("--handler", "vendor.handler", "--check", "handler=warn")).stderr, /warning: /);
    assert.equal((await bench.build([...wrong, "--layer", layerArn])).code, 0);
    const key = ["--project", "app", ...target, "--copy", "beside:keys"];
    const says = [/server\.key/, /--exclude/, /--check secrets=warn/, /--include \/keys\/server\.key/];
    await bench.refused(key, { exit: 2, code: "SECRET_FILE", says });
    assert.equal((await bench.build([...key, "--include", "/keys/server.key"])).code, 0);
    assert.equal((await bench.build([...key, "--check", "secrets=off"])).code, 0);
  });

  for (const [args, says] of [
    [["--check", "handler=no"], /--check: must be "error"/],
    [["--check", "handlers=off"], /--check: is not an input/],
    [["--check", "handler"], /--check: /],
    [["--copy", "beside"], /--copy: must not be empty/],
    [["--provided", "alpha=1.0.0"], /--provided: needs/],
    [["--layer", "vendor"], /--layer: /],
    [["--dependency-exclude", "!x"], /--dependency-exclude: /],
    [["--request", "request.json"], /--project: cannot be combined with --request/],
  ] as const)
    it(`refuses ${args.join(" ")}`, () =>
      bench
        .refused(["--project", "app", ...args], { exit: 2, code: "INVALID_INPUT", says: [says] })
        .then(() => undefined));

  it("several functions of one project each ship their own, in each format, and answer", async () => {
    bench.write("app", {
      "orders/main.py": "import alpha\nfrom shared import NAME\ndef handler(event, context): return ['orders', NAME]\n",
      "bills/main.py": "import alpha\nfrom shared import NAME\ndef handler(event, context): return ['bills', NAME]\n",
      "shared.py": "NAME = 'shared'\n",
    });
    const of = (name: string) => ({
      ...{ project: "app", runtime: "python3.11", handler: `${name}.main.handler` },
      onlyInclude: [`/${name}/`, "/shared.py"],
    });
    const named = Object.fromEntries(
      ["zip", "layer", "image"].flatMap((packageFormat) =>
        ["orders", "bills"].map((name) => [`${packageFormat}-${name}`, { ...of(name), packageFormat }]),
      ),
    );
    const { code, stderr, output } = await requested(named, "--out", "each");
    assert.equal(code, 0, stderr);
    const results = output.results as unknown as Record<string, BuildOutput>;
    assert.deepEqual(Object.keys(results), Object.keys(named));
    for (const [key, { artifacts }] of Object.entries(results)) {
      const name = key.split("-")[1] ?? "";
      const other = name === "orders" ? "bills" : "orders";
      assert.ok(artifacts.every((one) => one.path.startsWith(bench.at("each", key))));
      const files = artifacts.map((one) => ({ ...one, name: path.basename(one.path) }));
      const artifact = { folder: bench.at("each", key), files } as unknown as Artifact;
      const paths = importablePaths(artifact);
      for (const file of [`${name}/main.py`, "shared.py", "alpha/__init__.py"]) assert.ok(paths.includes(file), key);
      assert.ok(!paths.some((file) => file.startsWith(`${other}/`) || file === "handler.py"), key);
      if (!canCall("3.11")) continue;
      const call = { handler: `${name}.main.handler`, minor: "3.11" };
      const { value } = await callHandler(artifact, call);
      assert.deepEqual(value, [name, "shared"], key);
    }
    for (const folder of ["orders", "bills", "shared.py"]) fs.rmSync(bench.at("app", folder), { recursive: true });
  });

  it("builds several in one process, in the given order; a failure does not hide the others", async () => {
    const list = [
      { ...app, onlyInclude: ["/handler.py"] },
      { ...app, handler: "gone.handler" },
      { ...app, memorySize: 1 },
      { ...app, source: "one" },
    ];
    const { code, output, stderr } = await requested(list, "--out", "several");
    assert.equal(code, 2);
    assert.deepEqual(
      output.results.map(({ error }) => error?.code),
      [undefined, "HANDLER_NOT_FOUND", "INVALID_INPUT", undefined],
    );
    assert.match(output.results[2]?.error?.message ?? "", /memorySize: /);
    assert.match(stderr, /error \(HANDLER_NOT_FOUND\): 1: [^]*error \(INVALID_INPUT\): 2: /);
    assert.equal(output.results[0]?.outputHash, (await hashOf("--only-include", "/handler.py")).outputHash);
    assert.deepEqual(fs.readdirSync(bench.at("several")).sort(), ["0", "3"]);
    assert.ok(fs.existsSync(bench.at("several/3/code.zip")));
  });

  it("names the results as an object of requests does, also from stdin", async () => {
    const named = { zulu: { ...app }, alpha: { ...app, source: "one" } };
    bench.write("", { "named.json": JSON.stringify(named) });
    const shell = ["sh", "-c", '"$@" < named.json', "sh"];
    const { code, stdout, stderr } = await bench.run(["build", "--request", "-"], { wrapper: shell });
    assert.equal(code, 0, stderr);
    const { results, uvProcesses } = JSON.parse(stdout) as Results<Record<string, BuildOutput>>;
    assert.deepEqual(Object.keys(results), ["zulu", "alpha"]);
    assert.equal(results["zulu"]?.outputHash, (await hashOf()).outputHash);
    assert.equal(typeof uvProcesses, "number");
  });

  for (const [what, text, says] of [
    ["is no JSON", '{"token": "hush"', /--request: request\.json is not JSON$/m],
    ["is empty", "[]", /--request: contains no request/],
    ["holds a text", '["app"]', /--request: contains "0", which is not an object/],
    ["leaves its folder", '{"../x": {"project": "app"}}', /--request: contains the name/],
    ["has no project", '{"handler": "a.b"}', /project: is required/],
    ["has credentials", '{"project": "app", "buildEnvironment": {"NETRC": "hush"}}', /buildEnvironment: has no effect/],
  ] as const)
    it(`refuses a request that ${what}`, async () => {
      bench.write("", { "request.json": text });
      const stderr = await bench.refused(["--request", "request.json"], {
        exit: 2,
        code: "INVALID_INPUT",
        says: [says],
      });
      assert.doesNotMatch(stderr, /hush/);
    });
});
