import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { Artifact } from "../../../../provider/packaging/request.js";
import { Workspace, artifact, codeSha256, deploy, fakeTools, type Deployment } from "../support.js";

const lambda = "aws:lambda/function:Function";
const layerVersion = "aws:lambda/layerVersion:LayerVersion";
const object = "aws:s3/bucketObjectv2:BucketObjectv2";
const layerSha256 = "b".repeat(64);
const limit = 1_000;

/** An artifact with an archive of that many bytes for the code, and another for the layer. */
const artifactOf = (code: number, layer: number): Artifact => ({
  ...artifact,
  files: [
    { ...artifact.files[0]!, size: code },
    { kind: "layer", name: "layer.zip", sha256: layerSha256, size: layer, unzippedSize: layer, files: 1 },
  ],
});

const fromS3 = ({ child }: Deployment, type: string, name: string) => {
  const { code, s3Bucket, s3Key } = child(type, name).inputs;
  assert.equal(code === undefined, s3Key !== undefined);
  return s3Key === undefined ? undefined : `${String(s3Bucket)}/${String(s3Key)}`;
};

describe("archives above the direct limit", () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = new Workspace()));
  afterEach(() => workspace.remove());

  const deployed = (built: Artifact, inputs: pulumi.Inputs = {}, opts: pulumi.ComponentResourceOptions = {}) => {
    const tools = { ...fakeTools(workspace, async () => built), directUploadLimit: limit };
    return deploy(tools, { project: "../app", packageFormat: "layer", ...inputs }, { opts });
  };
  const created = ({ children }: Deployment) =>
    children.filter(({ type }) => type.startsWith("aws:s3/")).map((c) => c.name);

  it("are the only ones that need S3: below the limit, nothing is created there", async () => {
    const deployment = await deployed(artifactOf(limit, limit));
    assert.deepEqual(created(deployment), []);
    assert.equal(fromS3(deployment, lambda, "api"), undefined);
    assert.equal(fromS3(deployment, layerVersion, "api-layer"), undefined);
  });

  it("go through a private, encrypted bucket, made for both of them", async () => {
    const deployment = await deployed(artifactOf(limit + 1, limit + 1), { tags: { team: "shop" } });
    const { child } = deployment;
    assert.deepEqual(child("aws:s3/bucket:Bucket", "api-artifacts").inputs, {
      bucketPrefix: "api-artifacts-",
      forceDestroy: true,
      tags: { team: "shop" },
    });
    const bucket = "api-artifacts-1";
    assert.deepEqual(child("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "api-artifacts-access").inputs, {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const encryption = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
    assert.deepEqual(child(encryption, "api-artifacts-encryption").inputs, {
      bucket,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    const { source, ...code } = child(object, "api-code-object").inputs;
    assert.equal(await (source as { path: Promise<string> }).path, `.uvlambda/${codeSha256}.zip`);
    assert.deepEqual(code, {
      bucket,
      key: `uvlambda/${codeSha256}.zip`,
      contentType: "application/zip",
      overrideProvider: { defaultTags: { tags: {} } },
    });
    assert.equal(fromS3(deployment, lambda, "api"), `${bucket}/uvlambda/${codeSha256}.zip`);
    assert.equal(fromS3(deployment, layerVersion, "api-layer"), `${bucket}/uvlambda/${layerSha256}.zip`);
    assert.equal(created(deployment).length, 5);
  });

  it("go through the given bucket, each archive by its own size", async () => {
    const artifactBucket = pulumi.output("our-artifacts");
    const layerOnly = await deployed(artifactOf(limit, limit + 1), { artifactBucket });
    assert.deepEqual(created(layerOnly), ["api-layer-object"]);
    assert.equal(fromS3(layerOnly, lambda, "api"), undefined);
    assert.equal(fromS3(layerOnly, layerVersion, "api-layer"), `our-artifacts/uvlambda/${layerSha256}.zip`);
    const codeOnly = await deployed(artifactOf(limit + 1, limit), { artifactBucket, packageFormat: "zip" });
    assert.deepEqual(created(codeOnly), ["api-code-object"]);
    assert.equal(fromS3(codeOnly, lambda, "api"), `our-artifacts/uvlambda/${codeSha256}.zip`);
  });

  it("leave what the function says about its package as it is", async () => {
    const { outputs } = await deployed(artifactOf(limit + 1, 1));
    assert.equal(outputs["packageSize"], limit + 1);
    assert.equal(outputs["codeSha256"], Buffer.from(codeSha256, "hex").toString("base64"));
  });
});
