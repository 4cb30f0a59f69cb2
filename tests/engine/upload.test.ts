import * as assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import type { AwsClient } from "../aws/client/client.js";
import { parseXml, xmlList, xmlText } from "../aws/client/xml.js";
import { makeWheel } from "../support/wheels.js";
import { createBucket, plainS3 } from "./aws.js";
import { assertDeployable } from "./deployerPolicy.js";
import { lockProject } from "./fixtures.js";
import { createWorkspace, mustSucceed, skipAfterFailure, type PulumiOptions, type Workspace } from "./harness.js";
import { writeProgram, type FunctionInputs } from "./programs.js";
import { toolEnvironment } from "./run.js";
import { previewed } from "./stack.js";

const target = { runtime: "python3.11", architecture: "x86_64" };
const artifactBucket = "uploads-of-everybody";
/** More bytes than the code of the fixtures, fewer than `incompressible`. */
const limit: PulumiOptions = { env: { UVLAMBDA_DIRECT_UPLOAD_LIMIT: "20000" } };

const functions: Record<string, FunctionInputs> = {
  grows: { project: "../grows", ...target },
  shrinks: { project: "../shrinks", ...target },
  layered: {
    project: "../layered",
    packageFormat: "layer",
    retainLayerVersions: false,
    tags: { team: "x" },
    ...target,
  },
  given: { project: "../shared", artifactBucket, ...target },
  twin: { project: "../shared", artifactBucket, ...target },
};

const incompressible = (seed: string): Buffer =>
  Buffer.concat(Array.from({ length: 1_000 }, (_, i) => createHash("sha256").update(`${seed}${i}`).digest()));

/** The same project under other names, some with a large file, one with a large dependency. */
async function makeProjects(workspace: Workspace): Promise<void> {
  for (const name of ["grows", "shrinks", "layered", "shared"])
    fs.cpSync(workspace.at("single-app"), workspace.at(name), { recursive: true });
  for (const name of ["shrinks", "shared"]) fs.writeFileSync(workspace.at(name, "data.bin"), incompressible(name));
  const files = { "large_lib/__init__.py": "", "large_lib/data.bin": incompressible("lib") };
  makeWheel({ name: "large-lib", version: "1.0", files }, workspace.at("wheels"));
  workspace.edit("layered/pyproject.toml", `"greeting-lib==1.0"`, `"greeting-lib==1.0", "large-lib==1.0"`);
  const { run } = workspace;
  await lockProject(workspace.at("layered"), run.uv, toolEnvironment(run.folder, run.pulumi));
}

