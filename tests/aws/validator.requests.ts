import { writeZip } from "./archive/writeZip.js";
import { LAMBDA_TRUST, plainClient } from "./fixtures.js";
import type { LocalAws } from "./localAws.js";

export type Body = Record<string, unknown>;
export type Call = (aws: LocalAws, role: string) => Promise<unknown>;

const GOOD_ZIP = writeZip([{ name: "app.py", content: "def handler(e, c): return 1\n" }]).toString("base64");
export const FUNCTIONS = "/2015-03-31/functions";

/** CreateFunction with one change. A member that is set to undefined is left out. */
export function create(change: Body, code: Body = { ZipFile: GOOD_ZIP }): Call {
  return (aws, role) => {
    const good = { FunctionName: "refused", Role: role, Runtime: "python3.11", Handler: "app.handler", Code: code };
    return plainClient(aws).rest("lambda", "POST", FUNCTIONS, { ...good, ...change });
  };
}

const zipOf = (files: Parameters<typeof writeZip>[0]): Body => ({ ZipFile: writeZip(files).toString("base64") });
const layer = (aws: string, index: number): string => `arn:aws:lambda:${aws}:123456789012:layer:many${index}:1`;
const ecr =
  (operation: string, body: Body): Call =>
  (aws) =>
    plainClient(aws).json("ecr", `AmazonEC2ContainerRegistry_V20150921.${operation}`, body);
const iam =
  (action: string, parameters: Record<string, string>): Call =>
  (aws) =>
    plainClient(aws).query("iam", "2010-05-08", action, parameters);
const rest =
  (method: string, path: string, body?: Body): Call =>
  (aws) =>
    plainClient(aws).rest("lambda", method, path, body);
export const logs =
  (operation: string, body: Body): Call =>
  (aws) =>
    plainClient(aws).json("logs", `Logs_20140328.${operation}`, body);

const PYTHON = { Content: { ZipFile: GOOD_ZIP } };

