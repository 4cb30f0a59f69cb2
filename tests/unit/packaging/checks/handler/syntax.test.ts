import { strict as assert } from "node:assert";
import { decodePython } from "../../../../../provider/packaging/checks/handler/python/sourceText.js";
import { readSyntax } from "../../../../../provider/packaging/checks/handler/python/pythonSyntax.js";

const syntaxErrorIn = (source: string, minor: number) => readSyntax(source, minor).error;

/** What Python refuses, whatever its version: with the line and what is said. */
const wrong: readonly (readonly [source: string, line: number, says: RegExp])[] = [
  ["# coding: klingon\nx = 1\n", 1, /"klingon" is no encoding/],
  ["#!/usr/bin/python\n# -*- coding: rot13 -*-\nx = 1\n", 1, /"rot13" is no encoding/],
  ["\ufeff# coding: latin-1\nx = 1\n", 1, /mark of UTF-8/],
  ["# coding: ascii\nx = 'é'\n", 1, /names ASCII/],
  ["x = 1\ndef f(e, c)\n    return 1\n", 2, /expected ":"/],
  ["def f(e, c):\nreturn 1\n", 2, /indented block after def/],
  ["def f(e, c):\n", 1, /indented block after def/],
  ["x = 1\n  y = 2\n", 2, /unexpected indent/],
  ["if x:\n    y = 1\n  z = 2\n", 3, /indented like none/],
  ["if x:\n        y = 1\n\tz = 1\n", 3, /tabs and spaces/],
  ["<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> b\n", 1, /unexpected <</],
  ["x = (1,\ny = 2\n", 1, /"\(" is never closed/],
  ["x = (1]\n", 1, /unmatched "\]"/],
  ["x = {\n  'a': 1\n  'b': 2,\n}\n", 3, /unexpected string|expected ","/],
  ["f(\n  a,\n  b c)\n", 3, /expected ","/],
  ["print 'x'\n", 1, /unexpected string/],
  ["exec code\n", 1, /unexpected code/],
  ["raise E, 'x'\n", 1, /unexpected ,/],
  ["x = `y`\n", 1, /unexpected `/],
  ["if x <> y: pass\n", 1, /unexpected >/],
  ["x = 0777\n", 1, /leading zeros/],
  ["x = 10L\n", 1, /unexpected L/],
  ["x = ur'y'\n", 1, /prefix/],
  ["x = 'C:\\Users'\n", 1, /incomplete escape/],
  ["x = b'é'\n", 1, /ASCII/],
  ["x = b'a' 'b'\n", 1, /mixed/],
  ["x = f'{}'\n", 1, /empty braces/],
  ["x = f'{a b}'\n", 1, /unexpected b/],
  ["x = \n", 1, /end of the line/],
  ["x = 1 +\n", 1, /end of the line/],
  ["if x = 1: pass\n", 1, /expected ":"/],
  ["f(a.b=1)\n", 1, /perhaps ==/],
  ["f() = 1\n", 1, /cannot assign/],
  ["None = 1\n", 1, /cannot assign/],
  ["f(a=1, b)\n", 1, /positional argument/],
  ["f(a=1, a=2)\n", 1, /repeated/],
  ["def f(a, a): pass\n", 1, /repeated/],
  ["def f(a=1, b): pass\n", 1, /without a default/],
  ["def f(*): pass\n", 1, /unexpected \)/],
  ["def f(*, **k): pass\n", 1, /must follow \*/],
  ["class: pass\n", 1, /unexpected :/],
  ["import a.b,\n", 1, /end of the line/],
  ["from a import\n", 1, /end of the line/],
  ["from a import b,\n", 1, /end of the line/],
  ["import class\n", 1, /unexpected class/],
  ["def f():\n    from a import *\n", 2, /top of a module/],
  ["import a\nfrom __future__ import annotations\n", 2, /beginning/],
  ["return 1\n", 1, /return outside/],
  ["class A:\n    return 1\n", 2, /return outside/],
  ["break\n", 1, /break outside/],
  ["for x in y:\n    def f():\n        continue\n", 3, /continue outside/],
  ["def f():\n    return await x\n", 2, /await outside/],
  ["def f():\n    async with x: pass\n", 2, /async with outside/],
  ["x = yield\n", 1, /yield outside/],
  ["nonlocal x\n", 1, /nonlocal outside/],
  ["try:\n    x\ny\n", 3, /except or finally/],
  ["try:\n    x\n", 2, /except or finally/],
  ["x\nelse:\n    y\n", 2, /unexpected else/],
  ["try: x\nexcept A, e: y\nexcept B as b, C: y\n", 2, /parentheses/],
  ["@a\nx = 1\n", 2, /followed by a function/],
  ["@a\n", 1, /followed by a function/],
  ["class A:\n    @a\nx = 1\n", 3, /followed by a function/],
  ["match x:\n    y = 1\n", 2, /"case"/],
  ["match x\n", 1, /unexpected x/],
  ["lambda: x = 1\n", 1, /cannot assign/],
  ["x = [*a for a in b]\n", 1, /cannot unpack/],
  ["x = {1: 2, 3}\n", 1, /unexpected/],
  ["x = *a\n", 1, /alone/],
  ["x: int, y: int = 1\n", 1, /unexpected ,/],
  ["del f()\n", 1, /deleted/],
  ["x = “a”\n", 1, /unexpected character/],
  ["x = 1\0\n", 1, /UTF-8/],
];

/** What only newer versions read. */
const newer: readonly (readonly [minor: number, source: string])[] = [
  [11, "try: x\nexcept* E as e: y\n"],
  [11, "x[*a]\n"],
  [12, "type A[T] = list[T]\n"],
  [12, "def f[T: int, *Ts, **P](x: T): pass\n"],
  [12, "class A[T]: pass\n"],
  [12, 'x = f"{d["k"]}"\n'],
  [12, "x = f'{\"\\n\".join(y)}'\n"],
  [12, "x = f'{y # so\n}'\n"],
  [14, "x = t'{y}'\n"],
  [14, "try: x\nexcept A, B: y\n"],
];

/** What every version from 3.10 on reads. */
const right: readonly string[] = [
  "# vim: set fileencoding=utf-8 :\nx = 'é'\n",
  "#!/bin/sh\n# -*- coding: UTF-8-unix -*-\nx = 1\n",
  "\ufeff# coding: utf8\nx = 1\n",
  "x = 1\n# coding: klingon\n",
  "# coding: ascii\nx = 1\n",
  "",
  "# only this",
  "\ufeffx = 1",
  "if x:\r\n\ty\r\nelse:\r\n\tz\r\n",
  "if x:\n        y\n        if z:\n        \tw\n",
  "x = 1; y = 2;\n",
  "x = y = *a, b = c, = d\n",
  "(a, [b, *c]), d.e, f[0] = x\n() = []\n",
  "x: int\n(x): int = 1\nx.y: 'a' = yield_ = 2\n".replace("yield_ = ", ""),
  "x = a if b else c if d else lambda *e, f=1, **g: (yield)\n",
  "not a in b is not c not in d < e\n",
  "-a ** -b @ ~c // d\n",
  "f(*a, b, *c, d=1, *e, **g, h=2)\nf(x for x in y)\nf(a := 1)\n",
  "x[a:b, c:, ::2, ...]\nx[a := 1]\n",
  "{**a, 'b': 1, **c}\n{*a, b}\n{a: b for a, b in c if d if e}\n[x async for x in y]\n".replace("async ", ""),
  "with a as b, c: pass\nwith (a as b, c as (d, e),): pass\nwith (a, b): pass\nwith (a) as b, c: pass\nwith (yield_): pass\n",
  "for x, *y in *a, b: pass\nelse: pass\n",
  "while (x := f()): break\nelse: pass\n",
  "async def f():\n    async for x in y:\n        await z\n    async with a as b: return [await c async for c in d]\n",
  "def f():\n    return (await x async for x in y)\n",
  "def f(a, /, b: int = 1, *c: str, d, e=2, **f) -> int: yield from x\n",
  "def f(*, a): pass\ndef g(a, b=1, *, c, d=2): pass\nlambda a, /, *b: 0\n",
  "@a.b[0](c)\n@(lambda f: f)\nclass A(B, *C, metaclass=D, **e): pass\n",
  "match x:\n    case 1 | -2 | 'a' 'b' | None: pass\n    case [a, *b] | (a, *b): pass\n    case {'a': b, **c} if d: pass\n    case A.B(x, y=(1 | 2) as z) as w: pass\n    case *a, b: pass\n    case _: pass\n",
  "match, case, type, _ = 1, 2, 3, 4\nmatch[x]: int = 1\nmatch (x)\nmatch.y\nprint(match - case, type)\ntype in x\n",
  "match (x):\n    case y: pass\nmatch x, y:\n    case z: pass\nmatch -x:\n    case z: pass\n",
  "try: pass\nexcept (A, B) as e: pass\nexcept: pass\nelse: pass\nfinally: pass\n",
  "global x\ndel x, (y, [z.a]), w[0]\nassert x, y\nraise A from b\n",
  "from . import a\nfrom .... import (a as b, c,)\nfrom ...a.b import *\nimport a.b as c, d\n",
  '"""a"""\n\'b\'\nfrom __future__ import annotations, division\nx = 1\n',
  "from __future__ import annotations\nfrom __future__ import division\nx = 1\n",
  "x = f'{a!r:>{b}.{c}} {{ {d=} {e=!s} {{}}' rf'{x:\\d}' F'''{\n  y}'''\n",
  "x = f'{a:=5}' f'{(b := 1)}' f'{ {1: 2}[1] }' f'{x:%H:%M}' f\"{x['a']}\"\n",
  "x = 'C:\\\\Users' r'C:\\Users' '\\N{DASH} \\x41 \\u1234 \\U0001F600 \\z \\\n'\ny = b'\\U \\x41'\n",
  "x = 0 + 00 + 0.5 + 1_000 + 0xFF + 0o17 + 0b1 + 1e5j + 1. + .5\n",
  "x = 1if y else 2\n",
  "x = (  # so\n    1 +\n\n  2)\ny = 1 + \\\n    2\n",
  "class A:\n    x = 1\n\n    def f(self): ...\n  # a comment anywhere\n\n    y = 2\nz = 3\n",
  "if x:\n    pass\n\f\nif y: pass\n",
  "print >>f, 'x'\n",
  "x = '\u{1f4ff}'\n",
  "ﬁ = 1\nhändler = 2\n",
];

describe("syntax of Python", () => {
  for (const [source, line, says] of wrong)
    it(`refuses ${JSON.stringify(source)}`, () => {
      for (const minor of [10, 13]) {
        const error = syntaxErrorIn(source, minor);
        assert.equal(error?.line, line, error?.message);
        assert.match(error.message, says);
      }
    });

  for (const source of right)
    it(`reads ${JSON.stringify(source)}`, () => {
      for (const minor of [10, 11, 12, 13, 14]) assert.equal(syntaxErrorIn(source, minor), undefined);
    });

  for (const [needed, source] of newer)
    it(`reads ${JSON.stringify(source)} from 3.${needed} on`, () => {
      for (const minor of [10, 11, 12, 13, 14]) {
        const error = syntaxErrorIn(source, minor);
        assert.equal(error === undefined, minor >= needed, `3.${minor} ${error?.message}`);
        if (error !== undefined && needed < 14) assert.match(error.message, new RegExp(`need Python 3\\.${needed}`));
      }
    });

  it("says nothing about versions whose grammar is not known, and about what is nested too deep for it", () => {
    assert.equal(syntaxErrorIn("lazy import a", 15), undefined);
    assert.equal(syntaxErrorIn(`x = ${"-".repeat(100_000)}1`, 13), undefined);
    assert.match(syntaxErrorIn(`x = ${"(".repeat(300)}${")".repeat(300)}`, 13)?.message ?? "", /nested/);
  });

  it("never shows a string", () => {
    for (const source of [
      "x 'hidden'",
      "f(a 'hidden')",
      "'hidden' = 1",
      "x = 'hidden",
      "b'hidden' 'é'",
      "f'{hidden }hidden' 1",
    ])
      assert.doesNotMatch(syntaxErrorIn(source, 13)?.message ?? "hidden", /hidden/, source);
  });

  it("reads files in other encodings where they say so", () => {
    const bytes = (text: string) => Buffer.from(text, "latin1");
    const judge = (given: Buffer) => syntaxErrorIn(decodePython(given), 13);
    assert.equal(judge(bytes("x = 1\n# café\n")), undefined);
    assert.equal(judge(bytes("x = 1\ny = 'café'\n"))?.line, 2);
    assert.equal(judge(bytes("x = 1\ncafé = 1\n"))?.line, 2);
    assert.match(judge(Buffer.from("\ufeffx = 1\n", "utf16le"))?.message ?? "", /UTF-8/);
    assert.equal(judge(bytes("#!/usr/bin/python\n# -*- coding: latin-1 -*-\nx = 'é'\n")), undefined);
    assert.equal(judge(bytes("# coding: utf-8\nx = 'é'\n"))?.line, 2);
    assert.equal(judge(Buffer.from("x = 'é \ufffd'\n")), undefined);
  });
});
