import * as assert from "node:assert/strict";
import { mock } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { Workspace, artifact, deploy, fakeTools } from "./support.js";

describe("Warnings of a function", () => {
  let workspace: Workspace;
  const project = "../app";
  beforeEach(() => (workspace = new Workspace()));
  afterEach(() => workspace.remove());

  async function warningsOf(work: () => Promise<unknown>): Promise<string[]> {
    const warnings: string[] = [];
    const warn = mock.method(pulumi.log, "warn", (text: string) => {
      warnings.push(text);
      return Promise.resolve();
    });
    try {
      await work();
    } finally {
      warn.mock.restore();
    }
    return warnings;
  }

  it("warns of a runtime that AWS no longer maintains, with its dates", async () => {
    const warnings = await warningsOf(async () => {
      await deploy(fakeTools(workspace), { project, runtime: "python3.10" });
      await deploy(fakeTools(workspace), { project, runtime: "python3.13" });
    });
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /^Runtime python3\.10 is deprecated since 2026-10-31/);
  });

  it("warns of a builder that does not answer, where it may be needed", async () => {
    const image = {
      kind: "image",
      name: "context",
      sha256: "c".repeat(64),
      size: 1,
      unzippedSize: 1,
      files: 1,
    } as const;
    const tools = {
      ...fakeTools(workspace, async () => ({ ...artifact, files: [image] })),
      builderProblem: async (name: string) => `${name} does not answer`,
    };
    const inputs = { project, packageFormat: "image", image: { builder: "remote" } };
    assert.deepEqual(await warningsOf(() => deploy(tools, inputs)), ["remote does not answer"]);
    assert.deepEqual(await warningsOf(() => deploy(tools, inputs, "api", true)), []);
    assert.deepEqual(await warningsOf(() => deploy(tools, { ...inputs, image: {} })), []);
  });
});
