import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { tabledProviders } from "../engine/providerTable.js";
import { checkout } from "../support/machine.js";

describe("the table of aws providers in tests/aws/README.md", () => {
  it("has every test of tests/engine, and no others", () => {
    const files = fs.readdirSync(path.join(checkout, "tests", "engine")).filter((name) => name.endsWith(".test.ts"));
    assert.deepEqual([...tabledProviders().keys()].sort(), files.map((name) => name.replace(".test.ts", "")).sort());
  });

  it("gives each the real provider, the stand-in, both, or none", () => {
    const others = [...tabledProviders()].filter(([, one]) => !["real", "stand-in", "both", "none"].includes(one));
    assert.deepEqual(others, []);
  });
});
