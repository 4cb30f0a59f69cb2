import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { formats } from "../../provider/formats/index.js";
import { proposedCode } from "../support/proposals.js";
import { refused } from "../support/refused.js";
import { openBench, type PackagingBench } from "./support/bench.js";
import { pyproject } from "./support/fixture.js";
import { callHandler, canCall, tryHandler } from "./support/run.js";

const off = { handler: "off", binaries: "error", collisions: "error", sizes: "error" } as const;

interface Scenario {
  readonly source: string;
  readonly says: RegExp;
  /** The runtime's error when it is deployed anyway. */
  readonly fails: RegExp;
  /** Follows the hint. */
  readonly follow: (source: string, hint: string) => string;
}

const scenarios: Readonly<Record<string, Scenario>> = {
  "an async def": {
    source: "async def handler(event, context):\n    return event['name']\n",
    says: /does not await/,
    fails: /Object of type coroutine is not JSON serializable/,
    follow: (source, hint) => {
      const renamed = /rename it to (\w+)/.exec(hint)?.[1] ?? "";
      return [source.replace("def handler", `def ${renamed}`), ...proposedCode(hint)].join("\n");
    },
  },
  "a generator": {
    source: "def handler(event, context):\n    yield event['name']\n",
    says: /`yield`/,
    fails: /Object of type generator is not JSON serializable/,
    follow: (source, hint) => {
      assert.match(hint, /return a value/);
      return source.replace("yield", "return");
    },
  },
  "a function of one argument": {
    source: "def handler(event):\n    return event['name']\n",
    says: /takes only one/,
    fails: /takes 1 positional argument but 2 were given/,
    follow: (source, hint) => source.replace("def handler(event)", proposedCode(hint)[0] ?? ""),
  },
  "a function that needs more": {
    source: "def handler(event, context, db, *, log):\n    return event['name']\n",
    says: /also needs db and log/,
    fails: /missing 1 required positional argument: 'db'/,
    follow: (source, hint) => {
      const names = /give (.*) default values/.exec(hint)?.[1]?.split(" and ") ?? [];
      return names.reduce((text, name) => text.replace(new RegExp(`\\b${name}\\b`), `${name}=None`), source);
    },
  },
  "a class": {
    source: "class handler:\n    def __init__(self, event, context):\n        self.name = event['name']\n",
    says: /is a class/,
    fails: /Object of type handler is not JSON serializable/,
    follow: (source, hint) => {
      assert.match(hint, /name a function/);
      const renamed = source.replace("class handler", "class Handler");
      return `${renamed}def handler(event, context): return Handler(event, context).name\n`;
    },
  },
  "an object that cannot be called": {
    source: "class Service:\n    def run(self, event): return event['name']\nhandler = Service()\n",
    says: /the class Service defines no __call__/,
    fails: /'Service' object is not callable/,
    follow: (source, hint) =>
      source
        .replace("handler =", `${proposedCode(hint)[0]}: return event['name']\nhandler =`)
        .replace("def __", "    def __"),
  },
  "a method of one argument": {
    source:
      "class Service:\n    def run(self, event): return event['name']\nservice = Service()\nhandler = service.run\n",
    says: /takes only one/,
    fails: /takes 2 positional arguments but 3 were given/,
    follow: (source, hint) => {
      assert.match(hint, /let run in Service take an event and a context, and nothing else/);
      return source.replace("def run(self, event)", "def run(self, event, context)");
    },
  },
  "a method of a class, without an object": {
    source: "class Service:\n    def run(self, event, context): return event['name']\nhandler = Service.run\n",
    says: /also needs context/,
    fails: /missing 1 required positional argument: 'context'/,
    follow: (source, hint) => source.replace("Service.run", proposedCode(hint)[0] ?? ""),
  },
  "a decorator that returns nothing": {
    source:
      "def wrap(f):\n    def inner(*args):\n        return f(*args)\n@wrap\ndef handler(event, context): return event['name']\n",
    says: /its decorator wrap returns nothing/,
    fails: /'NoneType' object is not callable/,
    follow: (source, hint) => {
      assert.match(hint, /return a function at the end of wrap/);
      return source.replace("\n@wrap", "\n    return inner\n@wrap");
    },
  },
};

