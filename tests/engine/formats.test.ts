import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { startImageBench, type ImageBench } from "../image/bench.js";
import { whyNoImages } from "../image/parts.js";
import { checkout, pluginFolder } from "../support/machine.js";
import { skipIf } from "../support/skip.js";
import { createExample, mustSucceed, skipAfterFailure, type Workspace } from "./harness.js";
import { lockOrSkip } from "./orSkip.js";
import { previewed } from "./stack.js";

const formats = ["zip", "layer", "image"] as const;
type Format = (typeof formats)[number];

const programOf = (format: Format): string =>
  fs.readFileSync(path.join(checkout, "examples", "formats", format, "Pulumi.yaml"), "utf8");

/** An event of an HTTP API in front of the function, as in uv's guide. */
const event = { httpMethod: "GET", path: "/", requestContext: {}, version: "1.0" };

async function startImages({ run, env }: Workspace): Promise<ImageBench> {
  const bench = await startImageBench({ folder: path.join(run.folder, "images-of-formats"), aws: run.aws, uv: run.uv });
  await bench.installPlugin(env["PULUMI_HOME"]!, run.pulumi);
  return bench;
}

describe("one project in every format", function () {
  this.timeout(300_000);
  let workspace: Workspace;
  let images: ImageBench | undefined;

  before(async function () {
    workspace = await createExample(this, "yaml", "formats", { programFolder: "zip", aws: "real" });
    await lockOrSkip(this, workspace, "project");
    for (const [name, value] of [
      ["runtime", "python3.11"],
      ["architecture", "x86_64"],
    ] as const)
      mustSucceed(await workspace.pulumi(["config", "set", name, value]));
    if (whyNoImages() === undefined) images = await startImages(workspace);
  });

  after(() => images?.stop());

  skipAfterFailure();

  it("needs programs that differ in one word", () => {
    const [first = [], ...others] = formats.map((format) => programOf(format).split(/\s+/));
    for (const [i, words] of others.entries()) {
      assert.equal(words.length, first.length);
      assert.deepEqual(
        words.filter((word, at) => word !== first[at]),
        [formats[i + 1]],
      );
    }
  });

  /** What the word changes, after a deployment with the previous one. */
  const changes: Readonly<Record<Format, object | undefined>> = {
    zip: undefined,
    layer: {
      "uvlambda:index:Function api": "update",
      "aws:lambda/layerVersion:LayerVersion api-layer": "create",
      "aws:lambda/function:Function api": "update",
    },
    image: {
      "uvlambda:index:Function api": "update",
      "uvlambda:index:Build api-build": "update",
      "aws:ecr/repository:Repository api-repository": "create",
      "aws:ecr/lifecyclePolicy:LifecyclePolicy api-repository-lifecycle": "create",
      "docker-build:index:Image api-image": "create",
      "aws:lambda/function:Function api": "replace",
      "aws:lambda/layerVersion:LayerVersion api-layer": "delete",
    },
  };

  for (const format of formats) {
    it(`answers an event of API Gateway as ${format}`, async function () {
      if (format === "image") skipIf(this, whyNoImages());
      const builder = { env: images === undefined ? {} : { ...images.env, BUILDX_BUILDER: images.builder } };
      const program = programOf(format).replace("../../../bin", pluginFolder);
      workspace.write(path.join(workspace.programFolder, "Pulumi.yaml"), program);
      const changed = changes[format];
      if (changed !== undefined) assert.deepEqual(await previewed(workspace, [], builder), changed);
      mustSucceed(await workspace.up(builder));
      const { functionName } = await workspace.outputs();
      assert.deepEqual(await workspace.invoke(String(functionName), event), {
        statusCode: 200,
        headers: { "content-length": "15", "content-type": "application/json" },
        multiValueHeaders: {},
        body: '"Hello, world!"',
        isBase64Encoded: false,
      });
    });
  }

  it("leaves nothing behind", async () => {
    mustSucceed(await workspace.destroy());
    assert.deepEqual((await workspace.stackExport()).deployment.resources ?? [], []);
  });
});
