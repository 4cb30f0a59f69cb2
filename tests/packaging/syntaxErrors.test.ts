import assert from "node:assert/strict";
import { refused } from "../support/refused.js";
import { useBench, type PackagingBench } from "./support/bench.js";
import { pyproject, writeInto, type Fixture, type Wanted } from "./support/fixture.js";
import { callHandler, canCall, tryHandler } from "./support/run.js";

const off = { handler: "off", binaries: "error", collisions: "error", sizes: "error" } as const;
const answer = "def handler(event, context): return 1\n";
const broken = "x = {'a': 1\n     'b': 2}\n";

const fixture: Fixture = {
  name: "syntax",
  wheels: [{ name: "old", files: { "old/__init__.py": "", "old/legacy.py": "print 'x'\n" } }],
  files: {
    "project/pyproject.toml": pyproject({ name: "app", dependencies: ["old"] }),
    "project/parts/__init__.py": "",
    "project/parts/broken.py": broken,
    "project/json.py": broken,
    "project/fine.py": `import old\n${answer}`,
    "project/unread.py": answer,
    "project/later.py": `def handler(event, context):\n    if event is None:\n        from parts import broken\n    return 1\n`,
    "project/caught.py": `try:\n    from parts import broken\nexcept Exception:\n    pass\n${answer}`,
    "project/checked.py": `from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from parts import broken\n${answer}`,
    "project/latin.py": Buffer.from(`# caf\xe9\n${answer}`, "latin1"),
  },
  cases: [],
};

/** The handler's file, what is said, what the runner says, and what to write instead. */
const wrong: readonly (readonly [what: string, source: string | Buffer, says: RegExp, fails: RegExp, fixed: string])[] =
  [
    ["a colon is missing", answer.replace(":", ""), /own\.py:1: expected ":"/, /expected ':'/, answer],
    ["a conflict", `<<<<<<< a\n${answer}=======\n>>>>>>> b\n`, /own\.py:1: unexpected <</, /invalid syntax/, answer],
    [
      "await without async",
      "def handler(event, context):\n    return await event\n",
      /own\.py:2: await outside of an async function/,
      /'await' outside async function/,
      answer,
    ],
    [
      "syntax of a newer Python",
      "def handler(event, context):\n    return len(f'{event['name']}')\n",
      /own\.py:2: quotes.* need Python 3\.12, and the function's is 3\.11/,
      /f-string/,
      "def handler(event, context):\n    return len(f'{event[\"name\"]}')\n",
    ],
    [
      "a module that is imported",
      `import old\nfrom parts import broken\n${answer}`,
      /parts\/broken\.py:2: expected ","/,
      /'\{' was never closed|invalid syntax/,
      `import old\n${answer}`,
    ],
    ["latin-1", Buffer.from(`X = "caf\xe9"\n${answer}`, "latin1"), /own\.py:1: .*UTF-8/, /utf-8/, answer],
  ];

describe("modules that Python cannot read", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let folder: string;
  useBench(fixture, (...opened) => ([bench, folder] = opened));

  const wantedOf = (module: string, more: Partial<Wanted> = {}): Wanted => ({
    ...{ project: "project", handler: `${module}.handler`, runtime: "python3.11" },
    ...more,
  });

  for (const [what, source, says, fails, fixed] of wrong)
    it(`${what}: refused, fails in the runner, and works when it is corrected`, async () => {
      writeInto(folder, { "project/own.py": source });
      await refused(bench.build(folder, wantedOf("own")), "HANDLER_UNUSABLE", says);
      const unchecked = await bench.build(folder, wantedOf("own", { checks: off }));
      writeInto(folder, { "project/own.py": fixed });
      const artifact = await bench.build(folder, wantedOf("own"));
      if (!canCall("3.11")) return;
      assert.equal((await callHandler(artifact, { handler: "own.handler", minor: "3.11" })).value, 1);
      const failed = await tryHandler(unchecked, { handler: "own.handler", minor: "3.11" });
      assert.match(`${failed.payload}${failed.log}`, fails);
    });

  for (const [module, says] of [
    ["later", /which code of the handler may import:\n {2}parts\/broken\.py:2/],
    ["caught", /which code of the handler may import:\n {2}parts\/broken\.py:2/],
    ["checked", undefined],
    ["unread", undefined],
    ["fine", undefined],
    ["latin", undefined],
  ] as const)
    it(`${module}: ${says === undefined ? "accepted" : "a warning"}, and works`, async () => {
      bench.messages.length = 0;
      const artifact = await bench.build(folder, wantedOf(module));
      const said = bench.messages.join("\n");
      if (says === undefined) assert.equal(said, "");
      else assert.match(said, says);
      if (!canCall("3.11")) return;
      assert.equal((await callHandler(artifact, { handler: `${module}.handler`, minor: "3.11" })).value, 1);
    });

  it("are read again for each runtime, and not with an image of one's own", async () => {
    writeInto(folder, { "project/own.py": `type A = int\n${answer}` });
    await refused(
      bench.build(folder, wantedOf("own")),
      "HANDLER_UNUSABLE",
      /own\.py:1: type statements need Python 3\.12/,
    );
    await bench.build(folder, wantedOf("own", { runtime: "python3.12" }));
    bench.messages.length = 0;
    await bench.build(folder, wantedOf("own", { packageFormat: "image", image: { baseImage: "base" } }));
    assert.match(bench.messages.join("\n"), /type statements/);
  });
});
