import assert from "node:assert/strict";
import type { ErrorCode } from "../../provider/lib/errors.js";
import { proposedCode, suggestedName, type ErrorOrText } from "../support/proposals.js";
import { refused } from "../support/refused.js";
import { useBench, type PackagingBench } from "./support/bench.js";
import { pyproject, writeInto, type Files, type Fixture } from "./support/fixture.js";
import { callHandler, canCall, tryHandler } from "./support/run.js";

const off = { handler: "off", binaries: "error", collisions: "error", sizes: "error" } as const;
const answer = "def handler(event, context): return 1\n";

interface Refused {
  readonly files: Files;
  readonly code: ErrorCode;
  readonly says: RegExp;
  /** Follows the hint: the files that change, or another handler. */
  readonly followed: (error: ErrorOrText) => { readonly files?: Files; readonly handler?: string };
}

const wrong: Readonly<Record<string, Refused>> = {
  "an attribute of a module, which is an async def": {
    files: {
      "handler.py": "import impl\nhandler = impl.main\n",
      "impl.py": "async def main(event, context): return 1\n",
    },
    code: "HANDLER_UNUSABLE",
    says: /impl\.py: .*"main".*does not await/,
    followed: () => ({
      files: {
        "impl.py":
          "import asyncio\nasync def main_async(event, context): return 1\ndef main(event, context): return asyncio.run(main_async(event, context))\n",
      },
    }),
  },
  "another function, which takes one argument": {
    files: { "handler.py": "def run(event): return 1\nhandler = run\n" },
    code: "HANDLER_UNUSABLE",
    says: /takes only one[^]*`def run\(event, context\)`/,
    followed: (error) => ({ files: { "handler.py": `${proposedCode(error)[0]}: return 1\nhandler = run\n` } }),
  },
  "a lambda of one argument": {
    files: { "handler.py": "handler = lambda event: 1\n" },
    code: "HANDLER_UNUSABLE",
    says: /takes only one/,
    followed: () => ({ files: { "handler.py": "handler = lambda event, context: 1\n" } }),
  },
  "an attribute that the module does not have": {
    files: { "handler.py": "import app.impl\nhandler = app.impl.handlr\n", "app/impl.py": answer },
    code: "HANDLER_NOT_FOUND",
    says: /handler\.py takes "handlr" from app\/impl\.py[^]*Did you mean "handler"\?/,
    followed: (error) => ({ files: { "handler.py": `import app.impl\nhandler = app.impl.${suggestedName(error)}\n` } }),
  },
  "a name that the imported module does not define": {
    files: { "handler.py": "from impl import hanlder as handler\n", "impl.py": answer },
    code: "HANDLER_NOT_FOUND",
    says: /takes "hanlder" from impl\.py[^]*Did you mean "handler"\?/,
    followed: (error) => ({ files: { "handler.py": `from impl import ${suggestedName(error)} as handler\n` } }),
  },
  "a name that __all__ leaves out of a star import": {
    files: {
      "handler.py": "from pkg import *\n",
      "pkg/__init__.py": "__all__ = ('other', 'more')\nfrom .impl import handler\nother = more = 1\n",
      "pkg/impl.py": answer,
    },
    code: "HANDLER_NOT_FOUND",
    says: /takes all names from pkg\/__init__\.py, but not "handler": __all__ does not name it/,
    followed: (error) => ({ files: { "handler.py": `from pkg import *\n${proposedCode(error)[0]}\n` } }),
  },
  "a name that no star import brings": {
    files: {
      "handler.py": "from one import *\nfrom two import *\n",
      "one.py": "from three import *\n",
      "two.py": "def main(event, context): return 1\n",
      "three.py": "",
    },
    code: "HANDLER_NOT_FOUND",
    says: /No module that .* takes names from defines "handler"/,
    followed: () => ({ handler: "two.main" }),
  },
  "a module, imported from its package": {
    files: { "handler.py": "from app import handler\n", "app/__init__.py": "", "app/handler.py": answer },
    code: "HANDLER_UNUSABLE",
    says: /is the module app\.handler[^]*Did you mean "app\.handler\.handler"\?/,
    followed: (error) => ({ handler: suggestedName(error) }),
  },
  "a module with another name": {
    files: { "handler.py": "import impl as handler\n", "impl.py": answer },
    code: "HANDLER_UNUSABLE",
    says: /is the module impl[^]*Did you mean "impl\.handler"\?/,
    followed: (error) => ({ handler: suggestedName(error) }),
  },
  "no function": {
    files: { "handler.py": `ROUTES = handler = {"a": [1]}\n${answer.replace("handler", "lambda_handler")}` },
    code: "HANDLER_UNUSABLE",
    says: /is a dict or a set[^]*Did you mean "handler\.lambda_handler"\?/,
    followed: (error) => ({ handler: suggestedName(error) }),
  },
  "a function that is deleted again": {
    files: { "handler.py": `${answer}def helper(): ...\ndel helper\ndel handler\n` },
    code: "HANDLER_NOT_FOUND",
    says: /deleted again[^]*remove `del handler`/,
    followed: () => ({ files: { "handler.py": `${answer}def helper(): ...\ndel helper\n` } }),
  },
  "an import for type checkers": {
    files: {
      "handler.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from impl import handler\n",
      "impl.py": answer,
    },
    code: "HANDLER_NOT_FOUND",
    says: /never runs in Lambda[^]*move it out of that block/,
    followed: () => ({ files: { "handler.py": "from impl import handler\n" } }),
  },
  "what every module has": {
    files: { "handler.py": `"""Text."""\n${answer}` },
    code: "HANDLER_NOT_FOUND",
    says: /defines no "__doc__"[^]*Did you mean "handler\.handler"\?/,
    followed: (error) => ({ handler: suggestedName(error) }),
  },
};

