import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { UvLambdaError } from "../../provider/lib/errors.js";
import { proposedValue } from "../support/proposals.js";
import { refused } from "../support/refused.js";
import { openBench, shippedPaths, type PackagingBench } from "./support/bench.js";
import { pyproject, type Wanted } from "./support/fixture.js";
import { answer, scenarios } from "./handlerScenarios.js";
import { misplacedScenarios } from "./misplacedScenarios.js";
import { callHandler, canCall } from "./support/run.js";

describe("hints about a handler lead to one that answers", function () {
  this.timeout(180_000);
  let bench: PackagingBench;
  before(function () {
    bench = openBench(this);
  });
  after(() => bench?.remove());

  for (const scenario of [...scenarios, ...misplacedScenarios]) {
    it(scenario.name, async () => {
      const files = Object.fromEntries(Object.entries(scenario.files).map(([name, text]) => [`project/${name}`, text]));
      const folder = await bench.prepare({ name: "scenario", files, wheels: scenario.wheels ?? [], cases: [] });
      const wanted = { project: "project", ...scenario.wanted };
      const error = await refused(bench.build(folder, wanted), "HANDLER_NOT_FOUND", scenario.says);
      if (scenario.never !== undefined) assert.doesNotMatch(`${error.message}${error.hint}`, scenario.never);
      const ways = waysOf(error);
      assert.ok(ways.length > 0, error.hint);
      for (const way of ways) {
        const copy = bench.fresh("followed");
        fs.cpSync(folder, copy, { recursive: true });
        const followed = await follow(path.join(copy, "project"), way, wanted);
        const artifact = await bench.build(copy, followed);
        const handler = followed.handler ?? "handler.handler";
        const module = handler.slice(0, handler.lastIndexOf(".")).replaceAll(".", "/");
        const shipped = shippedPaths(artifact);
        assert.ok(shipped.includes(`${module}.py`) || shipped.includes(`${module}/__init__.py`), shipped.join());
        if (canCall("3.11")) assert.equal((await callHandler(artifact, { handler, minor: "3.11" })).value, "x", way);
      }
    });
  }

  it("says that `exclude` leaves a module out", async () => {
    const files = {
      "project/pyproject.toml": pyproject({ name: "app" }),
      "project/app/jobs.py": "",
      "project/a.py": "",
    };
    const folder = await bench.prepare({ name: "excluded", files, cases: [] });
    const wanted = { project: "project", handler: "app.jobs.handler", exclude: ["app/**"] };
    await refused(
      bench.build(folder, wanted),
      "HANDLER_NOT_FOUND",
      /app\/jobs\.py is in the project, but `exclude` leaves it out: "app\/\*\*"/,
    );
  });

  it("says under which name a package ships that has no handler, or several", async () => {
    for (const backend of [undefined, "uv_build"] as const) {
      const handler = "def handler(event, context): return 1\n";
      const files = {
        "project/pyproject.toml": pyproject({ name: "app", ...(backend && { backend }) }),
        "project/src/app/__init__.py": "",
        "project/src/app/a.py": handler,
        "project/src/app/b.py": handler,
      };
      const folder = await bench.prepare({ name: "several", files, cases: [] });
      const wanted = { project: "project", handler: "src.app.handler" };
      const says =
        /src\/app\/__init__\.py is in the project, and ships as the module "app", where no function of this name takes/;
      await refused(bench.build(folder, wanted), "HANDLER_NOT_FOUND", says);
    }
  });

  it("says that `onlyInclude` does not name a module", async () => {
    const files = {
      "project/pyproject.toml": pyproject({ name: "app" }),
      "project/app/jobs.py": "",
      "project/a.py": "",
    };
    const folder = await bench.prepare({ name: "listed", files, cases: [] });
    const wanted = { project: "project", handler: "app.jobs.handler", onlyInclude: ["a.py"] };
    await refused(
      bench.build(folder, wanted),
      "HANDLER_NOT_FOUND",
      /is in the project, but `onlyInclude` does not name it/,
    );
  });

  it("names the folder that hides the module, which then can be renamed", async () => {
    const folder = await bench.prepare({
      name: "hidden",
      files: {
        "project/pyproject.toml": pyproject({ name: "app" }),
        "project/app.py": "def handler(event, context): return 1\n",
        "project/app/__init__.py": "",
      },
      cases: [],
    });
    const wanted = { project: "project", handler: "app.handler" };
    const says = /app\.py defines it, but Python imports the folder app\/ instead[^]*rename one of them/;
    await refused(bench.build(folder, wanted), "HANDLER_NOT_FOUND", says);
    fs.renameSync(path.join(folder, "project/app"), path.join(folder, "project/app_parts"));
    assert.ok(shippedPaths(await bench.build(folder, wanted)).includes("app.py"));
  });

  it("proposes none of several modules with a handler", async () => {
    const handler = "def handler(event, context): ...\n";
    const files = {
      "project/pyproject.toml": pyproject({ name: "app" }),
      "project/orders.py": handler,
      "project/users.py": handler,
    };
    const folder = await bench.prepare({ name: "several", files, cases: [] });
    const build = bench.build(folder, { project: "project" });
    const error = await refused(build, "HANDLER_NOT_FOUND", /relative to the root of the archive/);
    assert.doesNotMatch(`${error.hint}`, /Did you mean/);
  });

  it("names the layer that starts a program, such as the web adapter's run.sh", async () => {
    const files = {
      "project/pyproject.toml": pyproject({ name: "app" }),
      "project/run.sh": "#!/bin/sh\nexec python3 app.py\n",
      "project/app.py": "",
    };
    const folder = await bench.prepare({ name: "adapter", files, cases: [] });
    const wanted = { project: "project", handler: "run.sh" };
    await refused(
      bench.build(folder, wanted),
      "HANDLER_NOT_FOUND",
      /run\.sh ships[^]*Web Adapter, name it in `layers`/,
    );
    assert.ok(shippedPaths(await bench.build(folder, { ...wanted, hasLayers: true })).includes("run.sh"));
  });

  it("names the package or layer that a wrapper comes from, and accepts both", async () => {
    const files = { "project/pyproject.toml": pyproject({ name: "app" }), "project/tasks.py": answer };
    const wheel = { name: "wrapper-lambda", files: { "wrapper_lambda/handler.py": answer } };
    const folder = await bench.prepare({ name: "wrapper", files, wheels: [wheel], cases: [] });
    for (const handler of ["wrapper_lambda.handler.handler", "other_wrapper.handler"]) {
      const wanted = { project: "project", handler };
      const says = new RegExp(
        `If a package has ${handler.split(".")[0]}, [^]*\`uv add\`[^]*name that layer in \`layers\``,
      );
      await refused(bench.build(folder, wanted), "HANDLER_NOT_FOUND", says);
      await bench.build(folder, { ...wanted, hasLayers: true });
      const image = await refused(
        bench.build(folder, { ...wanted, packageFormat: "image" }),
        "HANDLER_NOT_FOUND",
        /uv add/,
      );
      assert.doesNotMatch(`${image.hint}`, /layers/);
    }
    const typo = await refused(
      bench.build(folder, { project: "project", handler: "task.handler" }),
      "HANDLER_NOT_FOUND",
      /tasks/,
    );
    assert.doesNotMatch(`${typo.hint}`, /layer/);
    const file = path.join(folder, "project/pyproject.toml");
    fs.writeFileSync(
      file,
      fs.readFileSync(file, "utf8").replace(/dependencies = \[.*\]/, 'dependencies = ["wrapper-lambda"]'),
    );
    await bench.lock(path.join(folder, "project"));
    await bench.build(folder, { project: "project", handler: "wrapper_lambda.handler.handler" });
  });

  it("names the members of a workspace if no module has a similar name", async () => {
    const files = {
      "project/pyproject.toml": pyproject({ name: "root", more: '[tool.uv.workspace]\nmembers = ["one", "two"]\n' }),
      "project/one/pyproject.toml": pyproject({ name: "one" }),
      "project/two/pyproject.toml": pyproject({ name: "two" }),
    };
    const folder = await bench.prepare({ name: "root", files, cases: [] });
    const error = await refused(
      bench.build(folder, { project: "project" }),
      "HANDLER_NOT_FOUND",
      /members, set `package` to its name: one, two/,
    );
    assert.doesNotMatch(`${error.message}${error.hint}`, /layer/);
  });

  /** Follows one fix of a hint. Returns the changed request. */
  async function follow(root: string, way: string, wanted: Wanted): Promise<Wanted> {
    const value = (name: string) => (way.includes(`\`${name}: `) ? proposedValue<unknown>(way, name) : undefined);
    const handler = (value("handler") as string | undefined) ?? /(?:mean|example) "([^"]+)"/.exec(way)?.[1];
    const source = value("source") as string | undefined;
    const include = value("include") as string[] | undefined;
    const member = value("package") as string | undefined;
    await setBackend(root, way);
    const [, old = "", renamed = ""] = /a dot in (\S+)\. To fix this, rename it, for example to (\w+)/.exec(way) ?? [];
    if (old !== "") fs.renameSync(path.join(root, old), path.join(root, renamed));
    const [, line = "", module = ""] = /add `([^`]+)` at the end of (\S+)/.exec(way) ?? [];
    if (line !== "") fs.appendFileSync(path.join(root, module), `${line}\n`);
    return {
      ...wanted,
      ...(handler !== undefined && { handler }),
      ...(source !== undefined && { source: path.join("project", source) }),
      ...(include !== undefined && { include }),
      ...(member !== undefined && { package: member }),
    };
  }

  /** Sets `[table] key = value` in pyproject.toml, instead of the key's earlier value. */
  async function setBackend(root: string, way: string): Promise<void> {
    const settings = [...way.matchAll(/(\[tool\.[\w.-]+\]) ([^`]+?)(?= and \[tool|`)/g)];
    if (settings.length === 0) return;
    const file = path.join(root, "pyproject.toml");
    let text = fs.readFileSync(file, "utf8");
    for (const [, table = "", line = ""] of settings) {
      const key = line.slice(0, line.indexOf(" ="));
      text = text.replace(new RegExp(`^${key} = .*\\n`, "m"), "");
      text = text.includes(`${table}\n`)
        ? text.replace(`${table}\n`, `${table}\n${line}\n`)
        : `${text}\n${table}\n${line}\n`;
    }
    fs.writeFileSync(file, text);
    await bench.lock(root);
  }
});

/** The fixes of a hint that propose a value, one by one. */
function waysOf({ hint = "" }: UvLambdaError): string[] {
  const ways = hint.split(/, or /).filter((way) => /`[^`]*(: "|: \[|\] \S+ = )[^`]*`|(?:mean|example) "/.test(way));
  return ways.map((way) => way.replace(/^(?=`)/, "set "));
}
