import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { PackageRequest } from "../../../../provider/packaging/request.js";
import { proposedCommand, proposedName } from "../../../support/proposals.js";
import { Workspace, artifact, deploy, fakeTools } from "../support.js";

const lambda = "aws:lambda/function:Function";
const given = "arn:aws:lambda:eu-west-1:123456789012:layer:given:1";

describe("powertools", () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = new Workspace()));
  afterEach(() => workspace.remove());

  async function deployed(inputs: pulumi.Inputs, provided: Readonly<Record<string, string>>, preview = false) {
    const requests: PackageRequest[] = [];
    const services = fakeTools(workspace, async (request) => {
      requests.push(request);
      return { ...artifact, provided };
    });
    const { child } = await deploy(services, { project: "../app", ...inputs }, { preview });
    return { layers: child(lambda, "api").inputs["layers"], request: requests[0]! };
  }

  const locked = { "aws-lambda-powertools": "3.4.0" };

  it("attaches the locked version's layer for runtime and architecture, before the given layers", async () => {
    const inputs = { powertools: {}, runtime: "python3.13", architecture: "x86_64", layers: [given] };
    const { layers, request } = await deployed(inputs, locked, true);
    assert.deepEqual(layers, ["arn:powertools:x86_64:python3.13:3.4.0", given]);
    assert.deepEqual(request.provided, [
      { name: "aws-lambda-powertools", otherVersion: "warning", property: "powertools.version" },
    ]);
    assert.equal(request.hasLayers, true);
  });

  it("takes the version that is written down, and the latest only then", async () => {
    for (const version of ["3.2.0", "latest"]) {
      const { layers, request } = await deployed({ powertools: { version } }, locked);
      assert.deepEqual(layers, [`arn:powertools:arm64:python3.14:${version}`]);
      assert.equal(request.provided?.[0]?.version, version === "latest" ? undefined : version);
    }
  });

  it("does not know the layer as long as the provider's own settings are unknown", async () => {
    const services = fakeTools(workspace);
    const inputs = { project: "../app", powertools: { version: "3.2.0" } };
    const answers = { "aws:ssm/getParameter:getParameter": {} };
    const { child } = await deploy(services, inputs, { preview: true, answers });
    assert.ok(pulumi.containsUnknowns(child(lambda, "api").inputs["layers"]));
  });

  it("takes an ARN as it is", async () => {
    assert.deepEqual((await deployed({ powertools: { layerArn: pulumi.output(given) } }, {})).layers, [given]);
  });

  it("asks for a version when the lock has none", async () => {
    await assert.rejects(deployed({ powertools: {} }, {}), (error: unknown) => {
      assert.ok(pulumi.InputPropertiesError.isInstance(error));
      const { propertyPath, reason } = error.errors[0]!;
      assert.equal(propertyPath, "powertools");
      assert.match(reason, /uv add aws-lambda-powertools.*powertools\.version.*powertools\.layerArn/);
      return true;
    });
  });

  it("says what to do when AWS publishes no such layer", async () => {
    await assert.rejects(deployed({ powertools: { version: "9.9.9" } }, {}), (error: unknown) => {
      assert.ok(pulumi.InputPropertiesError.isInstance(error));
      const { reason } = error.errors[0]!;
      assert.match(reason, /\/aws\/service\/powertools\/python\/arm64\/python3\.14\/9\.9\.9: .*ParameterNotFound/);
      assert.match(reason, /publishes no such version.*powertools\.layerArn/);
      return true;
    });
  });

  it("works in each way that the error names", async () => {
    const failing: unknown = await deployed({ powertools: { version: "9.9.9" } }, {}).catch((one: unknown) => one);
    assert.ok(pulumi.InputPropertiesError.isInstance(failing));
    const { reason } = failing.errors[0]!;
    const unknown: unknown = await deployed({ powertools: {} }, {}).catch((one: unknown) => one);
    assert.ok(pulumi.InputPropertiesError.isInstance(unknown));
    const [, , ...added] = proposedCommand(unknown.errors[0]!.reason, "uv add");
    const nowLocked = await deployed({ powertools: {} }, Object.fromEntries(added.map((name) => [name, "3.4.0"])));
    assert.deepEqual(nowLocked.layers, ["arn:powertools:arm64:python3.14:3.4.0"]);
    const last = (input: string) => input.replace("powertools.", "");
    const layerArn = last(proposedName(reason, "powertools.layerArn"));
    assert.deepEqual((await deployed({ powertools: { [layerArn]: given } }, {})).layers, [given]);
    const version = last(proposedName(reason, "powertools.version"));
    const other = await deployed({ powertools: { [version]: "3.2.0" } }, {});
    assert.deepEqual(other.layers, ["arn:powertools:arm64:python3.14:3.2.0"]);
    assert.match(reason, /or leave `powertools` out: a locked package then ships/);
    const without = await deployed({}, {});
    assert.equal(without.layers, undefined);
    assert.deepEqual(without.request.provided ?? [], []);
  });
});
