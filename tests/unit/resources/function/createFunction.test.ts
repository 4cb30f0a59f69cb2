import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { UvLambdaError } from "../../../../provider/lib/errors.js";
import { Workspace, artifact, codeSha256, deploy, fakeTools, mockEngine, promiseOf } from "../support.js";
import { constructFunction } from "../../../../provider/resources/function/constructFunction.js";

const lambda = "aws:lambda/function:Function";
const role = "aws:iam/role:Role";
const policy = "aws:iam/rolePolicy:RolePolicy";
const attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const logGroup = "aws:cloudwatch/logGroup:LogGroup";
const build = "uvlambda:index:Build";

/** A value that is secret arrives at the mocks wrapped, with this key. */
const secretKey = "4dabf18193072939515e22adb298388d";

function statementsOf(document: unknown): Record<string, unknown>[] {
  return (JSON.parse(document as string) as { Statement: Record<string, unknown>[] }).Statement;
}

/** An output that depends on `resource`, as the server makes them of what the engine sends. */
function outputOf<T>(resource: pulumi.Resource, value: T): pulumi.Output<T> {
  return pulumi.output(resource.urn).apply(() => value);
}

describe("Function", () => {
  let workspace: Workspace;
  const project = "../app";
  beforeEach(() => (workspace = new Workspace()));
  afterEach(() => workspace.remove());

  it("creates build record, log group, role with rights to it, and function, by these names", async () => {
    const { children } = await deploy(fakeTools(workspace), { project });
    assert.deepEqual(children.map(({ type, name }) => `${name} ${type}`).sort(), [
      `api ${lambda}`,
      "api uvlambda:index:Function",
      `api-build ${build}`,
      `api-logs ${logGroup}`,
      `api-logs-policy ${policy}`,
      `api-role ${role}`,
    ]);
  });

  it("gives the function its code and the documented defaults", async () => {
    const { child } = await deploy(fakeTools(workspace), { project });
    const { code, ...inputs } = child(lambda, "api").inputs;
    assert.equal(await (code as { path: Promise<string> }).path, `.uvlambda/${codeSha256}.zip`);
    assert.deepEqual(inputs, {
      architectures: ["arm64"],
      ephemeralStorage: { size: 512 },
      handler: "handler.handler",
      loggingConfig: { logFormat: "Text", logGroup: "/aws/lambda/api-1" },
      memorySize: 128,
      role: "arn:aws:iam::123456789012:role/api-role-abc1234",
      runtime: "python3.14",
      timeout: 30,
      tracingConfig: { mode: "PassThrough" },
    });
  });

  it("passes every setting on", async () => {
    const { child } = await deploy(fakeTools(workspace), {
      project,
      name: "orders",
      description: "takes orders",
      tags: { team: "shop" },
      memorySize: 512,
      timeout: 60,
      ephemeralStorage: { size: 1024 },
      environment: { STAGE: "prod" },
      kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/1",
      layers: ["arn:aws:lambda:eu-west-1:123456789012:layer:a:1"],
      tracingMode: "Active",
      handler: "orders.api.main",
      runtime: "python3.12",
      architecture: "x86_64",
      roleName: "orders-runs-as",
      rolePath: "/apps/",
      permissionsBoundary: "arn:aws:iam::123456789012:policy/boundary",
      logGroupName: "/shop/orders",
      logRetentionDays: 0,
    });
    const { code, role: _role, ...fn } = child(lambda, "api").inputs;
    assert.ok(code);
    assert.deepEqual(fn, {
      architectures: ["x86_64"],
      description: "takes orders",
      environment: { variables: { STAGE: "prod" } },
      ephemeralStorage: { size: 1024 },
      handler: "orders.api.main",
      kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/1",
      layers: ["arn:aws:lambda:eu-west-1:123456789012:layer:a:1"],
      loggingConfig: { logFormat: "Text", logGroup: "/shop/orders" },
      memorySize: 512,
      name: "orders",
      runtime: "python3.12",
      tags: { team: "shop" },
      timeout: 60,
      tracingConfig: { mode: "Active" },
    });
    const { assumeRolePolicy, ...roleInputs } = child(role, "api-role").inputs;
    assert.deepEqual(roleInputs, {
      name: "orders-runs-as",
      path: "/apps/",
      permissionsBoundary: "arn:aws:iam::123456789012:policy/boundary",
      tags: { team: "shop" },
    });
    assert.deepEqual(statementsOf(assumeRolePolicy)[0]?.["Principal"], { Service: "lambda.amazonaws.com" });
    assert.deepEqual(child(logGroup, "api-logs").inputs, {
      name: "/shop/orders",
      retentionInDays: 0,
      tags: { team: "shop" },
    });
  });

  it("gives the role exactly the rights that the settings need", async () => {
    const { child, children } = await deploy(fakeTools(workspace), {
      project,
      name: "orders",
      tracingMode: "Active",
      kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/1",
    });
    const statements = (name: string) => statementsOf(child(policy, name).inputs["policy"]);
    assert.deepEqual(statements("api-logs-policy"), [
      {
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Effect: "Allow",
        Resource: "arn:logs:/aws/lambda/orders:*",
      },
    ]);
    assert.deepEqual(statements("api-tracing-policy"), [
      { Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], Effect: "Allow", Resource: "*" },
    ]);
    assert.deepEqual(statements("api-kms-policy"), [
      { Action: ["kms:Decrypt"], Effect: "Allow", Resource: "arn:aws:kms:eu-west-1:123456789012:key/1" },
    ]);
    assert.equal(children.filter(({ type }) => type === policy).length, 3);
    assert.equal(child(role, "api-role").inputs["name"], "orders-role");
  });

  it("names attachments by policy, so that removing the first leaves the others alone", async () => {
    const arns = ["arn:aws:iam::aws:policy/A", "arn:aws:iam::123456789012:policy/x/B", "arn:aws:iam::aws:policy/x/B"];
    const names = async (policyArns: (engine: pulumi.Resource) => pulumi.Input<string>[]) => {
      await mockEngine();
      const source = new pulumi.DependencyResource("urn:pulumi:stack::project::aws:iam/policy:Policy::read");
      const { children } = await deploy(fakeTools(workspace), { project, policyArns: policyArns(source) });
      return children.flatMap(({ type, name }) => (type === attachment ? [name] : [])).sort();
    };
    assert.deepEqual(await names(() => arns), ["api-policy-123456789012-x-B", "api-policy-A", "api-policy-x-B"]);
    assert.deepEqual(await names((read) => [arns[0]!, outputOf(read, arns[1]!)]), ["api-policy-A", "api-policy-read"]);
    const ambiguous = (read: pulumi.Resource) => [outputOf(read, arns[0]!), outputOf(read, arns[1]!)];
    assert.deepEqual(await names(ambiguous), ["api-policy-0", "api-policy-1"]);
  });

  it("creates inline policies under their own names", async () => {
    const statement = { Effect: "Allow", Action: "s3:ListAllMyBuckets", Resource: "*" };
    const document = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    const { child } = await deploy(fakeTools(workspace), { project, inlinePolicies: { read: document } });
    assert.deepEqual(child(policy, "api-inline-read").inputs, {
      name: "read",
      policy: document,
      role: "api-role-abc1234",
    });
  });

  it("does not know an adopted log group's ARN as long as the provider's own settings are unknown", async () => {
    const tokens = ["aws:index/getPartition:getPartition", "aws:index/getRegion:getRegion"];
    const answers = Object.fromEntries(tokens.map((token) => [token, {}]));
    const inputs = { project, logGroup: "/shared/logs" };
    const { child } = await deploy(fakeTools(workspace), inputs, { preview: true, answers });
    assert.ok(pulumi.containsUnknowns(child(policy, "api-logs-policy").inputs["policy"]));
  });

  it("adopts a role and a log group and creates neither", async () => {
    const { children, outputs } = await deploy(fakeTools(workspace), {
      project,
      role: "arn:aws:iam::123456789012:role/apps/mine",
      logGroup: "/shared/logs",
    });
    assert.deepEqual(children.map(({ type }) => type).sort(), [lambda, build, "uvlambda:index:Function"]);
    assert.equal(outputs["roleName"], "mine");
    assert.equal(outputs["roleId"], "mine");
    assert.equal(outputs["logGroupName"], "/shared/logs");
    assert.equal(outputs["logGroupArn"], "arn:aws-us-gov:logs:us-gov-west-1:123456789012:log-group:/shared/logs");
  });

  it("records the build without paths", async () => {
    const hashes = { localPackages: { pricing: "0123456789ab" }, projectCode: "ba9876543210" };
    const made = { ...artifact, bytecodeInterpreter: "3.14.2", ...hashes };
    const { child } = await deploy(
      fakeTools(workspace, async () => made),
      { project, bytecode: true },
    );
    assert.deepEqual(child(build, "api-build").inputs, {
      architecture: "arm64",
      bytecodeInterpreter: "3.14.2",
      handler: "handler.handler",
      ...hashes,
      outputHash: "hash-of-the-tree",
      packageSize: 22,
      packages: { boto3: "1.40.0" },
      runtime: "python3.14",
      unzippedSize: 50,
    });
  });

  it("has every output that the schema requires", async () => {
    const { outputs } = await deploy(fakeTools(workspace), { project });
    assert.deepEqual(outputs, {
      codeSha256: Buffer.from(codeSha256, "hex").toString("base64"),
      functionArn: "arn:fn:api-abc1234",
      functionName: "api-abc1234",
      invokeArn: "arn:invoke:api-abc1234",
      logGroupArn: "arn:logs:/aws/lambda/api-",
      logGroupName: "/aws/lambda/api-1",
      outputHash: "hash-of-the-tree",
      packageSize: 22,
      qualifiedArn: "arn:fn:api-abc1234:$LATEST",
      roleArn: "arn:aws:iam::123456789012:role/api-role-abc1234",
      roleId: "api-role-abc1234",
      roleName: "api-role-abc1234",
      unzippedSize: 50,
      version: "$LATEST",
    });
  });

  it("keeps this machine's paths and the build's credentials out of the recorded inputs", async () => {
    const { child } = await deploy(fakeTools(workspace), {
      project: workspace.project,
      source: ".",
      copyFiles: [{ from: workspace.project, to: "data" }],
      buildEnvironment: { UV_INDEX_A_PASSWORD: "pw" },
      memorySize: 256,
    });
    const { inputs } = child("uvlambda:index:Function", "api");
    assert.deepEqual(inputs, { copyFiles: [{ to: "data" }], memorySize: 256 });
  });

  it("passes credentials to the packager and keeps secret variables secret", async () => {
    let given: unknown;
    const services = fakeTools(workspace, async (_request, options) => {
      given = options.buildEnvironment;
      return artifact;
    });
    const { child } = await deploy(services, {
      project,
      buildEnvironment: pulumi.secret({ UV_INDEX_A_PASSWORD: "pw" }),
      environment: { TOKEN: pulumi.secret("t0ken") },
    });
    assert.deepEqual(given, { UV_INDEX_A_PASSWORD: "pw" });
    const environment = JSON.stringify(child(lambda, "api").inputs["environment"]);
    assert.ok(environment.includes(secretKey), `not secret: ${environment}`);
  });

  it("takes outputs where the schema says plain, as some languages pass them", async () => {
    const { child, children } = await deploy(fakeTools(workspace), {
      project: pulumi.output(project),
      tracingMode: pulumi.output("Active"),
      policyArns: pulumi.output(["arn:aws:iam::aws:policy/A"]),
    });
    assert.deepEqual(child(lambda, "api").inputs["tracingConfig"], { mode: "Active" });
    assert.equal(children.filter(({ type }) => type === attachment).length, 1);
  });

  it("previews a function whose credentials are not known yet as a change", async () => {
    const services = fakeTools(workspace, async () => {
      throw new UvLambdaError("INDEX_AUTH", "the index wants a password");
    });
    const buildEnvironment = { UV_INDEX_A_PASSWORD: pulumi.output(pulumi.unknown) };
    const children = await mockEngine(true);
    const { state } = await constructFunction(services, "api", { project, buildEnvironment }, {});
    const known = (state["outputHash"] as unknown as { isKnown: Promise<boolean> }).isKnown;
    assert.equal(await known, false);
    assert.equal(await promiseOf(pulumi.output(state["roleName"])), "api-role-abc1234");
    const record = children.find(({ type }) => type === build);
    assert.notEqual(record?.inputs["outputHash"], "hash-of-the-tree");
  });

  it("fails for the same reason when the credentials are known", async () => {
    const services = fakeTools(workspace, async () => {
      throw new UvLambdaError("INDEX_AUTH", "the index wants a password");
    });
    await mockEngine(true);
    await assert.rejects(constructFunction(services, "api", { project }, {}), /INDEX_AUTH/);
  });

  it("registers nothing when an input is wrong, and names all of them", async () => {
    const children = await mockEngine();
    const inputs = { project: "../nowhere", memorySize: 1, timeout: 901, role: "r", roleName: "x" };
    await assert.rejects(constructFunction(fakeTools(workspace), "api", inputs, {}), (error: unknown) => {
      assert.ok(pulumi.InputPropertiesError.isInstance(error));
      const wrong = error.errors.map(({ propertyPath }) => propertyPath);
      assert.deepEqual(wrong, ["memorySize", "timeout", "role", "roleName"]);
      return true;
    });
    assert.deepEqual(children, []);
  });
});
