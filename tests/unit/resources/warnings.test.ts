import * as assert from "node:assert/strict";
import { mock } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { Workspace, deploy, fakeTools } from "./support.js";

describe("Warnings of a function", () => {
  let workspace: Workspace;
  const project = "../app";
  beforeEach(() => (workspace = new Workspace()));
  afterEach(() => workspace.remove());

  it("warns of a runtime that AWS no longer maintains, with its dates", async () => {
    const warnings: string[] = [];
    const warn = mock.method(pulumi.log, "warn", (text: string) => {
      warnings.push(text);
      return Promise.resolve();
    });
    try {
      await deploy(fakeTools(workspace), { project, runtime: "python3.10" });
      await deploy(fakeTools(workspace), { project, runtime: "python3.13" });
    } finally {
      warn.mock.restore();
    }
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /^Runtime python3\.10 is deprecated since 2026-10-31/);
  });
});
