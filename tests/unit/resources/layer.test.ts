import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { Artifact, PackageRequest } from "../../../provider/packaging/request.js";
import { BuiltLayers, layerWarnings } from "../../../provider/resources/layer/builtLayers.js";
import { constructLayer } from "../../../provider/resources/layer/constructLayer.js";
import { resolveInputs } from "../../../provider/resources/engine/resolveInputs.js";
import { layerProblems } from "../../../provider/inputs/validate.js";
import { UvLambdaError } from "../../../provider/lib/errors.js";
import { proposedName } from "../../support/proposals.js";
import { Workspace, artifact, deploy, fakeTools, mockEngine, schema } from "./support.js";

const layerVersion = "aws:lambda/layerVersion:LayerVersion";
const sha256 = "b".repeat(64);

const made: Artifact = {
  ...artifact,
  files: [{ kind: "layer", name: "layer.zip", sha256, size: 10, unzippedSize: 30, files: 1 }],
  packages: { pydantic: "2.11.3", "pydantic-core": "2.33.1" },
  unzippedSize: 30,
};

const text = (value: string, count: number) => value.repeat(count);

describe("Layer", () => {
  let workspace: Workspace;
  let requests: PackageRequest[];
  beforeEach(() => {
    workspace = new Workspace();
    requests = [];
  });
  afterEach(() => workspace.remove());

  const services = (built: Artifact = made) =>
    fakeTools(workspace, async (request) => {
      requests.push(request);
      return request.contents === "dependencies" ? built : artifact;
    });

  const deployed = (inputs: pulumi.Inputs, { preview = false, using = services() } = {}) =>
    deploy(using, { project: "../app", ...inputs }, { name: "shared", preview, construct: constructLayer });

  // Names are in the state of every user. A changed line here replaces deployed resources: add an alias.
  it("consists of these resources", async () => {
    const { children } = await deployed({});
    assert.deepEqual(children.map(({ type, name }) => `${type} ${name}`).sort(), [
      `${layerVersion} shared`,
      "uvlambda:index:Build shared-build",
      "uvlambda:index:Layer shared",
    ]);
  });

  it("is a layer version for runtime and architecture, and a record of its build", async () => {
    const { child, outputs } = await deployed({ runtime: "python3.13", architecture: "x86_64" });
    const { code, ...layer } = child(layerVersion, "shared").inputs;
    assert.equal(await (code as { path: Promise<string> }).path, `.uvlambda/${sha256}.zip`);
    assert.deepEqual(layer, {
      layerName: "project-stack-shared",
      compatibleRuntimes: ["python3.13"],
      compatibleArchitectures: ["x86_64"],
    });
    assert.deepEqual(child("uvlambda:index:Build", "shared-build").inputs, {
      outputHash: made.outputHash,
      packages: made.packages,
      packageSize: 10,
      unzippedSize: 30,
      runtime: "python3.13",
      architecture: "x86_64",
    });
    assert.deepEqual(outputs, {
      layerArn: "arn:layer:project-stack-shared:3",
      layerVersion: "3",
      outputHash: made.outputHash,
      packages: made.packages,
    });
  });

  it("knows its packages in the preview", async () => {
    assert.deepEqual((await deployed({}, { preview: true })).outputs["packages"], made.packages);
  });

  it("takes name and description from outputs", async () => {
    const { child } = await deployed({ name: pulumi.output("all"), description: pulumi.output("Everything") });
    const { layerName, description } = child(layerVersion, "shared").inputs;
    assert.deepEqual([layerName, description], ["all", "Everything"]);
  });

  it("asks for third-party packages only, and checks no handler", async () => {
    const checks = { binaries: "warn", collisions: "off", sizes: "warn" };
    const inputs = {
      package: "api",
      groups: ["a"],
      extras: ["b"],
      prune: ["c"],
      dependencyExclude: ["tests/"],
      bytecode: true,
      sourceBuilds: ["d"],
      bundling: { mode: "docker", image: "build:1" },
    };
    await deployed({ ...inputs, checks, onlyGroups: [] });
    const { contents, packageFormat, checks: asked, ...request } = requests[0]!;
    assert.deepEqual([contents, packageFormat], ["dependencies", "layer"]);
    assert.deepEqual(asked, { ...checks, secrets: "error", hashes: "warn", handler: "off" });
    assert.deepEqual(request, { ...request, ...inputs, project: workspace.project });
  });

  it("goes through S3 when it is too large for Lambda's API", async () => {
    const { children, child } = await deployed({}, { using: { ...services(), directUploadLimit: 9 } });
    const object = child("aws:s3/bucketObjectv2:BucketObjectv2", "shared-layer-object").inputs;
    const { s3Key, code } = child(layerVersion, "shared").inputs;
    assert.deepEqual([s3Key, code], [`uvlambda/${sha256}.zip`, undefined]);
    assert.equal(object["key"], s3Key);
    assert.ok(children.some(({ name }) => name === "shared-artifacts"));
    const given = await deployed({ artifactBucket: "ours" }, { using: { ...services(), directUploadLimit: 9 } });
    assert.equal(given.child(layerVersion, "shared").inputs["s3Bucket"], "ours");
  });

  it("without packages is an error", async () => {
    const empty = { ...made, files: [], packages: {} };
    await assert.rejects(deployed({}, { using: services(empty) }), (error: unknown) => {
      assert.ok(pulumi.InputPropertiesError.isInstance(error));
      assert.match(JSON.stringify(error.errors), /"project".*no third-party packages.*local packages are code/);
      proposedName(JSON.stringify(error.errors), "groups");
      return true;
    });
    await deployed({ groups: ["all"] }, { using: services() });
  });

  it("counts for the size of the functions that say what it brings", async () => {
    const shared = services();
    await deployed({}, { using: shared });
    const function_ = { project: "../app", layers: ["arn:aws:lambda:eu-west-1:123456789012:layer:shared:3"] };
    const { pydantic } = made.packages;
    await deploy(shared, { ...function_, provided: pulumi.output(made.packages) }, { name: "whole" });
    await deploy(shared, { ...function_, provided: { pydantic } }, { name: "other" });
    assert.deepEqual(
      requests
        .slice(1)
        .map(({ layerArtifacts = [], provided }) => [
          layerArtifacts.map(({ unzippedSize }) => unzippedSize),
          provided?.map(({ name }) => name),
        ]),
      [
        [[30], ["pydantic", "pydantic-core"]],
        [[], ["pydantic"]],
      ],
    );
  });

  it("for another runtime or architecture than the function's is warned of, once there is no better one", () => {
    const layers = new BuiltLayers();
    const arm = { runtime: "python3.13", architecture: "arm64" } as const;
    const intel = { ...arm, architecture: "x86_64" } as const;
    const request = { ...arm } as PackageRequest;
    layers.note(request, made);
    const { packages } = made;
    assert.deepEqual(layerWarnings(layers.find(packages, arm), arm), []);
    const warnings = layerWarnings(layers.find(packages, intel), intel).join();
    assert.match(warnings, /built for python3\.13 on arm64, but this function runs python3\.13 on x86_64/);
    const same = { ...intel, [proposedName(warnings, "architecture")]: "arm64" as const };
    assert.deepEqual(layerWarnings(layers.find(packages, same), same), []);
    const other = { ...made, unzippedSize: 40 };
    layers.note({ ...request, ...intel }, other);
    assert.deepEqual(layers.find(packages, intel), { ...intel, artifact: other });
    assert.deepEqual(layers.find(packages, arm), { ...arm, artifact: made });
    assert.deepEqual(layerWarnings(layers.find({}, arm), arm), []);
  });

  it("is called a layer when it cannot be packaged", async () => {
    const failing = fakeTools(workspace, async () => {
      throw new UvLambdaError("NO_WHEEL", "no wheel");
    });
    await assert.rejects(deployed({}, { using: failing }), /the layer cannot be packaged \(NO_WHEEL\)/);
  });

  it("says everything that is wrong with its inputs", async () => {
    await mockEngine();
    const right: pulumi.Inputs[] = [
      { name: text("x", 140), description: "", retainLayerVersions: false, architecture: "x86_64" },
      { onlyGroups: ["layer"], checks: { binaries: "off" }, buildEnvironment: { UV_INDEX_A_PASSWORD: "" } },
      { name: pulumi.unknown, description: pulumi.unknown, buildEnvironment: pulumi.unknown },
    ];
    const wrong: [pulumi.Inputs, ...string[]][] = [
      [{ project: undefined }, "project: is required"],
      [{ name: text("x", 141) }, "name: must have at most 140 characters"],
      [{ name: "a.b" }, "name: may have letters"],
      [{ description: text("x", 257) }, "description: must have at most 256"],
      [{ handler: "a.b" }, "handler: is not an input."],
      [{ checks: { handler: "off" } }, "checks.handler: is not an input."],
      [{ runtime: "nodejs22.x", groups: ["-"] }, "groups[0]: must be a name", "runtime: must be a Python runtime"],
      [{ onlyGroups: ["a"], extras: ["b"] }, "extras: cannot be combined with `onlyGroups`"],
      [{ bytecode: "yes", retainLayerVersions: 1 }, "bytecode: must be", "retainLayerVersions: must be"],
      [{ buildEnvironment: { FOO: "x" } }, "buildEnvironment.FOO: cannot be set for uv"],
    ];
    const problems = async (inputs: pulumi.Inputs) => {
      const found = layerProblems(schema, await resolveInputs({ project: "app", ...inputs }), (variables) =>
        Object.keys(variables).flatMap((key) => (key === "FOO" ? [{ key, message: "cannot be set for uv" }] : [])),
      );
      return found.map(({ property, message }) => `${property}: ${message}`);
    };
    for (const inputs of right) assert.deepEqual(await problems(inputs), []);
    for (const [inputs, ...expected] of wrong) {
      const found = await problems(inputs);
      assert.equal(found.length, expected.length, found.join("\n"));
      expected.forEach((beginning, i) => assert.ok(found[i]!.startsWith(beginning), found[i]));
    }
  });
});
