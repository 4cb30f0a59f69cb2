import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { constructFunction } from "../../../provider/resources/function/constructFunction.js";
import type { ProviderServices } from "../../../provider/resources/engine/services.js";
import { AwsProvider, Workspace, deploy, fakeTools, mockEngine, promiseOf, registrationsEnd } from "./support.js";

type Options = pulumi.CustomResourceOptions;

describe("options of a function's resources", () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = new Workspace()));
  afterEach(() => workspace.remove());

  /** By name of the resource: the options that it is registered with. */
  async function optionsOf(
    inputs: pulumi.Inputs,
    services: Partial<ProviderServices> = {},
    own: pulumi.ComponentResourceOptions = {},
  ): Promise<Record<string, Options>> {
    const found: Record<string, Options> = {};
    const note: pulumi.ResourceTransformation = ({ name, type, opts }) => {
      if (!type.startsWith("uvlambda:index:Function")) found[name] = opts;
      return undefined;
    };
    const opts = { ...own, transformations: [note] };
    await deploy({ ...fakeTools(workspace), ...services }, { project: "../app", ...inputs }, { opts });
    return found;
  }

  async function dependencies(of: Options | undefined): Promise<string[]> {
    const resources = of?.dependsOn as (pulumi.Resource & { __name: string })[];
    return resources.map((resource) => resource.__name).sort();
  }

  it("replace the function when it becomes durable or ordinary", async () => {
    assert.equal((await optionsOf({}))["api"]?.replacementTrigger, "standard");
    assert.equal((await optionsOf({ durableConfig: {} }))["api"]?.replacementTrigger, "durable");
  });

  it("delete a function with a fixed name before its replacement is created", async () => {
    assert.equal((await optionsOf({}))["api"]?.deleteBeforeReplace, false);
    assert.equal((await optionsOf({ name: "orders" }))["api"]?.deleteBeforeReplace, true);
  });

  it("keep logs when asked to, and else leave that to the component's own option", async () => {
    assert.equal((await optionsOf({}))["api-logs"]?.retainOnDelete, undefined);
    assert.equal((await optionsOf({ retainLogs: true }))["api-logs"]?.retainOnDelete, true);
  });

  it("upload into a bucket that is closed already, and keep objects that others may use", async () => {
    const large = { directUploadLimit: 1 };
    const own = (await optionsOf({}, large))["api-code-object"];
    assert.deepEqual(await dependencies(own), ["api-artifacts-access", "api-artifacts-encryption"]);
    assert.equal(own?.retainOnDelete, undefined);
    assert.equal((await optionsOf({ artifactBucket: "ours" }, large))["api-code-object"]?.retainOnDelete, true);
  });

  it("have the component's timeouts where AWS takes minutes, and nowhere else", async () => {
    const customTimeouts = { delete: "1h" };
    const options = await optionsOf({ provisionedConcurrency: 1, deadLetterQueue: true }, {}, { customTimeouts });
    const patient = Object.keys(options).filter((name) => options[name]?.customTimeouts !== undefined);
    assert.deepEqual(patient.sort(), ["api", "api-provisioned-concurrency"]);
    for (const name of patient) assert.deepEqual(options[name]?.customTimeouts, customTimeouts);
  });

  it("wait for every right, except the one that names the function itself", async () => {
    const options = await optionsOf({ tracingMode: "Active", deadLetterQueue: true, durableConfig: {} });
    assert.deepEqual(await dependencies(options["api"]), [
      "api-dead-letter-policy",
      "api-logs-policy",
      "api-tracing-policy",
    ]);
    assert.deepEqual(await dependencies(options["api-alias"]), ["api-durable-policy"]);
  });

  it("give out a public address when everybody may call it, and add statements of the policy one after another", async () => {
    const open = await optionsOf({ functionUrl: { authorizationType: "NONE" } });
    assert.deepEqual(await dependencies(open["api-url"]), ["api-url-invoke-permission", "api-url-permission"]);
    assert.deepEqual(await dependencies((await optionsOf({ functionUrl: {} }))["api-url"]), []);
  });

  it("protect what holds data or an address only: the rest comes and goes with the settings", async () => {
    const inputs = {
      functionUrl: { authorizationType: "NONE" },
      eventInvokeConfig: { maximumRetryAttempts: 0 },
      provisionedConcurrency: 1,
      deadLetterQueue: true,
      policyArns: ["arn:aws:iam::aws:policy/A"],
    };
    const options = await optionsOf(inputs, { directUploadLimit: 1 });
    const inheriting = Object.keys(options).filter((name) => options[name]?.protect === undefined);
    assert.deepEqual(inheriting.sort(), ["api", "api-alias", "api-dlq", "api-logs", "api-role", "api-url"]);
  });

  it("create everything under the provider that the program chose", async () => {
    const children = await mockEngine();
    const opts = { providers: { aws: new AwsProvider("frankfurt") } };
    const inputs = {
      project: "../app",
      functionUrl: { authorizationType: "NONE" },
      eventInvokeConfig: { maximumRetryAttempts: 0 },
      provisionedConcurrency: 1,
      deadLetterQueue: true,
      durableConfig: {},
      policyArns: ["arn:aws:iam::aws:policy/A"],
    };
    const tools = { ...fakeTools(workspace), directUploadLimit: 1 };
    const { urn } = await constructFunction(tools, "api", inputs, opts);
    await promiseOf(pulumi.output(urn));
    await registrationsEnd();
    const aws = children.filter(({ type }) => type.startsWith("aws:"));
    assert.equal(aws.length, 18);
    for (const { name, provider } of aws) assert.match(provider ?? "none", /::frankfurt::/, name);
  });
});
