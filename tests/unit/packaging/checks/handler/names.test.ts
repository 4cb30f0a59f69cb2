import { strict as assert } from "node:assert";
import { checkFiles as check } from "./checkFiles.js";

describe("names of a handler's module", () => {
  describe("finds the handler", () => {
    const modules: [what: string, source: string][] = [
      ["def", "def handler(event, context):\n    pass\n"],
      ["decorated def", "@logger.inject(\n    level='x',\n)\ndef handler(e, c):\n    return 1\n"],
      ["class", "class handler(Base):\n    pass\n"],
      ["assignment", "handler = Mangum(app)\n"],
      ["chained assignment", "other = handler = Mangum(app)\n"],
      ["tuple", "(a, handler), b = (1, 2), 3\n"],
      ["starred", "a, *handler = make()\n"],
      ["annotated", "handler: Callable[[dict], str] = make()\n"],
      ["augmented", "handler = make()\nhandler += 2\n"],
      ["walrus", "if (handler := make()):\n    pass\n"],
      ["import as", "import a.b as handler\n"],
      ["plain import", "import handler.sub\n"],
      ["from import", "from .app import (\n    other,\n    handler,  # the one\n)\n"],
      ["from import as", "from app import main as handler\n"],
      ["star import", "from app import *\n"],
      ["if", "if DEBUG:\n    pass\nelse:\n    def handler(e, c): ...\n"],
      ["try", "try:\n    import x\nexcept ImportError:\n    def handler(e, c):\n        pass\n"],
      ["with", "with open('x') as handler:\n    pass\n"],
      ["with in parentheses", "with (\n    open('x') as a,\n    open('y') as handler,\n):\n    pass\n"],
      ["for", "for handler in make():\n    pass\n"],
      ["one-line block", "if x: y = 1; handler = make()\n"],
      ["lambda in a head", "if (lambda: 1)() or sorted(x, key=lambda a: a): handler = make()\n"],
      ["match", "match x:\n    case {'a': handler}:\n        pass\n"],
      ["after a semicolon", "import a; handler = a.b\n"],
      ["global of a function", "def setup():\n    global handler\n    handler = make()\n"],
      ["__getattr__", "def __getattr__(name):\n    return {'handler': 1}[name]\n"],
      ["globals()", "globals()['handler'] = 1\n"],
      ["globals().update", "globals().update(\n    {}, other=(1, 2), handler=run)\n"],
      ["vars().update", "vars().update(handler=run)\n"],
      ["update with dict()", "names = globals()\nnames.update(dict(a=1, handler=run))\n"],
      ["setattr of its own module", "import sys\nsetattr(sys.modules[__name__], 'handler', run)\n"],
      ["an attribute of its own module", "import sys\nsys.modules[__name__].handler = run\n"],
      ["the same by another name", "import sys\nme = sys.modules[__name__]\nme.handler = run\n"],
      ["exec", "exec('def handler(e, c): ...')\n"],
      ["setattr", "setattr(sys.modules[__name__], f'handler', make())\n"],
      ["bound again after del", "handler = 1\ndel handler\ndef handler(e, c): ...\n"],
      ["del of something else", "def handler(e, c): ...\na = b = 1\ndel (a, b), handler.x, c[handler]\n"],
      ["del in a block", "def handler(e, c): ...\nif x:\n    del handler\n"],
      ["del, and a function that binds it", "def f():\n    global handler\n    handler = 1\ndel handler\nf()\n"],
      ["else of TYPE_CHECKING", "if TYPE_CHECKING:\n    from a import handler\nelse:\n    handler = make()\n"],
      ["not TYPE_CHECKING", "if not TYPE_CHECKING:\n    handler = make()\n"],
      ["TYPE_CHECKING of its own", "TYPE_CHECKING = make()\nif TYPE_CHECKING:\n    handler = make()\n"],
      ["after odd strings", "a = 'it\\'s' \"x\" r'\\'' f'{d[\"k\"]!r:>{w}}' b\"\"\"\nx'''\"\"\"\nhandler = make()\n"],
      ["after a nested f-string", "a = f\"{f\"{'x'}\"} {{ {d['a']:%H:%M}\"\nhandler = make()\n"],
      ["after a line that goes on", "a = 1 + \\\n  2\nhandler = make()\n"],
      ["after a byte order mark, with CRLF and tabs", "\ufeffif x:\r\n\tpass\r\nhandler = make()\r\n"],
      ["soft keywords as names", "match = make()\ncase = 2\ntype = 3\nmatch.x = 1\nhandler = match\n"],
      ["type alias", "type handler = int\n"],
    ];
    for (const [what, source] of modules)
      it(what, async () => assert.equal(await check({ "main.py": source }, "main.handler"), undefined));

    const found: [handler: string, files: Record<string, string>][] = [
      ["app.main.handler", { "app/__init__.py": "", "app/main.py": "handler = make()" }],
      ["app/main.handler", { "app/main.py": "handler = make()" }],
      ["app.handler", { "app/__init__.py": "from .main import handler", "app/main.py": "def handler(e, c): ..." }],
      ["fast.handler", { "fast.cpython-313-aarch64-linux-gnu.so": "" }],
      ["fast.handler", { "fast.abi3.so": "", "fast.py": "" }],
      ["fast.handler", { "fast.so": "" }],
      ["app.handler", { "app/__init__.pyc": "" }],
    ];
    for (const [handler, files] of found)
      it(`${handler} in ${Object.keys(files).join(" ")}`, async () =>
        assert.equal(await check(files, handler), undefined));
  });

  describe("is not misled by", () => {
    const modules: [what: string, source: string][] = [
      ["a docstring", '"""\ndef handler(): ...\n"""\n'],
      ["a comment", "# handler = make()\n"],
      ["a string", "x = 'handler = make()'\n"],
      ["an f-string", 'x = f"{y}\\nhandler = {z}"\n'],
      ["a local", "def f():\n    handler = make()\n    def handler(): ...\n"],
      ["a method", "class A:\n    def handler(self): ...\n"],
      ["a bare annotation", "handler: int\n"],
      ["an attribute", "x.handler = make()\n"],
      ["a key", "x[handler] = 1\n"],
      ["an argument", "f(handler=1)\n"],
      ["a comparison", "handler == 1\n"],
      ["the original name of an import", "from a import handler as other\n"],
      ["del", "def handler(e, c): ...\ndel handler\n"],
      ["del of several", "def handler(e, c): ...\ndel a.b, (x, handler), y\n"],
      ["TYPE_CHECKING", "if TYPE_CHECKING:\n    def handler(e, c):\n        x = 1\n    y = 2\n"],
      ["typing.TYPE_CHECKING", "import typing\nif typing.TYPE_CHECKING: from a import handler; x = 1\n"],
      ["elif False", "if x:\n    y = 1\nelif False:\n    handler = make()\n"],
      ["__main__", "if __name__ == '__main__':\n    for x in y:\n        handler = make()\n"],
      ["TYPE_CHECKING = False", "TYPE_CHECKING = False\nif TYPE_CHECKING:\n    from a import handler\n"],
      ["the name of an exception", "try:\n    x()\nexcept Error as handler:\n    pass\n"],
      [
        "an object's attributes",
        "class A:\n  def __init__(self, **k):\n    setattr(self, 'a', k)\n    self.__dict__ = vars(self)\n",
      ],
      ["a class's __getattr__", "class A:\n    def __getattr__(self, name): return locals()\n"],
      [
        "methods with names of functions",
        "def f(cursor):\n    cursor.exec('x'); model.eval(); net.modules(); self.modules[0] = 1\n",
      ],
      ["a nested block of a function", "def f():\n  if x:\n    handler = make()\n\n# c\n  handler = make()\n"],
    ];
    for (const [what, source] of modules)
      it(what, async () => {
        const finding = await check({ "main.py": source }, "main.handler");
        assert.equal(finding?.code, "HANDLER_NOT_FOUND", what);
        assert.equal(finding.certain, true);
        assert.match(finding.message, /main\.py defines no "handler"/);
      });
  });

  describe("warns of a name that it cannot see:", () => {
    const cases: [what: string, files: Record<string, string>, says: RegExp][] = [
      ["__getattr__", { "main.py": "def __getattr__(name): return 1" }, /creates names in a way/],
      ["exec", { "main.py": "exec(open('x.txt').read())" }, /creates names in a way/],
      ["globals()", { "main.py": '"""The handler."""\nglobals().update(x)' }, /creates names in a way/],
      [
        "keywords of other calls, and of self",
        { "main.py": "globals()\nf(handler=1)\nx.update(f(handler=1), [handler])\nself.handler = 1" },
        /creates names in a way/,
      ],
      ["an attribute", { "main.py": "", "setup.py": "import main\nmain.handler = f" }, /setup\.py may set it/],
      [
        "setattr",
        { "main.py": "", "setup.py": "import sys\nsetattr(sys.modules['main'], name, f)" },
        /setup\.py may set it/,
      ],
      [
        "an attribute of a module that the name comes from",
        {
          "main.py": "import setup\nfrom impl import handler",
          "impl.py": "",
          "setup.py": "import impl\nimpl.handler = f",
        },
        /impl\.py defines no "handler" that can be seen.*setup\.py may set it/,
      ],
    ];
    for (const [what, files, says] of cases)
      it(what, async () => {
        const finding = await check(files, "main.handler");
        assert.equal(finding?.certain, false);
        assert.match(finding.message, says);
      });

    it("and refuses where nothing else can set it", async () => {
      for (const [module, source] of [
        ["setup.py", "import main\nmain.other = f\nself.handler = f\nmain.handler == 1"],
        ["setup.py", "import other\nother.handler = f"],
        ["setup.py", "import sys\nsetattr(sys.modules['main'], 'other', f)\nsetattr(self, 'handler', main)"],
        ["vendor.py", "import main\nmain.handler = f"],
      ] as const)
        assert.equal((await check({ "main.py": "", [module]: source }, "main.handler"))?.certain, true, source);
    });
  });
});