/** Works, although a reader could think otherwise. */
const right: Readonly<Record<string, Files>> = {
  "an attribute of an object with a module's name": {
    "handler.py": "from pkg import mod\nhandler = mod.run\n",
    "pkg/__init__.py": "class M:\n    def run(self, event, context): return 1\nmod = M()\n",
    "pkg/mod.py": "",
  },
  "a method of a class": {
    "handler.py": "class A:\n    @staticmethod\n    def handler(e, c): return 1\nhandler = A.handler\n",
  },
  "a method that the module gives its object": {
    "handler.py": "class A: pass\na = A()\na.run = lambda e, c: 1\nhandler = a.run\n",
  },
  "a method that a function gives a class": {
    "handler.py": "class A: pass\ndef run(self, e, c): return 1\ndef add(c): c.run = run\nadd(A)\nhandler = A().run\n",
  },
  "a method that another module gives a class": {
    "handler.py": "import wiring\nfrom svc import Service\nhandler = Service()\n",
    "svc.py": "class Service: pass\n",
    "wiring.py": "from svc import Service\nService.__call__ = lambda self, e, c: 1\n",
  },
  "a class that fills itself": {
    "handler.py": `${answer.replace("handler", "f")}class A:\n    locals()["run"] = staticmethod(f)\nhandler = A().run\n`,
  },
  "a decorator that returns None or a function": {
    "handler.py": `def deco(f):\n    return None or f\n@deco\n${answer}`,
  },
  "a name that is bound again": {
    "handler.py": "handler = None\ndef setup():\n    global handler\n    handler = lambda e, c: 1\nsetup()\n",
  },
  "an entry of a dict": { "handler.py": "handler = {'a': lambda e, c: 1}['a']\n" },
  "a star import of a star import, wrapped": {
    "handler.py": "from one import *\nhandler = wrap(handler)\n",
    "one.py": "from two import *\ndef wrap(f): return f\n",
    "two.py": answer,
  },
  "a module that code fills": {
    "handler.py": "from impl import handler\n",
    "impl.py": "import sys\nsys.modules[__name__] = type('x', (), {'handler': staticmethod(lambda e, c: 1)})\n",
  },
};

/** Works, but that cannot be seen. */
const unseen: Readonly<Record<string, Files>> = {
  "a name that another module sets": {
    "handler.py": "import wiring\n",
    "wiring.py": `import sys\n${answer.replace("handler", "run")}sys.modules["handler"].handler = run\n`,
  },
  "a name that a loop sets": {
    "handler.py": `${answer.replace("handler", "run")}for part in ["hand"]:\n    globals()[part + "ler"] = run\n`,
  },
};

const fixture: Fixture = {
  name: "origin",
  files: { "project/pyproject.toml": pyproject({ name: "app" }), "project/handler.py": answer },
  cases: [],
};

describe("handlers that come from elsewhere", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let folder: string;
  useBench(fixture, (...opened) => ([bench, folder] = opened));

  const write = (name: string, files: Files) =>
    writeInto(
      folder,
      Object.fromEntries(Object.entries(files).map(([file, text]) => [`project/${name}/${file}`, text])),
    );
  const wantedOf = (source: string, handler = "handler.handler") => ({
    ...{ project: "project", source: `project/${source}`, handler },
  });
  const placeOf = (what: string) => what.replace(/\W+/g, "_");

  for (const [what, { files, code, says, followed }] of Object.entries(wrong))
    it(`${what}: refused, fails in the runner, and works when the hint is followed`, async () => {
      const place = placeOf(what);
      write(place, files);
      const handler = says.source.includes("__doc__") ? "handler.__doc__" : "handler.handler";
      const error = await refused(bench.build(folder, wantedOf(place, handler)), code, says);
      const unchecked = await bench.build(folder, { ...wantedOf(place, handler), checks: off });
      const change = followed(error);
      write(place, change.files ?? {});
      const corrected = wantedOf(place, change.handler);
      const artifact = await bench.build(folder, corrected);
      if (!canCall("3.11")) return;
      assert.equal((await callHandler(artifact, { handler: corrected.handler, minor: "3.11" })).value, 1);
      assert.notEqual((await tryHandler(unchecked, { handler, minor: "3.11" })).functionError, undefined);
    });

  for (const [what, files] of Object.entries(unseen))
    it(`${what}: a warning, and works`, async () => {
      bench.messages.length = 0;
      write(placeOf(what), files);
      const artifact = await bench.build(folder, wantedOf(placeOf(what)));
      assert.match(bench.messages.join("\n"), /defines no "handler" that can be seen/);
      if (!canCall("3.11")) return;
      assert.equal((await callHandler(artifact, { handler: "handler.handler", minor: "3.11" })).value, 1);
    });

  for (const [what, files] of Object.entries(right))
    it(`${what}: accepted, and works`, async () => {
      bench.messages.length = 0;
      write(placeOf(what), files);
      const artifact = await bench.build(folder, wantedOf(placeOf(what)));
      assert.deepEqual(bench.messages, []);
      if (!canCall("3.11")) return;
      assert.equal((await callHandler(artifact, { handler: "handler.handler", minor: "3.11" })).value, 1);
    });
});