describe("archives above the direct limit", function () {
  this.timeout(180_000);
  let workspace: Workspace;
  let s3: AwsClient;
  let callsBefore = 0;

  before(async function () {
    workspace = await createWorkspace(this, { language: "yaml", functions, aws: "real" });
    await makeProjects(workspace);
    s3 = plainS3(workspace.run.aws);
    await createBucket(workspace.run.aws, artifactBucket);
    callsBefore = workspace.run.aws.calls.length;
  });

  skipAfterFailure();

  const list = async (path: string, ...names: string[]) =>
    xmlList(parseXml((await s3.restXml("GET", path)).body.toString("utf8")), ...names);

  async function buckets(): Promise<string[]> {
    const all = await list("/", "ListAllMyBucketsResult", "Buckets", "Bucket");
    return all.map((bucket) => xmlText(bucket, "Name") ?? "").filter((name) => /-artifacts-/.test(name));
  }

  async function keys(bucket: string): Promise<string[]> {
    const objects = await list(`/${bucket}?list-type=2`, "ListBucketResult", "Contents");
    return objects.map((object) => xmlText(object, "Key") ?? "");
  }

  /** How each function and layer got its archive: `direct`, or the beginning of the bucket's name. */
  async function ways(): Promise<Record<string, string>> {
    const { deployment } = await workspace.stackExport();
    const found: Record<string, string> = {};
    for (const { type, urn, inputs = {} } of deployment.resources ?? []) {
      if (!/^aws:lambda\/(function:Function|layerVersion:LayerVersion)$/.test(type)) continue;
      const { code, s3Bucket, s3Key } = inputs;
      const bucket = String(s3Bucket).replace(/-artifacts-.*/, "-artifacts");
      if (code === undefined) assert.match(String(s3Key), /^uvlambda\/[0-9a-f]{64}\.zip$/);
      found[urn.split("::").at(-1) ?? urn] = code === undefined ? bucket : "direct";
    }
    return found;
  }

  async function answers(): Promise<void> {
    for (const [name, { functionName }] of Object.entries(await workspace.outputs()))
      assert.deepEqual(
        await workspace.invoke(String(functionName), { name: "Ada" }),
        { answer: "Hello, Ada (greeting-lib 1.0)", from: "single" },
        name,
      );
  }

  it("reach the functions and layers through S3, others directly", async () => {
    mustSucceed(await workspace.up(limit));
    assert.deepEqual(await ways(), {
      grows: "direct",
      shrinks: "shrinks-artifacts",
      layered: "direct",
      "layered-layer": "layered-artifacts",
      given: artifactBucket,
      twin: artifactBucket,
    });
    for (const bucket of [artifactBucket, ...(await buckets())]) assert.equal((await keys(bucket)).length, 1, bucket);
    await answers();
  });

  it("come and go with an edit", async () => {
    const { twin: _twin, ...others } = functions;
    writeProgram(workspace.programFolder, { language: "yaml", functions: others });
    fs.writeFileSync(workspace.at("grows", "data.bin"), incompressible("grown"));
    fs.rmSync(workspace.at("shrinks", "data.bin"));
    const changes = await previewed(workspace, [], limit);
    const uploads = (name: string, op: string) => ({
      [`aws:s3/bucket:Bucket ${name}-artifacts`]: op,
      [`aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock ${name}-artifacts-access`]: op,
      [`aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration ${name}-artifacts-encryption`]:
        op,
      [`aws:s3/bucketObjectv2:BucketObjectv2 ${name}-code-object`]: op,
      [`aws:lambda/function:Function ${name}`]: "update",
      [`uvlambda:index:Build ${name}-build`]: "update",
    });
    const planned = Object.fromEntries(Object.entries(changes).filter(([child]) => !/ twin/.test(child)));
    assert.deepEqual(planned, { ...uploads("grows", "create"), ...uploads("shrinks", "delete") });
    mustSucceed(await workspace.up(limit));
    const { grows, shrinks } = await ways();
    assert.deepEqual([grows, shrinks], ["grows-artifacts", "direct"]);
    assert.deepEqual((await buckets()).map((name) => name.split("-")[0]).sort(), ["grows", "layered"]);
    await answers();
  });

  it("put the new object beside the old one before the function changes", async () => {
    fs.writeFileSync(workspace.at("grows", "data.bin"), incompressible("edited"));
    const before = workspace.run.aws.calls.length;
    mustSucceed(await workspace.up(limit));
    const calls = workspace.run.aws.calls.slice(before).map(({ operation }) => operation);
    const order = calls.filter((name) => /^(PutObject|UpdateFunctionCode|DeleteObject)/.test(name));
    assert.deepEqual(order, ["PutObject", "UpdateFunctionCode", "DeleteObject"]);
    await answers();
  });

  it("still serve a function that is created again after another one with the same archive is gone", async () => {
    const { twin: _twin, given, ...others } = functions;
    const renamed = { ...given!, name: "uploads-given" };
    writeProgram(workspace.programFolder, { language: "yaml", functions: { ...others, given: renamed } });
    mustSucceed(await workspace.up(limit));
    await answers();
  });

  it("leave only the objects in a given bucket behind", async () => {
    mustSucceed(await workspace.destroy());
    assert.deepEqual((await workspace.stackExport()).deployment.resources ?? [], []);
    assert.deepEqual(await buckets(), []);
    assert.equal((await keys(artifactBucket)).length, 1);
  });

  it("are deployed with the rights that docs/ci.md lists, and all of them", () => {
    assertDeployable(workspace.run.aws.calls.slice(callsBefore), ["LargeArchives"]);
  });
});