describe("handlers that fail at every call", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  before(function () {
    bench = openBench(this);
  });
  after(() => bench?.remove());

  for (const [what, scenario] of Object.entries(scenarios)) {
    it(`${what}: refused in each format, fails in the runner, and works when the hint is followed`, async () => {
      const files = {
        "project/pyproject.toml": pyproject({ name: "app", dependencies: ["helpers"] }),
        "project/handler.py": scenario.source,
      };
      const folder = await bench.prepare({ name: "called", files, wheels: [{ name: "helpers" }], cases: [] });
      let hint = "";
      for (const packageFormat of Object.keys(formats) as (keyof typeof formats)[]) {
        const error = await refused(
          bench.build(folder, { project: "project", packageFormat }),
          "HANDLER_UNUSABLE",
          scenario.says,
        );
        hint = error.hint ?? "";
      }
      const unchecked = await bench.build(folder, { project: "project", checks: off });
      const file = path.join(folder, "project", "handler.py");
      fs.writeFileSync(file, scenario.follow(scenario.source, hint));
      bench.messages.length = 0;
      for (const packageFormat of Object.keys(formats) as (keyof typeof formats)[]) {
        const artifact = await bench.build(folder, { project: "project", packageFormat });
        assert.deepEqual(bench.messages, []);
        if (!canCall("3.11")) continue;
        const { value } = await callHandler(artifact, { handler: "handler.handler", minor: "3.11" });
        assert.equal(value, "x", packageFormat);
      }
      if (!canCall("3.11")) return;
      const failed = await tryHandler(unchecked, { handler: "handler.handler", minor: "3.11" });
      assert.match(`${failed.payload}${failed.log}`, scenario.fails);
    });
  }

  it("an async def that other modules of the project pass on: refused, and works when the hint is followed", async () => {
    const source = "async def answer(event, context):\n    return event['name']\n";
    const files = {
      "project/pyproject.toml": pyproject({ name: "app", dependencies: ["helpers"] }),
      "project/app/__init__.py": "from .parts import (\n    start as handler,\n)\n",
      "project/app/parts/__init__.py": "from app.parts.impl import answer as start\n",
      "project/app/parts/impl.py": source,
      "project/third.py": "from helpers import handler\n",
      "project/rebound.py": "from app.parts.impl import answer as handler\nhandler = print\n",
      "project/either.py":
        "try:\n    from missing import handler\nexcept ImportError:\n    from app import handler\nimport asyncio, helpers\n",
    };
    const wheels = [{ name: "helpers", files: { "helpers/__init__.py": source.replace("answer", "handler") } }];
    const folder = await bench.prepare({ name: "passedOn", files, wheels, cases: [] });
    const wanted = { project: "project", handler: "app.handler" } as const;
    const error = await refused(bench.build(folder, wanted), "HANDLER_UNUSABLE", /app\/parts\/impl\.py: .*"answer"/);
    // Nobody knows what a third party's function, or the last of several, is.
    for (const handler of ["third.handler", "rebound.handler", "either.handler"])
      await bench.build(folder, { ...wanted, handler });
    const unchecked = await bench.build(folder, { ...wanted, checks: off });
    const renamed = /rename it to (\w+)/.exec(error.hint ?? "")?.[1] ?? "";
    const followed = [source.replace("def answer", `def ${renamed}`), ...proposedCode(error.hint ?? "")].join("\n");
    fs.writeFileSync(path.join(folder, "project/app/parts/impl.py"), followed);
    const artifact = await bench.build(folder, wanted);
    if (!canCall("3.11")) return;
    assert.equal((await callHandler(artifact, { handler: wanted.handler, minor: "3.11" })).value, "x");
    const failed = await tryHandler(unchecked, { handler: wanted.handler, minor: "3.11" });
    assert.match(`${failed.payload}${failed.log}`, /Object of type coroutine is not JSON serializable/);
  });

  it("a decorated async def is left to its decorator", async () => {
    const files = {
      "project/pyproject.toml": pyproject({ name: "app" }),
      "project/handler.py":
        "import asyncio, functools\n\ndef sync(f):\n    @functools.wraps(f)\n    def call(*given):\n        return asyncio.run(f(*given))\n    return call\n\n@sync\nasync def handler(event, context):\n    return event['name']\n",
    };
    const folder = await bench.prepare({ name: "decorated", files, cases: [] });
    const artifact = await bench.build(folder, { project: "project" });
    if (canCall("3.11"))
      assert.equal((await callHandler(artifact, { handler: "handler.handler", minor: "3.11" })).value, "x");
  });
});
