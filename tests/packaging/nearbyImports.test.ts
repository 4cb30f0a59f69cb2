import assert from "node:assert/strict";
import { proposedValue } from "../support/proposals.js";
import { replace } from "./projectScenarios.js";
import { openBench, type PackagingBench } from "./support/bench.js";
import { pyproject, type Files, type Wanted } from "./support/fixture.js";
import { callHandler, canCall } from "./support/run.js";

const importing = "from src.tools import answer\n\n\ndef handler(event, context):\n    return answer\n";
const application = { "project/pyproject.toml": pyproject({ name: "app" }) };

interface Scenario {
  readonly name: string;
  readonly files: Files;
  readonly wanted: Partial<Wanted>;
  /** Follows the warning: changes files, or returns other inputs. */
  readonly follow: (warning: string, folder: string) => Partial<Wanted>;
}

/** What the warning says about `copyFiles`, done. */
function copied(warning: string, folder: string): Partial<Wanted> {
  assert.ok(!warning.includes(folder), "a path as in the inputs");
  return { copyFiles: proposedValue(warning, "copyFiles") };
}

const inSource: Files = { ...application, "project/src/main.py": importing, "project/src/tools.py": "answer = 1\n" };

const scenarios: readonly Scenario[] = [
  {
    name: "the folder that ships, imported by its name: without it",
    files: inSource,
    wanted: { handler: "main.handler" },
    follow: (warning, folder) => {
      const [, right = "", wrong = ""] = /import `(tools)` instead of `(src\.tools)`/.exec(warning) ?? [];
      replace(folder, "project/src/main.py", wrong, right);
      return {};
    },
  },
  {
    name: "the folder that ships, imported by its name: with another `source`",
    files: inSource,
    wanted: { handler: "main.handler" },
    follow: (warning) => ({
      source: `project/${proposedValue<string>(warning, "source")}`,
      handler: proposedValue<string>(warning, "handler"),
    }),
  },
  {
    name: "a folder of the project beside `source`",
    files: { ...application, "project/lambda/main.py": importing, "project/src/tools.py": "answer = 1\n" },
    wanted: { handler: "main.handler", source: "project/lambda" },
    follow: copied,
  },
  {
    name: "a folder beside the project",
    files: { ...application, "project/main.py": importing, "src/__init__.py": "", "src/tools.py": "answer = 1\n" },
    wanted: { handler: "main.handler" },
    follow: copied,
  },
  {
    name: "a single module beside the project",
    files: {
      ...application,
      "project/main.py": importing.replace("src.tools", "tools"),
      "tools.py": "answer = 1\n",
    },
    wanted: { handler: "main.handler" },
    follow: copied,
  },
  {
    name: "a folder that the project's build backend leaves out",
    files: {
      "project/pyproject.toml": pyproject({ name: "app", backend: "hatchling" }),
      "project/app/__init__.py": "",
      "project/app/main.py": importing.replace("src.tools", "jobs.tools"),
      "project/jobs/__init__.py": "",
      "project/jobs/tools.py": "answer = 1\n",
    },
    wanted: { handler: "app.main.handler" },
    follow: (warning, folder) => {
      const [, table = "", line = ""] = /set `(\[[^\]]*\]) ([^`]*)` in pyproject\.toml/.exec(warning) ?? [];
      replace(folder, "project/pyproject.toml", "[build-system]", `${table}\n${line}\n[build-system]`);
      return {};
    },
  },
];

describe("imports of modules that are near, and do not ship", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  before(function () {
    bench = openBench(this);
  });
  after(() => bench?.remove());

  async function build(folder: string, wanted: Partial<Wanted>) {
    bench.messages.length = 0;
    const artifact = await bench.build(folder, { project: "project", ...wanted });
    return { artifact, warning: bench.messages.filter((one) => one.startsWith("The handler's module imports")).join() };
  }

  for (const { name, files, wanted, follow } of scenarios)
    it(`${name}: the warning says what makes it work, and proposes no package`, async () => {
      const folder = await bench.prepare({ name: "near", files, cases: [] });
      const before = await build(folder, wanted);
      assert.doesNotMatch(before.warning, /uv add/);
      const after = { ...wanted, ...follow(before.warning, folder) };
      const { artifact, warning } = await build(folder, after);
      assert.equal(warning, "");
      if (!canCall("3.11")) return;
      const { value } = await callHandler(artifact, { handler: after.handler ?? "", minor: "3.11" });
      assert.equal(value, 1);
    });

  it("what is copied already stays in `copyFiles`", async () => {
    const files = { ...application, "project/main.py": importing, "src/tools.py": "answer = 1\n", "a.txt": "a\n" };
    const folder = await bench.prepare({ name: "more", files, cases: [] });
    const copyFiles = [{ from: "a.txt", to: "a.txt" }];
    const { warning } = await build(folder, { handler: "main.handler", copyFiles });
    const [, from = "", to = ""] = /add `\{ from: "([^"]*)", to: "([^"]*)" \}` to `copyFiles`/.exec(warning) ?? [];
    const after = await build(folder, { handler: "main.handler", copyFiles: [...copyFiles, { from, to }] });
    assert.equal(after.warning, "");
  });

  it("no other `source` is proposed where modules import each other from the root that ships", async () => {
    const mixed = { "project/src/main.py": `import tools\n${importing}` };
    const folder = await bench.prepare({ name: "mixed", files: { ...inSource, ...mixed }, cases: [] });
    const { warning } = await build(folder, { handler: "main.handler" });
    assert.match(warning, /import `tools` instead of `src\.tools`\.$/);
  });

  it("a package of the index is proposed where there is no such module", async () => {
    const files = { ...application, "project/main.py": importing };
    const folder = await bench.prepare({ name: "nowhere", files, cases: [] });
    assert.match((await build(folder, { handler: "main.handler" })).warning, /`uv add`/);
  });

  it("a package of the index is proposed, and not the checkout of a project with its name", async () => {
    const main = importing.replace("from src.tools import answer", "import acme");
    const checkout = { "acme/setup.py": "", "acme/src/acme/__init__.py": "" };
    const files = { ...application, "project/main.py": main, ...checkout };
    const folder = await bench.prepare({ name: "sibling", files, cases: [] });
    const { warning } = await build(folder, { handler: "main.handler" });
    assert.match(warning, /`uv add`/);
    assert.doesNotMatch(warning, /copyFiles/);
  });
});
