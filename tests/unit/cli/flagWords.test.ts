import { strict as assert } from "node:assert";
import { inputProblems } from "../../../provider/cli/build/buildCommand.js";
import { flagWords } from "../../../provider/cli/build/buildFlags.js";

describe("what the build says of inputs, as flags", () => {
  const words: [input: string, flag: string][] = [
    ['set `source: "src"`', "set `--source src`"],
    ['set `include: ["/a b.py"]`', "set `--include '/a b.py'`"],
    ['set `include: ["/a\\\\[1\\\\].py", "/$x\\".py"]`', "set `--include '/a\\[1\\].py' --include '/$x\".py'`"],
    ['`include: ["/not \\json"]`', '`include: ["/not \\json"]`'],
    [
      'set `sourceBuilds: ["one", "two"]` or `prune: ["one", "two"]`',
      "set `--source-build one --source-build two` or `--prune one --prune two`",
    ],
    ['`checks.secrets: "warn"`, `checks.sizes`', "`--check secrets=warn`, `--check sizes=LEVEL`"],
    ['`include: ["a", {"b": 1}, "c"]`', '`include: ["a", {"b": 1}, "c"]`'],
    ['set `copyFiles: [{ from: "../a b", to: "a" }]`', "set `--copy '../a b:a'`"],
    ['add `{ from: "../a.py", to: "." }` to `copyFiles`', "add `--copy ../a.py:.`"],
    ["name its target in `copyFiles`", "name its target in `--copy`"],
    ['set `[tool.setuptools] py-modules = ["a", "b"]`', 'set `[tool.setuptools] py-modules = ["a", "b"]`'],
  ];
  for (const [input, flag] of words) it(input, () => assert.equal(flagWords(input), flag));

  it("an input without a flag, as a request has it", () => {
    const said = flagWords('set `bundling: { mode: "docker" }` to build');
    const input = /set `([^`]+)` in the file of `--request` to build/.exec(said)?.[1];
    const request = JSON.parse(`{${input}}`) as object;
    assert.deepEqual(inputProblems({ project: "app", ...request }), []);
    assert.deepEqual(request, { bundling: { mode: "docker" } });
  });
});
