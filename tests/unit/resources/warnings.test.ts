import * as assert from "node:assert/strict";
import { mock } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { Unbuildable } from "../../../provider/resources/code/image/unbuildable.js";
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

  it("keeps in mind that no builder answers, and creates nothing before the record of the build", async () => {
    const image = {
      kind: "image",
      name: "context",
      sha256: "c".repeat(64),
      size: 1,
      unzippedSize: 1,
      files: 1,
    } as const;
    const asked: (string | undefined)[] = [];
    const unbuildable = new Unbuildable();
    const tools = {
      ...fakeTools(workspace, async () => ({ ...artifact, files: [image] })),
      unbuildable,
      builderProblem: async (name: string | undefined) => (asked.push(name), `${name} does not answer`),
    };
    const inputs = { project, packageFormat: "image" };
    for (const settings of [{ builder: "remote" }, {}, { publisher: "docker" }])
      await deploy(tools, { ...inputs, image: settings });
    assert.deepEqual(asked, ["remote", undefined]);
    assert.equal(unbuildable.problemOf(artifact.outputHash), "undefined does not answer");
    await deploy(tools, { ...inputs, image: { builder: "remote" } }, "api", true);
    const warned = await warningsOf(async () => unbuildable.problemOf(artifact.outputHash));
    assert.deepEqual(warned, ["remote does not answer"]);
  });
});
