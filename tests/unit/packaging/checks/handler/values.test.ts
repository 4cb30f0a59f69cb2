import { strict as assert } from "node:assert";
import { checkFiles } from "./checkFiles.js";

const answer = "def handler(event, context): return 1\n";

/** What the name stands for at the end cannot be called. Each was seen to fail in CPython. */
const wrong: readonly (readonly [source: string, says: RegExp])[] = [
  [`${answer}handler = None\n`, /it is None/],
  [`${answer}handler = 'x'\n`, /it is a string/],
  [`${answer}def handler(event): return 1\n`, /takes only one/],
  [`handler = make()\n@other\ndef f(): ...\nhandler: int = 1\n`, /it is a number/],
  ["handler = (lambda event: 1)\n", /takes only one/],
  ["handler = ...\n", /it is Ellipsis/],
  ["handler = (1, make)\n", /it is a tuple/],
  ["def run(e, c): ...\nhandler = run,\n", /it is a tuple/],
  ["handler = ()\n", /it is a tuple/],
  ["handler = 'a' 'b'\n", /it is a string/],
  ["handler = 'a' + b\n", /it is a string/],
  ["handler = 'a' % (b, c)\n", /it is a string/],
  ["handler = -1 + 2\n", /it is a number/],
  ["handler = ((None))\n", /it is None/],
];

/** Works, or only Python can tell. */
const right: readonly string[] = [
  `handler = None\n${answer}`,
  `${answer}if x:\n    handler = None\n`,
  `${answer}if x: handler = None\n`,
  `${answer}for handler in x: pass\n`,
  `${answer}x and (handler := None)\n`,
  `def handler(): ...\nhandler = wrap(handler)\n`,
  `def handler(e, c): ...\nrun = handler\nhandler = run\n`,
  `def run(e, c): ...\nhandler = run\nrun = None\n`,
  `import impl\nhandler = impl.run\nimpl = None\n`,
  `def f():\n    global handler\n    handler = make()\nhandler = None\nf()\n`,
  `handler = None\ndef f():\n    global handler\n    handler = make()\nf()\n`,
  "handler = (make())\n",
  "handler = 'a' if x else make()\n",
  "handler = 'a' and make()\n",
  "handler = (lambda e, c: 1)\n",
  "handler = x if y else lambda e, c: 1\n",
  "handler = 'x'.join\n",
  "handler = (yield_)\n",
  "handler, other = lambda e, c: 1, 2\n",
];

describe("values of a handler's name", () => {
  for (const [source, says] of wrong)
    it(`refuses ${JSON.stringify(source)}`, async () => {
      const finding = await checkFiles({ "main.py": source }, "main.handler");
      assert.equal(finding?.code, "HANDLER_UNUSABLE");
      assert.equal(finding.certain, true);
      assert.match(finding.message, says);
    });

  for (const source of right)
    it(`accepts ${JSON.stringify(source)}`, async () =>
      assert.equal(
        await checkFiles({ "main.py": source, "impl.py": "def run(e, c): ..." }, "main.handler"),
        undefined,
      ));
});
