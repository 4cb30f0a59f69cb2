import * as assert from "node:assert/strict";
import {
  artifactBucketPrefixFor,
  deadLetterQueueNameFor,
  dependencyLayerNameFor,
  functionChildNames,
  layerChildNames,
  layerNameFor,
  logGroupNameFor,
  logGroupPrefixFor,
  repositoryNameFor,
  roleNameFor,
} from "../../../provider/inputs/resourceNames.js";

describe("child names", () => {
  // Names are in the state of every user. A changed line here replaces deployed resources: add an alias.
  it("are these", () => {
    const { inlinePolicy, attachedPolicy, uploadedObject, ...fixed } = functionChildNames("api");
    assert.deepEqual(fixed, {
      function: "api",
      build: "api-build",
      layer: "api-layer",
      image: "api-image",
      repository: "api-repository",
      repositoryLifecycle: "api-repository-lifecycle",
      role: "api-role",
      logGroup: "api-logs",
      logsPolicy: "api-logs-policy",
      tracingPolicy: "api-tracing-policy",
      kmsPolicy: "api-kms-policy",
      vpcPolicy: "api-vpc-policy",
      fileSystemPolicy: "api-file-system-policy",
      deadLetterPolicy: "api-dead-letter-policy",
      destinationsPolicy: "api-destinations-policy",
      durablePolicy: "api-durable-policy",
      deadLetterQueue: "api-dlq",
      alias: "api-alias",
      url: "api-url",
      urlPermission: "api-url-permission",
      urlInvokePermission: "api-url-invoke-permission",
      eventInvokeConfig: "api-event-invoke-config",
      provisionedConcurrency: "api-provisioned-concurrency",
      artifactBucket: "api-artifacts",
      artifactBucketAccess: "api-artifacts-access",
      artifactBucketEncryption: "api-artifacts-encryption",
    });
    const { uploadedObject: _uploaded, ...layer } = layerChildNames("shared");
    assert.deepEqual(layer, {
      layer: "shared",
      build: "shared-build",
      artifactBucket: "shared-artifacts",
      artifactBucketAccess: "shared-artifacts-access",
      artifactBucketEncryption: "shared-artifacts-encryption",
    });
    assert.equal(layerChildNames("shared").uploadedObject("layer"), "shared-layer-object");
    assert.equal(inlinePolicy("read"), "api-inline-read");
    assert.equal(uploadedObject("code"), "api-code-object");
    assert.equal(attachedPolicy("AmazonS3ReadOnlyAccess"), "api-policy-AmazonS3ReadOnlyAccess");
  });

  it("in AWS are these", () => {
    assert.equal(roleNameFor("orders"), "orders-role");
    assert.equal(logGroupNameFor("orders"), "/aws/lambda/orders");
    assert.equal(deadLetterQueueNameFor("orders"), "orders-dlq");
    assert.equal(repositoryNameFor("_My--Orders_-1-"), "my-orders_1");
    assert.equal(repositoryNameFor("A"), "a0");
    assert.equal(dependencyLayerNameFor("my orders"), "my-orders-dependencies");
    assert.equal(dependencyLayerNameFor("x".repeat(1000)).length, 140);
    assert.equal(layerNameFor("my orders:1"), "my-orders-1");
    assert.equal(layerNameFor("x".repeat(1000)).length, 140);
    assert.equal(logGroupPrefixFor("my orders:1"), "/aws/lambda/my-orders-1-");
    assert.ok(logGroupPrefixFor("x".repeat(1000)).length < 512 - 26);
    assert.equal(artifactBucketPrefixFor("my_Orders:1"), "my-orders-1-artifacts-");
    assert.equal(artifactBucketPrefixFor("_x"), "x-artifacts-");
    assert.equal(artifactBucketPrefixFor("注文"), "artifacts-");
    assert.equal(artifactBucketPrefixFor("x".repeat(1000)).length, 63 - 26);
  });
});
