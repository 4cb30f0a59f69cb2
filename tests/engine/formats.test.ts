import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { checkout, pluginFolder } from "../support/machine.js";
import { createExample, mustSucceed, skipAfterFailure, steps, type Workspace } from "./harness.js";
import { lockOrSkip } from "./orSkip.js";

const formats = ["zip", "layer"] as const;
type Format = (typeof formats)[number];

const programOf = (format: Format): string =>
  fs.readFileSync(path.join(checkout, "examples", "formats", format, "Pulumi.yaml"), "utf8");

/** An event of an HTTP API in front of the function, as in uv's guide. */
const event = { httpMethod: "GET", path: "/", requestContext: {}, version: "1.0" };

describe("one project in every format", function () {
  this.timeout(300_000);
  let workspace: Workspace;

  before(async function () {
    workspace = await createExample(this, "yaml", "formats", "zip");
    await lockOrSkip(this, workspace, "project");
    for (const [name, value] of [
      ["runtime", "python3.11"],
      ["architecture", "x86_64"],
    ] as const)
      mustSucceed(await workspace.pulumi(["config", "set", name, value]));
  });

  skipAfterFailure();

  it("takes programs that differ in one word", () => {
    const [first = [], ...others] = formats.map((format) => programOf(format).split(/\s+/));
    for (const [i, words] of others.entries()) {
      assert.equal(words.length, first.length);
      assert.deepEqual(
        words.filter((word, at) => word !== first[at]),
        [formats[i + 1]],
      );
    }
  });

  /** What the word changes, after a deployment with the one before. */
  const changes: Readonly<Record<Format, object | undefined>> = {
    zip: undefined,
    layer: {
      "uvlambda:index:Function api": "update",
      "aws:lambda/layerVersion:LayerVersion api-layer": "create",
      "aws:lambda/function:Function api": "update",
    },
  };

  for (const format of formats) {
    it(`answers an event of API Gateway as ${format}`, async () => {
      const program = programOf(format).replace("../../../bin", pluginFolder);
      workspace.write(path.join(workspace.programFolder, "Pulumi.yaml"), program);
      const changed = changes[format];
      if (changed !== undefined)
        assert.deepEqual(steps(mustSucceed(await workspace.preview(["--json"])).stdout), changed);
      mustSucceed(await workspace.up());
      const { functionName } = await workspace.outputs();
      assert.deepEqual(await workspace.invoke(String(functionName), event), {
        statusCode: 200,
        headers: { "content-length": "15", "content-type": "application/json" },
        multiValueHeaders: {},
        body: '"Hello, world!"',
        isBase64Encoded: false,
      });
      mustSucceed(await workspace.preview(["--expect-no-changes"]));
    });
  }

  it("leaves nothing behind", async () => {
    mustSucceed(await workspace.destroy());
    assert.deepEqual((await workspace.stackExport()).deployment.resources ?? [], []);
  });
});
