import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { runCommand } from "../support/commands.js";
import { shellWords } from "../support/proposals.js";
import { refused } from "../support/refused.js";
import { app, replace, scenarios, workspace, type Place } from "./projectScenarios.js";
import { pythonScenarios } from "./pythonScenarios.js";
import { openBench, shippedPaths, type PackagingBench } from "./support/bench.js";
import { pyproject, writeInto, type Wanted } from "./support/fixture.js";
import { callHandler, canCall } from "./support/run.js";

describe("each fix that an error about a project names leads to a build:", function () {
  this.timeout(240_000);
  let bench: PackagingBench;
  before(function () {
    bench = openBench(this);
  });
  after(() => bench?.remove());

  for (const { name, files, wheels = [], then, wanted = {}, code, ways } of [...scenarios, ...pythonScenarios])
    it(name, async () => {
      const folder = await bench.prepare({ name: "hint", files, wheels, cases: [] });
      then?.(folder);
      for (const [says, follow] of ways) {
        const asked = { project: "project", ...wanted };
        const error = await refused(bench.build(folder, asked), code, says);
        const match = says.exec(`${error.message}\n${error.hint ?? ""}`)!;
        const copy = bench.fresh("followed");
        fs.cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
        const followed = await follow(placeOf(copy), match);
        const artifact = await bench.build(copy, { ...asked, ...followed });
        const minor = runtimeOf(followed).replace("python", "");
        assert.ok(shippedPaths(artifact).includes("handler.py"), String(says));
        if (canCall(minor))
          assert.equal((await callHandler(artifact, { handler: "handler.handler", minor })).value, 1, String(says));
      }
    });

  it("uv's own sentence is shown for a member's folder without pyproject.toml, and following it works", async () => {
    const root = pyproject({ name: "app", more: workspace("libs/*") });
    const files = {
      "project/pyproject.toml": root,
      "project/libs/one/pyproject.toml": pyproject({ name: "one" }),
      ...app,
    };
    const folder = await bench.prepare({ name: "glob", files, cases: [] });
    writeInto(folder, { "project/libs/notes/readme.txt": "" });
    const build = () => bench.build(folder, { project: "project" });
    await build();
    assert.match(bench.messages.join("\n"), /libs\/notes[^]*pyproject\.toml/);
    // Our own comparison calls the lock stale, and `uv lock` would fail.
    replace(folder, "project/pyproject.toml", "dependencies = []", 'dependencies = ["absent"]');
    const error = await refused(build(), "UV_FAILED", /libs\/notes[^]*pyproject\.toml/);
    assert.doesNotMatch(`${error.message}${error.hint}`, /not in uv\.lock|out of date|run `uv lock`/i);
    replace(folder, "project/pyproject.toml", 'dependencies = ["absent"]', "dependencies = []");
    replace(folder, "project/pyproject.toml", 'members = ["libs/*"]', 'members = ["libs/*"]\nexclude = ["libs/notes"]');
    bench.messages.length = 0;
    assert.ok(shippedPaths(await build()).includes("handler.py"));
    assert.deepEqual(bench.messages, []);
  });

  const runtimeOf = ({ runtime = "python3.11" }: Partial<Wanted>) => runtime;

  function placeOf(folder: string): Place {
    const run = async (command: string) => {
      const [program, ...args] = shellWords(command);
      assert.equal(program, "uv");
      const cwd = path.join(folder, "project");
      const { code, stderr } = await runCommand([bench.uv, ...args], { cwd, env: bench.environment() });
      assert.equal(code, 0, stderr);
    };
    return { folder, run };
  }
});