/** Wrong requests that MiniStack 1.5.33 accepts, then some that it refuses too. Error codes are AWS's. */
export const WRONG: readonly [string, string, RegExp, Call][] = [
  ["unknown runtime", "ValidationException", /'runtime'.*enum value set/, create({ Runtime: "python9.9" })],
  [
    "ended runtime",
    "InvalidParameterValueException",
    /python3\.7 is no longer supported/,
    create({ Runtime: "python3.7" }),
  ],
  ["handler with a space", "ValidationException", /'handler'.*regular expression/, create({ Handler: "app handler" })],
  ["bad function name", "ValidationException", /'functionName'/, create({ FunctionName: "bad name!" })],
  [
    "long function name",
    "ValidationException",
    /length less than or equal to 64/,
    create({ FunctionName: "a".repeat(65) }),
  ],
  ["too much memory", "ValidationException", /'memorySize'/, create({ MemorySize: 99_999 })],
  ["memory of managed instances", "InvalidParameterValueException", /10240/, create({ MemorySize: 20_480 })],
  ["too long timeout", "ValidationException", /'timeout'/, create({ Timeout: 9_999 })],
  ["timeout over 15 minutes", "InvalidParameterValueException", /900/, create({ Timeout: 901 })],
  [
    "too much ephemeral storage",
    "ValidationException",
    /'ephemeralStorage.size'/,
    create({ EphemeralStorage: { Size: 99_999 } }),
  ],
  [
    "missing role",
    "InvalidParameterValueException",
    /cannot be assumed by Lambda/,
    create({ Role: "arn:aws:iam::123456789012:role/none" }),
  ],
  ["malformed role", "ValidationException", /'role'/, create({ Role: "role" })],
  [
    "six layers",
    "InvalidParameterValueException",
    /5 layers/,
    create({ Layers: [1, 2, 3, 4, 5, 6].map((n) => layer("eu-central-1", n)) }),
  ],
  [
    "one layer twice",
    "InvalidParameterValueException",
    /same layer/,
    create({ Layers: [layer("eu-central-1", 1), layer("eu-central-1", 1)] }),
  ],
  [
    "missing image",
    "InvalidParameterValueException",
    /does not exist/,
    create(
      { PackageType: "Image", Runtime: undefined, Handler: undefined },
      { ImageUri: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/none:1" },
    ),
  ],
  [
    "image with runtime",
    "InvalidParameterValueException",
    /don't provide handler or runtime/,
    create({ PackageType: "Image" }, { ImageUri: "x" }),
  ],
  [
    "image for a function of archives",
    "InvalidParameterValueException",
    /don't provide ImageUri/,
    rest("PUT", `${FUNCTIONS}/there/code`, { ImageUri: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/none:1" }),
  ],
  [
    "settings of images for a function of archives",
    "InvalidParameterValueException",
    /ImageConfig/,
    rest("PUT", `${FUNCTIONS}/there/configuration`, { ImageConfig: { Command: ["a.b"] } }),
  ],
  [
    "trust policy that is no JSON",
    "MalformedPolicyDocument",
    /Json/,
    iam("CreateRole", { RoleName: "r", AssumeRolePolicyDocument: "{" }),
  ],
  [
    "trust policy without a principal",
    "MalformedPolicyDocument",
    /Principal/,
    iam("CreateRole", { RoleName: "r", AssumeRolePolicyDocument: LAMBDA_TRUST.replace(/"Principal":\{[^}]*\},/, "") }),
  ],
  [
    "SQS name",
    "InvalidParameterValue",
    /alphanumeric/,
    (aws) => plainClient(aws).json("sqs", "AmazonSQS.CreateQueue", { QueueName: "bad name!" }),
  ],
  [
    "ECR name",
    "InvalidParameterException",
    /'repositoryName'/,
    ecr("CreateRepository", { repositoryName: "Bad Name" }),
  ],
  [
    "lifecycle policy that is no JSON",
    "InvalidParameterException",
    /Lifecycle policy/,
    ecr("PutLifecyclePolicy", { repositoryName: "good", lifecyclePolicyText: "{}{".padEnd(100) }),
  ],
  [
    "5 kB of environment",
    "InvalidParameterValueException",
    /4KB/,
    create({ Environment: { Variables: { BIG: "x".repeat(5_000) } } }),
  ],
  [
    "reserved variable",
    "InvalidParameterValueException",
    /Reserved keys.*AWS_REGION/,
    create({ Environment: { Variables: { AWS_REGION: "x" } } }),
  ],
  [
    "bad variable name",
    "ValidationException",
    /'environment.variables.key'/,
    create({ Environment: { Variables: { "1-A": "x" } } }),
  ],
  ["empty zip", "InvalidParameterValueException", /non-empty zip/, create({}, zipOf([]))],
  [
    "archive that is not in S3",
    "InvalidParameterValueException",
    /GetObject. S3 Error Code: NoSuch/,
    create({}, { ZipFile: undefined, S3Bucket: "none-at-all", S3Key: "a.zip" }),
  ],
  [
    "60 MB zip",
    "RequestEntityTooLargeException",
    /Request must be smaller/,
    create({}, { ZipFile: Buffer.alloc(60_000_000).toString("base64") }),
  ],
  [
    "missing dead letter queue",
    "InvalidParameterValueException",
    /SendMessage|does not exist/,
    create({ DeadLetterConfig: { TargetArn: "arn:aws:sqs:eu-central-1:123456789012:none" } }),
  ],
  ["unknown architecture", "ValidationException", /'architectures/, create({ Architectures: ["mips"] })],
  ["unknown tracing mode", "ValidationException", /'tracingConfig.mode'/, create({ TracingConfig: { Mode: "Foo" } })],
  [
    "durable without time",
    "ValidationException",
    /'durableConfig.executionTimeout'/,
    create({ DurableConfig: { ExecutionTimeout: 0 } }),
  ],
  ["zip without handler", "InvalidParameterValueException", /mandatory/, create({ Handler: undefined })],
  [
    "alias to a missing version",
    "ResourceNotFoundException",
    /Function not found/,
    rest("POST", `${FUNCTIONS}/there/aliases`, { Name: "live", FunctionVersion: "99" }),
  ],
  [
    "numeric alias",
    "ValidationException",
    /'name'/,
    rest("POST", `${FUNCTIONS}/there/aliases`, { Name: "123", FunctionVersion: "$LATEST" }),
  ],
  [
    "layer for an unknown runtime",
    "ValidationException",
    /compatibleRuntimes/,
    rest("POST", "/2018-10-31/layers/l/versions", { ...PYTHON, CompatibleRuntimes: ["python9.9"] }),
  ],

  [
    "no zip archive",
    "InvalidParameterValueException",
    /Could not unzip/,
    create({}, { ZipFile: Buffer.from("PK nonsense").toString("base64") }),
  ],
  [
    "unreadable file in the zip",
    "InvalidParameterValueException",
    /mode 600/,
    create({}, zipOf([{ name: "app.py", content: "", mode: 0o100600 }])),
  ],
  [
    "300 MB unzipped",
    "InvalidParameterValueException",
    /Unzipped size/,
    create({}, { ZipFile: bombOf(300_000_000).toString("base64") }),
  ],
  [
    "retention of 15 days",
    "InvalidParameterException",
    /retentionInDays/,
    logs("PutRetentionPolicy", { logGroupName: "/aws/lambda/x", retentionInDays: 15 }),
  ],
  [
    "durable added later",
    "InvalidParameterValueException",
    /durable/,
    rest("PUT", `${FUNCTIONS}/there/configuration`, { DurableConfig: { ExecutionTimeout: 60 } }),
  ],
  [
    "log level with text logs",
    "InvalidParameterValueException",
    /Text log format/,
    create({ LoggingConfig: { LogFormat: "Text", SystemLogLevel: "INFO" } }),
  ],
  [
    "SnapStart on 3.11",
    "InvalidParameterValueException",
    /SnapStart/,
    create({ SnapStart: { ApplyOn: "PublishedVersions" } }),
  ],
  ["unknown member", "ValidationException", /Unknown member 'Hndler'/, create({ Hndler: "app.handler" })],
  [
    "provisioned concurrency on $LATEST",
    "InvalidParameterValueException",
    /unpublished/,
    rest("PUT", `/2019-09-30/functions/there/provisioned-concurrency?Qualifier=$LATEST`, {
      ProvisionedConcurrentExecutions: 1,
    }),
  ],
  [
    "role policy without resource",
    "MalformedPolicyDocument",
    /resources/,
    iam("PutRolePolicy", {
      RoleName: "good",
      PolicyName: "p",
      PolicyDocument: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*"}]}',
    }),
  ],
  [
    "dead letter queue the role may not use",
    "InvalidParameterValueException",
    /SendMessage on SQS/,
    create({ DeadLetterConfig: { TargetArn: "arn:aws:sqs:eu-central-1:123456789012:there" } }),
  ],
  ["no credentials", "MissingAuthenticationTokenException", /Missing Authentication Token/, unsigned],
];

/** A zip whose entry claims a size. Only the claimed size counts. */
function bombOf(size: number): Buffer {
  const zip = writeZip([{ name: "big.bin", content: "" }]);
  zip.writeUInt32LE(size, zip.lastIndexOf(Buffer.from("PK\u0001\u0002")) + 24);
  return zip;
}

async function unsigned(aws: LocalAws): Promise<never> {
  const response = await fetch(`${aws.endpoint}${FUNCTIONS}`);
  const { message } = (await response.json()) as { message: string };
  throw Object.assign(new Error(message), { code: response.headers.get("x-amzn-errortype") });
}
