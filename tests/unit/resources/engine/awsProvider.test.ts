import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { PackageRequest } from "../../../../provider/packaging/request.js";
import { proposedValue } from "../../../support/proposals.js";
import { Workspace, artifact, deploy, fakeTools } from "../support.js";

/** As an SDK registers it: with the version of its package. */
class VersionedProvider extends pulumi.ProviderResource {
  constructor(name: string, version: string | undefined) {
    super("aws", name, version === undefined ? {} : { version });
  }
}

describe("an explicit aws provider", () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = new Workspace()));
  afterEach(() => workspace.remove());

  const region = "aws:index/getRegion:getRegion";

  async function problemOf(version: string | undefined, answers = {}): Promise<{ reason: string; builds: number }> {
    const built: PackageRequest[] = [];
    const services = fakeTools(workspace, async (request) => {
      built.push(request);
      return artifact;
    });
    const prepare = () => ({ providers: { aws: new VersionedProvider("old", version) } });
    const inputs = { project: "../app" };
    const reason = await deploy(services, inputs, { preview: true, answers, prepare }).then(
      () => "",
      (error: unknown) => {
        assert.ok(pulumi.InputPropertiesError.isInstance(error), String(error));
        assert.equal(error.errors[0]!.propertyPath, "provider");
        return error.errors[0]!.reason;
      },
    );
    return { reason, builds: built.length };
  }

  for (const version of ["6.83.4", "5.43.0", "8.0.0"]) {
    it(`of version ${version} is refused before anything is built`, async () => {
      const { reason, builds } = await problemOf(version);
      assert.match(reason, new RegExp(`"old" has version ${version.replaceAll(".", "\\.")}.*needs version 7`));
      assert.equal(builds, 0);
      const proposed = proposedValue<string>(reason, "version").replace("x.y", "1.0");
      assert.deepEqual(await problemOf(proposed), { reason: "", builds: 1 });
    });
  }

  it("of another version 7 is taken", async () => {
    assert.deepEqual(await problemOf("7.3.0"), { reason: "", builds: 1 });
  });

  it("without a version is judged by its answer", async () => {
    const { reason, builds } = await problemOf(undefined, { [region]: { id: "eu-west-1", name: "eu-west-1" } });
    assert.match(reason, /"old" is older than version 7/);
    assert.equal(builds, 0);
    const newer = { [region]: { id: "eu-west-1", region: "eu-west-1" } };
    assert.deepEqual(await problemOf(undefined, newer), { reason: "", builds: 1 });
  });

  it("whose settings are not known yet is taken", async () => {
    assert.deepEqual(await problemOf(undefined, { [region]: {} }), { reason: "", builds: 1 });
  });

  it("that answers nothing in a deployment is an error, not an unknown value", async () => {
    const answers = { "aws:index/getPartition:getPartition": {} };
    const inputs = { project: "../app", logGroup: "/shared" };
    await assert.rejects(deploy(fakeTools(workspace), inputs, { answers }), (error: unknown) => {
      assert.ok(pulumi.InputPropertiesError.isInstance(error), String(error));
      assert.match(error.errors[0]!.reason, /does not answer/);
      return true;
    });
  });
});
