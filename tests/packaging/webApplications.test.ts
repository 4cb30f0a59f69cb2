import assert from "node:assert/strict";
import { proposedValue } from "../support/proposals.js";
import { refused } from "../support/refused.js";
import type { WheelSpec } from "../support/wheels.js";
import { openBench, type PackagingBench } from "./support/bench.js";
import { pyproject } from "./support/fixture.js";
import { callHandler, canCall, tryHandler } from "./support/run.js";

const off = { handler: "off", binaries: "error", collisions: "error", sizes: "error" } as const;

/** Made as the frameworks make them: the real ones are called by web servers in the same way. */
const frameworks: readonly WheelSpec[] = [
  {
    name: "fastapi",
    files: { "fastapi/__init__.py": "class FastAPI:\n    def __call__(self, scope, receive, send): ...\n" },
  },
  {
    name: "flask",
    files: {
      "flask/__init__.py":
        "class Flask:\n    def __init__(self, name): ...\n    def __call__(self, environ, start): environ['REQUEST_METHOD']\n",
    },
  },
  {
    name: "chalice",
    files: { "chalice/__init__.py": `class Chalice:\n    def __call__(self, event, context): return event['name']\n` },
  },
  {
    name: "mangum",
    files: {
      "mangum/__init__.py":
        "class Mangum:\n    def __init__(self, app): ...\n    def __call__(self, event, context): return event['name']\n",
    },
  },
  {
    name: "apig-wsgi",
    files: {
      "apig_wsgi/__init__.py": "def make_lambda_handler(app):\n    return lambda event, context: event['name']\n",
    },
  },
];

interface Application {
  readonly module: string;
  readonly handler: string;
  readonly fails: RegExp;
  /** Packages of the hint, and lines that it adds. */
  readonly adds: string | undefined;
  readonly lines: number;
  readonly sets: string;
}

const applications: Readonly<Record<string, Application>> = {
  "an ASGI application": {
    module: "from fastapi import FastAPI\napp = FastAPI()\n",
    handler: "main.app",
    fails: /missing 1 required positional argument: 'send'/,
    ...{ adds: "mangum", lines: 2, sets: "main.handler" },
  },
  "a WSGI application that a function of another module makes": {
    module: "from factory import create_app\nhandler = create_app()\n",
    handler: "main.handler",
    fails: /KeyError|REQUEST_METHOD/,
    ...{ adds: "apig-wsgi", lines: 2, sets: "main.lambda_handler" },
  },
  "an application beside its adapter": {
    module: "import fastapi, mangum\napp = fastapi.FastAPI()\nstart = mangum.Mangum(app)\n",
    handler: "main.app",
    fails: /missing 1 required positional argument: 'send'/,
    ...{ adds: undefined, lines: 0, sets: "main.start" },
  },
};

const factory =
  "import flask\n\ndef create_app(config=None) -> flask.Flask:\n    app = flask.Flask(__name__)\n" +
  "    def hello():\n        return 'x'\n    return app\n";

describe("web applications as handlers", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  before(function () {
    bench = openBench(this);
  });
  after(() => bench?.remove());

  const project = (dependencies: readonly string[], module: string) => ({
    "project/pyproject.toml": pyproject({ name: "app", dependencies: [...dependencies] }),
    "project/main.py": module,
    "project/factory.py": factory,
  });
  const prepare = (dependencies: readonly string[], module: string) =>
    bench.prepare({ name: "web", files: project(dependencies, module), wheels: [...frameworks], cases: [] });
  const used = ["fastapi", "flask", "chalice"];

  for (const [what, application] of Object.entries(applications))
    it(`${what}: refused, fails in the runner, and works when the hint is followed`, async () => {
      const { module, handler } = application;
      const dependencies = application.lines === 0 ? [...used, "mangum"] : used;
      const folder = await prepare(dependencies, module);
      const error = await refused(
        bench.build(folder, { project: "project", handler }),
        "HANDLER_UNUSABLE",
        /is a web application \((ASGI|WSGI)\)/,
      );
      const hint = error.hint ?? "";
      const added = /`uv add ([\w-]+)`/.exec(hint)?.[1];
      assert.equal(added, application.adds);
      const lines = [...hint.matchAll(/`(from [^`]+|\w+ = [^`]+)`/g)].map(([, line]) => line!);
      assert.equal(lines.length, application.lines);
      const sets = proposedValue<string>(error, "handler");
      assert.equal(sets, application.sets);
      const unchecked = await bench.build(folder, { project: "project", handler, checks: off });
      const followed = [module, ...lines, ""].join("\n");
      const mended = await prepare([...dependencies, ...(added === undefined ? [] : [added])], followed);
      const artifact = await bench.build(mended, { project: "project", handler: sets });
      if (!canCall("3.11")) return;
      const failed = await tryHandler(unchecked, { handler, minor: "3.11" });
      assert.match(`${failed.payload}${failed.log}`, application.fails);
      assert.equal((await callHandler(artifact, { handler: sets, minor: "3.11" })).value, "x");
    });

  it("are left alone where Lambda can call them, where code may change them, and where only Python can tell", async () => {
    for (const module of [
      "from chalice import Chalice\napp = Chalice()\n",
      "from fastapi import FastAPI\nimport mangum\napp = FastAPI()\napp = mangum.Mangum(app)\n",
      "from fastapi import FastAPI\nclass Mine(FastAPI):\n    def __call__(self, event, context): return event['name']\napp = Mine()\n",
      "from fastapi import FastAPI\ntry:\n    from mine import FastAPI\nexcept ImportError: ...\napp = FastAPI()\n",
      "import flask\ndef make(flask):\n    app = flask.Flask()\n    return app\napp = make(flask)\n",
      "import flask\ndef make(kind):\n    app = flask.Flask(kind)\n    if kind: return None\n    return app\napp = make('x')\n",
    ]) {
      const folder = await prepare([...used, "mangum"], module);
      await bench.build(folder, { project: "project", handler: "main.app" });
    }
  });
});
