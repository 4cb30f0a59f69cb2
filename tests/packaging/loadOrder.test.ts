import assert from "node:assert/strict";
import { proposedCode } from "../support/proposals.js";
import { refused } from "../support/refused.js";
import { useBench, type PackagingBench } from "./support/bench.js";
import { pyproject, writeInto, type Fixture, type Wanted } from "./support/fixture.js";
import { callHandler, canCall, tryHandler } from "./support/run.js";

const off = { handler: "off", binaries: "error", collisions: "error", sizes: "error" } as const;
const answer = "def handler(event, context): return 1\n";

const fixture: Fixture = {
  name: "order",
  wheels: [{ name: "helpers" }],
  files: {
    "project/pyproject.toml": pyproject({ name: "app", dependencies: ["helpers"] }),
    "project/circle.py": `from shop.orders import Order\n${answer}`,
    "project/shop/__init__.py": "",
    "project/shop/orders.py": "from shop.users import User\nclass Order: pass\n",
    "project/shop/users.py": "import json\nfrom .orders import Order\nclass User: pass\n",
    "project/own.py": `from parts import table\nSIZE = 1\n${answer}`,
    "project/parts/table.py": "from own import SIZE\n",
    "project/package.py": `import kit.tool\n${answer}`,
    "project/kit/__init__.py": "from .tool import tool\nVERSION = 1\n",
    "project/kit/tool.py": "from . import VERSION\ntool = 1\n",
    "project/foreign.py": `import helpers\nfrom shop.orders import Order\n${answer}`,
    "project/lazy.py": `def load():\n    import late.b\nfrom late.a import one\n${answer}`,
    "project/late/a.py": "from late.b import two\none = 1\n",
    "project/late/b.py": "from late.a import one\ntwo = 2\n",
    // None of these fails.
    "project/fine.py": [
      "import good.a, good.typed, good.blocks",
      "from good import b, c as other",
      "from good.made import anything",
      answer,
    ].join("\n"),
    "project/good/__init__.py": "one = 1\nfrom .a import two\n",
    "project/good/a.py": "two = 2\nfrom . import one, b\nimport fine\n",
    "project/good/b.py":
      "from good.a import two, __name__ as n\nimport good.c as c\ndef f():\n    from fine import handler\n",
    "project/good/c.py": "from good import b\nfrom json import dumps\n",
    "project/good/typed.py":
      "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from fine import handler\ntry:\n    from fine import handler\nexcept ImportError:\n    pass\n",
    "project/good/blocks.py": "if True:\n    from good import typed\n",
    "project/good/made.py": "from good.maker import y\ndef __getattr__(name): return name\n",
    "project/good/maker.py": "from good import made\ny = 1\n",
    // Neither do these, although the order in which their modules are loaded cannot be seen.
    "project/named_like.py": `from jobs import task\n${answer}`,
    "project/jobs/__init__.py": "def task(f): return f\n",
    "project/jobs/task.py": "from named_like import handler\n",
    "project/dynamic.py": `import importlib\nimportlib.import_module("dyn.a")\nfrom dyn.b import y\n${answer}`,
    "project/dyn/a.py": "X = 1\nfrom dyn.b import y\n",
    "project/dyn/b.py": "from dyn.a import X\ny = 2\n",
    "project/oneline.py": `from line.a import z; from line.b import y\n${answer}`,
    "project/line/a.py": "z = 1\n",
    "project/line/b.py": "from oneline import z\ny = 1\n",
  },
  cases: [],
};

