import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { checkout } from "../support/machine.js";
import { createWorkspace } from "./harness.js";
import { heldElsewhere, isNewerThanBridge, rows as all } from "./settings.js";
import { describeChanges, project } from "./settingChanges.js";

describe("the table of settings", () => {
  it("has a row for every setting, or names the test that covers it", () => {
    const schema = JSON.parse(fs.readFileSync(path.join(checkout, "schema.json"), "utf8")) as {
      resources: Record<string, { inputProperties: object }>;
    };
    const settings = Object.keys(schema.resources["uvlambda:index:Function"]!.inputProperties);
    const tried = new Set(Object.values(all).flatMap(({ after }) => Object.keys(after)));
    assert.deepEqual(settings.filter((setting) => !tried.has(setting)).sort(), Object.keys(heldElsewhere).sort());
  });
});

// All archives go through a given bucket here.
const { artifactBucket: _direct, ...others } = all;
const rows = Object.fromEntries(Object.entries(others).filter(([, row]) => !isNewerThanBridge(row)));

describeChanges("changing one setting changes only what it must", rows, "real", (stack) => {
  it("gives a program nothing for an absent output", async () => {
    const { given, absent } = (await stack.workspace.outputs()) as Record<string, unknown>;
    assert.equal(given, (await stack.components())["publish"]!["aliasArn"]);
    assert.equal(absent ?? undefined, undefined);
  });

  it("publishes a version for a change of the function, none for its tags, none without a change", async () => {
    const { published, publishedTags } = await stack.components();
    assert.equal(published!["version"], "2");
    assert.equal(publishedTags!["version"], "1");
    assert.deepEqual(await stack.workspace.invoke(String(published!["aliasArn"]), { name: "Ada" }), {
      answer: "Hello, Ada (greeting-lib 1.0)",
      from: "single",
    });
  });
});

describe("two functions that would create one log group", function () {
  this.timeout(120_000);

  it("are both named in the preview", async function () {
    const inputs = { ...project, logGroupName: "/shared/logs" };
    const workspace = await createWorkspace(this, {
      language: "yaml",
      functions: { api: inputs, worker: inputs },
      aws: "real",
    });
    const { code, text } = await workspace.preview();
    assert.notEqual(code, 0);
    assert.match(text, /"(api|worker)" and "(api|worker)" would both create the log group \/shared\/logs/);
  });
});
