import { strict as assert } from "node:assert";
import { checkFiles as check } from "./checkFiles.js";

describe("handler check", () => {
  it("knows what a star import takes", async () => {
    const star = (handler: string, source: string) =>
      check({ "main.py": "from impl import *\n", "impl.py": source }, `main.${handler}`);
    const both = "def _run(e, c): ...\ndef run(e, c): ...\n";
    assert.match((await star("_run", both))?.message ?? "", /but not "_run": its name begins with _/);
    assert.equal(await star("run", both), undefined);
    for (const all of ["['_run']", "('run', '_run')", "[x, y]", "names()"])
      assert.equal(await star("_run", `__all__ = ${all}\n${both}`), undefined, all);
    for (const all of ["['run']", "('run',)", "[]"])
      assert.match((await star("_run", `__all__ = ${all}\n${both}`))?.message ?? "", /__all__ does not name it/, all);
    for (const more of ["__all__ += ['_run']", "__all__.append('_run')", "if x:\n    __all__.extend(y)"])
      assert.equal(await star("_run", `__all__ = ['run']\n${more}\n${both}`), undefined, more);
  });

  describe("proposes what was meant:", () => {
    const app = { "app/__init__.py": "", "app/main.py": "def lambda_handler(e, c): ...", "six.py": "" };
    const cases: [handler: string, files: Record<string, string>, hint: RegExp | undefined][] = [
      ["app.main.lambda_hanlder", app, /Did you mean "app\.main\.lambda_handler"\?/],
      ["app.main.handler", app, /Did you mean "app\.main\.lambda_handler"\?/],
      ["main.lambda_handler", app, /Did you mean "app\.main\.lambda_handler"\?/],
      ["src.app.main.lambda_handler", app, /Did you mean "app\.main\.lambda_handler"\?/],
      ["app.mian.lambda_handler", app, /Did you mean "app\.main\.lambda_handler"\?/],
      ["app.main", app, /"app\.main" is a module: add the function, for example "app\.main\.lambda_handler"/],
      ["ns.main", { "ns/main.py": "" }, /"ns\.main" is a module/],
      ["nowhere.x", { "a.py": "" }, /`source` names the folder/],
      ["nowhere.x", app, /Did you mean "app\.main\.lambda_handler"\? If a package has nowhere, .* in `layers`\.$/],
      ["app/main.py:lambda_handler", app, /Did you mean "app\/main\.lambda_handler"\?/],
      ["app.main:lambda_handler", app, /Did you mean "app\.main\.lambda_handler"\?/],
      ["handler", app, undefined],
      [".handler", app, undefined],
      ["app..main.x", app, undefined],
      ["app.main.", app, undefined],
      ["", app, undefined],
      ["app.main.hand ler", app, undefined],
    ];
    for (const [handler, files, hint] of cases)
      it(`${JSON.stringify(handler)} beside ${Object.keys(files).join(" ")}`, async () => {
        const finding = await check(files, handler);
        assert.ok(finding?.certain);
        assert.equal(finding.property, "handler");
        if (hint === undefined) assert.match(finding.message, /is not of the form module\.function/);
        else assert.match(finding.hint ?? "", hint);
      });
  });

  it("refuses modules that are built into Python, as the runtime does", async () => {
    const finding = await check({ "time.py": "def handler(): ...", "times.py": "handler = make()" }, "time.handler");
    assert.match(finding?.message ?? "", /"time", a module built into Python/);
    assert.equal(await check({ "times.py": "handler = make()" }, "times.handler"), undefined);
  });

  describe("refuses modules that the runtime has imported before:", () => {
    const taken = [
      "json.handler",
      "token.handler",
      "logging/app.handler",
      "types.api.handler",
      "decimal.handler",
      "__main__.handler",
    ];
    for (const handler of taken)
      it(handler, async () => {
        const file = `${handler.slice(0, handler.lastIndexOf(".")).replaceAll(".", "/")}.py`;
        for (const layersPresent of [false, true]) {
          const finding = await check({ [file]: "def handler(e, c): ..." }, handler, layersPresent, "python3.11");
          assert.equal(finding?.code, "HANDLER_NOT_FOUND");
          assert.equal(finding.certain, true);
          assert.match(finding.hint ?? "", /rename .* to my_\w+, and set `handler: "my_/);
          const renamed = file.includes("/") ? `the folder ${file.split("/")[0]}` : file;
          assert.ok(finding.hint?.includes(`rename ${renamed}, for example`), finding.hint);
        }
      });

    it("and no others", async () => {
      for (const module of ["calendar", "queue", "email", "app.json", "jsons", "handlers.logging"])
        assert.equal(
          await check({ [`${module.replaceAll(".", "/")}.py`]: "handler = make()" }, `${module}.handler`),
          undefined,
        );
    });

    it("as they are in each runtime", async () => {
      const files = { "token.py": "handler = make()", "textwrap.py": "handler = make()" };
      assert.ok(await check(files, "token.handler", false, "python3.12"));
      assert.equal(await check(files, "token.handler", false, "python3.13"), undefined);
      assert.equal(await check(files, "textwrap.handler", false, "python3.10"), undefined);
      assert.ok(await check(files, "textwrap.handler", false, "python3.11"));
    });

    it("of a runtime that could not be measured, those of its neighbour with a warning", async () => {
      const files = {
        "json.py": "handler = make()",
        "textwrap.py": "handler = make()",
        "token.py": "handler = make()",
      };
      assert.equal((await check(files, "json.handler", false, "python3.14"))?.certain, true);
      const doubtful = await check(files, "textwrap.handler", false, "python3.14");
      assert.equal(doubtful?.certain, false);
      assert.match(`${doubtful.message} ${doubtful.hint}`, /another Python version[^]*handler: "my_textwrap\.handler"/);
      // The neighbour of 3.14 does not import it, that of 3.9 does.
      assert.equal(await check(files, "token.handler", false, "python3.14"), undefined);
      assert.equal((await check(files, "token.handler", false, "python3.9"))?.certain, false);
      const missing = await check({ "app.py": "" }, "textwrap.handler", false, "python3.14");
      assert.match(missing?.message ?? "", /is not in the package/);
    });

    it("proposes a name that is free", async () => {
      const finding = await check({ "json.py": "", "my_json.py": "" }, "json.handler");
      assert.match(finding?.hint ?? "", /handler: "my_json_\.handler"/);
    });
  });

  describe("refuses functions that fail at every call:", () => {
    const cases: [source: string, says: RegExp, hint: RegExp][] = [
      [
        "async def handler(event, context): ...",
        /type coroutine is not JSON/,
        /rename it to handler_async, .*asyncio\.run\(/,
      ],
      ["handler_async = 1\nasync def handler(e, *a): ...", /coroutine/, /rename it to handler_async_,/],
      [
        "def handler(e, c):\n    x = 1\n    for y in e:\n        yield y\n",
        /type generator is not JSON/,
        /return a value/,
      ],
      ["def handler(e, c): yield 1", /type generator/, /return a value/],
      ["async def handler(e, c):\n    async with x:\n        yield 1\n", /type async_generator/, /return a value/],
      ["def handler(): ...", /takes no argument/, /write `def handler\(event, context\)`/],
      ["def handler[T: (int, str)](e: T = (1, 2)): ...", /takes only one/, /write `def handler\(e, context\)`/],
      ["def handler(context): ...", /takes only one/, /`def handler\(context, _\)`/],
      ["def handler(e, *, c=1): ...", /takes only one/, /\(e, context\)/],
      ["def handler(e, c, db, /, log, more=1): ...", /also needs db and log\./, /give db and log default values/],
      ["def handler(*args, db: int, log=1, **rest): ...", /also needs db\./, /give db a default value/],
      ["if x:\n    def handler(): ...\nelse:\n    def handler(e): ...", /only one/, /write/],
    ];
    for (const [source, says, hint] of cases)
      it(JSON.stringify(source), async () => {
        const finding = await check({ "main.py": source }, "main.handler");
        assert.equal(finding?.code, "HANDLER_UNUSABLE");
        assert.equal(finding.certain, true);
        assert.match(finding.message, says);
        assert.match(finding.hint ?? "", hint);
      });

    const fine = [
      "@wrap\nasync def handler(e): ...",
      "@wrap(\n    1,\n)\n# so\ndef handler(): ...",
      "def handler(e, c=1, d=2): ...",
      "def handler(e, c, d=2, *rest, f=3, **more): ...",
      "def handler(*args, **more): ...",
      "def handler(e, *c): ...",
      "class handler(Base):\n    def __init__(self): ...",
      "class handler(metaclass=Meta): ...",
      "@wrap\nclass handler: ...",
      "class handler:\n    def __new__(cls, *a): return 1",
      "class A:\n    def __call__(self, e, c): ...\nhandler = A()",
      "class A:\n    @wrap\n    def __call__(self): ...\nhandler = A()",
      "class A: ...\nA.__call__ = lambda self, e, c: 1\nhandler = A()",
      "class A:\n    def __init__(self): self.run = print\nhandler = A().run",
      "class A:\n    @staticmethod\n    def run(e, c): ...\nhandler = A.run",
      "class A:\n    @classmethod\n    def run(cls, e, c, /): ...\nhandler = A.run",
      "class A:\n    def run(self, e, c): ...\na = A()\nhandler = a.run",
      "class A:\n    def __getattr__(self, name): return print\nhandler = A().run",
      "class A: ...\nA = make(A)\nhandler = A()",
      "def wrap(f):\n    def g(*a): return f(*a)\n    return g\n@wrap\ndef handler(e, c): ...",
      "def wrap(f): yield\n@wrap\ndef handler(e, c): ...",
      "def wrap(f): ...\n@other\n@wrap\ndef handler(e, c): ...",
      "async def handler(e, c): ...\nhandler = sync(handler)",
      "async def handler(e, c): ...\nfrom app import handler",
      "try:\n    from app import handler\nexcept ImportError:\n    def handler(): ...",
      "@overload\ndef handler(e): ...\ndef handler(e, c): ...",
      "def handler(e, c):\n    def parts():\n        yield 1\n    async def more(): yield 2\n    return list(parts())",
      "def handler(e, c):\n    f = lambda: (yield)\n    return 1",
      "def handler(e, c):\n    class A:\n        def f(self):\n            yield 1\n    return 'yield'  # yield",
      "def handler(e, c): ...\ndef other():\n    yield 1",
      "def handler(e, c): ...\nif x:\n    async def other(): ...",
      "async def main(): ...\nhandler = lambda e, c: run(main())",
      "def setup():\n    global handler\n    handler = make()\ndef handler(): ...",
    ];
    for (const source of fine)
      it(`not ${JSON.stringify(source)}`, async () =>
        assert.equal(await check({ "main.py": source }, "main.handler"), undefined));

    it("only warns where layers may call it, and where the module changes its own names", async () => {
      const files = { "main.py": "async def handler(e, c): ...", "open.py": "def handler(): ...\nfrom x import *" };
      assert.equal((await check(files, "main.handler", true))?.certain, false);
      assert.equal((await check(files, "open.handler"))?.certain, false);
    });
  });

  it("trusts layers for modules that it does not see, not for names that it sees to be missing", async () => {
    assert.equal(await check({}, "datadog_lambda.handler.handler", true), undefined);
    assert.equal(await check({ "ns/x.py": "" }, "ns.handler", true), undefined);
    assert.ok((await check({ "main.py": "" }, "main.handler", true))?.certain);
  });

  describe("only warns of source that Python would not read:", () => {
    const broken: [source: string, reason: RegExp][] = [
      ["x = 1\ny = 'open\n", /main\.py:2: .*a string is not closed/],
      ['"""open\n', /main\.py:1: .*a string is not closed/],
      ["x = (1,\n", /"\(" is never closed/],
      ["x = )\n", /unmatched "\)"/],
      ["x = 1 \\ 2\n", /after a backslash/],
      ["x = €\n", /unexpected character/],
      ["f'{a'\n", /not closed/],
    ];
    for (const [source, reason] of broken)
      it(JSON.stringify(source), async () => {
        const finding = await check({ "main.py": source }, "main.handler");
        assert.equal(finding?.certain, false);
        assert.match(finding.message, reason);
      });
  });
});
