import { strict as assert } from "node:assert";
import { readSyntax } from "../../../../../provider/packaging/checks/handler/python/pythonSyntax.js";
import { TokenCursor, type NameRead } from "../../../../../provider/packaging/checks/handler/python/tokenCursor.js";
import { boundNames } from "../../../../../provider/packaging/checks/handler/python/unbound/pythonBindings.js";
import { unboundNames } from "../../../../../provider/packaging/checks/handler/python/unbound/unboundNames.js";

const found = (source: string, minor = 13) => {
  const read = readSyntax(source, minor);
  assert.equal(read.error, undefined, source);
  const bound = read.lines.map(({ tokens }) => boundNames(tokens));
  return unboundNames(source, read, bound, minor).map(({ name, why }) => `${name} ${why}`);
};

const missing: readonly (readonly [source: string, names: readonly string[]])[] = [
  ["x = y\n", ["y never"]],
  ["x = y\ny = 1\n", ["y late"]],
  ["def f():\n    return y\n", ["y never"]],
  ["@deco\ndef f(a, b=c): pass\n", ["c never", "deco never"]],
  ["class A(B, metaclass=C):\n    x = y\n", ["B never", "C never", "y never"]],
  ["def f(a: T) -> U: pass\nx: V = 1\n", ["T never", "U never", "V never"]],
  ["from logging import getLogger\nlogging.info(1)\n", ["logging never"]],
  ["import a.b as c\na\n", ["a never"]],
  ["x = f'{y!r:>{w}}'\n", ["w never", "y never"]],
  ["x = [a for b in c if d]\n", ["a never", "c never", "d never"]],
  ["x = (a for b in c if d)\n", ["a never", "c never", "d never"]],
  ["x = (a for b in y)\na = y = 1\n", ["y late"]],
  ["x.y = 1\nz[0] = 2\n", ["x never", "z never"]],
  ["if 1:\n    x = y\n", ["y never"]],
  ["with a as b: c\n", ["a never", "c never"]],
  ["try:\n    x\nexcept E as e:\n    e\n", ["E never", "x never"]],
  ["f = lambda a, *b, c=d, **e: (a, b, c, e, g)\n", ["d never", "g never"]],
  ["match 1:\n    case A(b): b\n    case c: c\n", ["A never"]],
  ["from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import B\nx = B\n", ["B unread"]],
];

/** What is bound in some way, or never read. */
const fine: readonly string[] = [
  // A generator runs when its values are asked for.
  "x = (y(a) for a in [1] if z(a))\ndef y(a): return a\ndef z(a): return a\n",
  "x = (a for b in [1] for a in y(b))\ndef y(b): return b\n",
  "class A:\n    x = dict(b=(y for _ in [1]))\ny = 1\n",
  "x = iter(y for _ in [1])\ny = 1\n",
  "import a, b.c, d as e\nfrom f import (g, h as i,)\na; b; e; g; i\n",
  "a = b = 1\n(c, [d, *e]), f = x = 1, 2\na; b; c; d; e; f; x\n",
  "def f(a, /, b: int, *c, d=1, **e):\n    return a, b, c, d, e, f\n",
  "async def f(): pass\nclass A:\n    x = 1\n    y = x\n    def g(self): return A, __class__\n",
  "for a, (b, c) in []: pass\nelse: a\nb; c\n",
  "with open('x') as (a, b), open('y') as c: a; b; c\n",
  "try: pass\nexcept (OSError, ValueError) as e: e\n",
  "if (n := 1) and n: pass\nx = [(y := z) for z in []]\ny\n",
  "def f():\n    return later\nlater = 1\n",
  "def f():\n    global made\n    made = 1\nf()\nmade\n",
  "try:\n    unknown\nexcept NameError:\n    unknown = 1\n",
  "with suppress(NameError):\n    unknown\nfrom contextlib import suppress\n",
  "if TYPE_CHECKING:\n    x = unknown\nif __name__ == '__main__':\n    args = 1\ndef f(): return args\n",
  "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import B\nx: 'B' = 1\ndef f(a: 'B'):\n    b: B = a\n",
  "from __future__ import annotations\ndef f(a: T) -> U: pass\nx: V\n",
  "match {}:\n    case {'a': b, **c}: b; c\n    case [d, *e] | (d, e): d; e\n    case Ellipsis as g: g\n",
  "type A[T] = list[T]\ndef f[U: int](a: U) -> U: return a\nclass B[V]:\n    x: V\n",
  "print(f'{x:{y}}' for x, y in [])\n",
  "try: text = unicode\nexcept ValueError: text = str\nprint(__file__, __name__, _('x'))\n",
  "from .impl import a\nimpl.a\n",
  "x = {a: b for a, b in {}}\ng = sorted([], key=lambda c, d=1: (c, d))\n",
  "a, b = 1, 2\na += b\ndef f(c): pass\nf(c=1)\n",
];

describe("names that nothing binds", () => {
  for (const [source, names] of missing)
    it(JSON.stringify(source), () => assert.deepEqual(found(source).sort(), names));

  for (const source of fine) it(`nothing in ${JSON.stringify(source)}`, () => assert.deepEqual(found(source), []));

  it("nobody looks at the names in front of a generator: a table may have thousands of both", () => {
    const cursor = new TokenCursor([], 13);
    const token = { kind: "name", text: "a", at: 0 } as unknown as NameRead["token"];
    const looked: string[] = [];
    cursor.reads = new Proxy<NameRead[]>(
      [
        { token, time: "now" },
        { token, time: "now" },
        { token, time: "annotation" },
      ],
      {
        get(list, key) {
          if (/^\d+$/.test(String(key))) looked.push(String(key));
          return Reflect.get(list, key) as unknown;
        },
      },
    );
    cursor.runsLater(1);
    assert.deepEqual(looked, ["1", "2"]);
    assert.deepEqual(
      cursor.reads.map(({ time }) => time),
      ["now", "later", "annotation"],
    );
  });

  it("annotations are not read since 3.14, and names of a newer Python are missing", () => {
    assert.deepEqual(found("def f(a: T): pass\nx: V = 1\n", 14), []);
    assert.deepEqual(found("def f(e=ExceptionGroup): pass\n", 10), ["ExceptionGroup never"]);
    assert.deepEqual(found("def f(e=ExceptionGroup): pass\n", 11), []);
  });
});