const names: readonly (readonly [what: string, source: string, says: RegExp, fails: RegExp, fixed: string])[] = [
  [
    "a name that nothing defines",
    `import os\nTABLE = os.environ.get("T", DEFAULT)\n${answer}`,
    /named\.py:2: DEFAULT\n/,
    /name 'DEFAULT' is not defined/,
    `import os\nDEFAULT = "t"\nTABLE = os.environ.get("T", DEFAULT)\n${answer}`,
  ],
  [
    "one in the handler",
    "def handler(event, context):\n    return evnt['name'] and 1\n",
    /named\.py:2: evnt\n/,
    /name 'evnt' is not defined/,
    "def handler(event, context):\n    return event['name'] and 1\n",
  ],
  [
    "one that is defined further down",
    `LIMIT = limit()\ndef limit(): return 1\n${answer}`,
    /named\.py:1: limit, which is defined further down/,
    /name 'limit' is not defined/,
    `def limit(): return 1\nLIMIT = limit()\n${answer}`,
  ],
  [
    "a type that is only imported for the type checker",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from types_of import Context\ndef handler(event, context: Context): return 1\n",
    /named\.py:4: Context, which is only defined in a block that never runs\n[^]*`from __future__ import annotations`/,
    /name 'Context' is not defined/,
    "",
  ],
];

describe("modules in the order in which Python loads them", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let folder: string;
  useBench(fixture, (...opened) => ([bench, folder] = opened));

  async function build(module: string, wanted: Partial<Wanted> = {}, where = folder) {
    bench.messages.length = 0;
    const artifact = await bench.build(where, { project: "project", handler: `${module}.handler`, ...wanted });
    return { artifact, said: bench.messages.join("\n") };
  }

  async function fails(module: string, how: RegExp, where = folder) {
    const { artifact } = await build(module, { checks: off }, where);
    if (!canCall("3.11")) return;
    const answered = await tryHandler(artifact, { handler: `${module}.handler`, minor: "3.11" });
    assert.match(`${answered.payload}${answered.log}`, how);
  }

  async function works(module: string, where = folder) {
    const { artifact, said } = await build(module, {}, where);
    assert.equal(said, "");
    if (!canCall("3.11")) return;
    assert.equal((await callHandler(artifact, { handler: `${module}.handler`, minor: "3.11" })).value, 1);
  }

  for (const [module, says] of [
    [
      "circle",
      /shop\/users\.py:2 takes "Order" from shop\/orders\.py,[^]*: shop\/orders\.py imports shop\/users\.py imports shop\/orders\.py/,
    ],
    ["own", /parts\/table\.py:1 takes "SIZE" from own\.py/],
    ["package", /kit\/tool\.py:1 takes "VERSION" from kit\/__init__\.py/],
  ] as const)
    it(`a circle of imports that fails is an error: ${module}`, async () => {
      await refused(build(module), "HANDLER_UNUSABLE", says);
      await fails(module, /circular import/);
    });

  it("works when the hint is followed", async () => {
    const copy = await bench.prepare(fixture);
    writeInto(copy, {
      "project/shop/users.py": "class User:\n    def orders(self):\n        from .orders import Order\n",
    });
    await works("circle", copy);
  });

  it("is a warning where a function or a package may load a module before, with layers, and in an image of the user's", async () => {
    assert.match((await build("lazy")).said, /late\/b\.py:1 takes "one"/);
    await fails("lazy", /circular import/);
    assert.match((await build("foreign")).said, /takes "Order"/);
    assert.match((await build("circle", { hasLayers: true })).said, /takes "Order"/);
    assert.match(
      (await build("circle", { packageFormat: "image", image: { baseImage: "base" } })).said,
      /takes "Order"/,
    );
  });

  it("is nothing where names are there in time, are modules, may be made, or the import may fail", () => works("fine"));

  for (const module of ["named_like", "oneline"]) it(`is nothing where it works: ${module}`, () => works(module));

  it("is no error where a program imports modules by their names", async () => {
    const { artifact } = await build("dynamic");
    if (!canCall("3.11")) return;
    assert.equal((await callHandler(artifact, { handler: "dynamic.handler", minor: "3.11" })).value, 1);
  });

  for (const [what, source, says, how, fixed] of names)
    it(`${what} is a warning, and works when the hint is followed`, async () => {
      const copy = await bench.prepare(fixture);
      writeInto(copy, { "project/named.py": source });
      const { said } = await build("named", {}, copy);
      assert.match(said, says);
      await fails("named", how, copy);
      const proposed = proposedCode(said).map((line) => `${line}\n`);
      writeInto(copy, { "project/named.py": fixed === "" ? `${proposed[0]}${source}` : fixed });
      await works("named", copy);
    });
});
