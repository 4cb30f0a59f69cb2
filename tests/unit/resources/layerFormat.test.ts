import * as assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import type { Artifact } from "../../../provider/packaging/request.js";
import { Workspace, artifact, codeSha256, deploy, fakeTools } from "./support.js";

const lambda = "aws:lambda/function:Function";
const layerVersion = "aws:lambda/layerVersion:LayerVersion";
const layerSha256 = "b".repeat(64);
const given = "arn:aws:lambda:eu-west-1:123456789012:layer:given:1";

const withLayer: Artifact = {
  ...artifact,
  files: [
    ...artifact.files,
    { kind: "layer", name: "layer.zip", sha256: layerSha256, size: 10, unzippedSize: 30, files: 1 },
  ],
};

const pathOf = (archive: unknown) => (archive as { path: Promise<string> }).path;

describe("packageFormat: layer", () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = new Workspace()));
  afterEach(() => workspace.remove());

  const deployed = (inputs: pulumi.Inputs, built = withLayer) =>
    deploy(
      fakeTools(workspace, async () => built),
      { project: "../app", packageFormat: "layer", ...inputs },
    );

  it("puts dependencies into a layer version, which comes before the given layers", async () => {
    const { child, outputs } = await deployed({ layers: [given], runtime: "python3.13" });
    const { code, ...layer } = child(layerVersion, "api-layer").inputs;
    assert.equal(await pathOf(code), `.uvlambda/${layerSha256}.zip`);
    assert.deepEqual(layer, {
      layerName: "project-stack-api-dependencies",
      compatibleRuntimes: ["python3.13"],
      compatibleArchitectures: ["arm64"],
    });
    const fn = child(lambda, "api").inputs;
    assert.equal(await pathOf(fn["code"]), `.uvlambda/${codeSha256}.zip`);
    assert.deepEqual(fn["layers"], [outputs["layerArn"], given]);
    assert.equal(outputs["layerVersion"], "3");
  });

  it("calls the layer of a named function like the function", async () => {
    const { child } = await deployed({ name: "orders" });
    assert.equal(child(layerVersion, "api-layer").inputs["layerName"], "orders-dependencies");
  });

  it("creates no layer for a function without dependencies", async () => {
    const { children, child, outputs } = await deployed({}, artifact);
    assert.deepEqual(
      children.filter(({ type }) => type === layerVersion),
      [],
    );
    assert.equal(child(lambda, "api").inputs["layers"], undefined);
    assert.equal(outputs["layerArn"], undefined);
  });
});
