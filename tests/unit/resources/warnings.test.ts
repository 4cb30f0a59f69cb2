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
    assert.match(warnings[0] ?? "", /^Runtime python3\.10 has been deprecated since 2026-10-31/);
  });

  it("remembers that no builder answers, and creates nothing before the record of the build", async () => {
    const image = {
      kind: "image",
      name: "context",
      sha256: "c".repeat(64),
      size: 1,
      unzippedSize: 1,
      files: 1,
    } as const;
    const asked: object[] = [];
    const unbuildable = new Unbuildable();
    const tools = {
      ...fakeTools(workspace, async () => ({ ...artifact, files: [image] })),
      unbuildable,
      builderProblem: async (image: object) => (asked.push(image), `${JSON.stringify(image)} does not answer`),
    };
    const inputs = { project, packageFormat: "image" };
    const build = { name: "api-build", outputHash: artifact.outputHash };
    for (const settings of [{ builder: "remote" }, { publisher: "docker" }, {}])
      await deploy(tools, { ...inputs, image: settings });
    assert.deepEqual(asked, [{ builder: "remote" }, { publisher: "docker" }, {}]);
    assert.equal(unbuildable.refusalOf(build), undefined);
    assert.equal(unbuildable.refuses(build), true);
    await assert.rejects(deploy(tools, { ...inputs, image: {} }), (error: unknown) => {
      assert.deepEqual((error as { errors?: unknown }).errors, [
        { propertyPath: "image.builder", reason: "{} does not answer" },
      ]);
      return true;
    });
    await deploy(tools, { ...inputs, image: { builder: "remote" } }, { name: "worker", preview: true });
    const worker = { ...build, name: "worker-build" };
    const warned = await warningsOf(async () => assert.equal(unbuildable.refuses(worker), false));
    assert.deepEqual(warned, ['{"builder":"remote"} does not answer']);
  });
});
