import * as pulumi from "@pulumi/pulumi";

const queueArn = "arn:aws:sqs:eu-west-1:123456789012:failed";
const bucketArn = "arn:aws:s3:::failed";
const accessPointArn = "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-0123456789abcdef0";
const signingConfig = "arn:aws:lambda:eu-west-1:123456789012:code-signing-config:csc-0123456789abcdefg";
const vpcConfig = { subnetIds: ["subnet-1a"], securityGroupIds: ["sg-1A"] };
const fileSystemConfig = { arn: accessPointArn, localMountPath: "/mnt/models" };
const snapStart = { applyOn: "PublishedVersions" };
const layerArn = "arn:aws:lambda:eu-west-1:123456789012:layer:a:1";
const layerArns = (count: number) =>
  Array.from({ length: count }, (_, i) => `arn:aws:lambda:eu-west-1:123456789012:layer:a${i}:1`);
const bytes = (count: number) => "x".repeat(count);

/** Settings around the function that are right; each is here at least once. */
export const rightSettings: pulumi.Inputs[] = [
  { publish: true, aliasName: "live-1_", functionUrl: {}, eventInvokeConfig: { maximumRetryAttempts: 2 } },
  { publish: false, aliasName: "live", deadLetterQueue: true, reservedConcurrentExecutions: -1, loggingConfig: {} },
  { deadLetterTargetArn: queueArn, deadLetterQueue: false, reservedConcurrentExecutions: 0 },
  {
    functionUrl: {
      authorizationType: "NONE",
      invokeMode: "RESPONSE_STREAM",
      cors: { allowMethods: ["GET", "*"], allowOrigins: ["*"], maxAge: 86_400, allowCredentials: true },
    },
  },
  {
    eventInvokeConfig: {
      maximumRetryAttempts: 0,
      maximumEventAgeInSeconds: 60,
      destinationConfig: { onFailure: { destination: bucketArn }, onSuccess: { destination: queueArn } },
    },
  },
  { provisionedConcurrency: 2, reservedConcurrentExecutions: 2, aliasName: "live" },
  { snapStart, ephemeralStorage: { size: 512 }, runtime: "python3.12" },
  { tags: { "Kosten stelle": "äöü _.:/=+-@ 1", b: pulumi.unknown }, durableConfig: {} },
  { tags: { Team: "a", team: "b" }, role: "arn:aws:iam::123456789012:role/a" },
  { durableConfig: { executionTimeout: 31_622_400, retentionPeriod: 90 }, publish: true },
  { vpcConfig: { ...vpcConfig, ipv6AllowedForDualStack: true }, fileSystemConfig },
  { vpcConfig: { ...vpcConfig, replaceSecurityGroupsOnDestroy: true, replacementSecurityGroupIds: ["sg-2"] } },
  { codeSigningConfigArn: signingConfig },
  { loggingConfig: { logFormat: "JSON", applicationLogLevel: "TRACE", systemLogLevel: "WARN" } },
  { environment: { PYTHONPATH: "x" }, layers: [], provided: {} },
  { layers: [layerArn], provided: { "pydantic-core": "2.33.1", "ruamel.yaml": "0.18.0.post1" } },
  { powertools: {}, provided: { pydantic: "2.11.3" } },
  { powertools: { version: "3.20.0" }, packageFormat: "layer", layers: layerArns(3) },
  { powertools: { version: "latest" }, layers: layerArns(4) },
  { powertools: { layerArn } },
  { powertools: { layerArn: pulumi.unknown }, layers: pulumi.unknown, provided: { pydantic: "1" } },
  { packageFormat: "image", image: { builder: "remote" } },
  { artifactBucket: "our-artifacts" },
  { artifactBucket: "1.a.b" },
  {
    durableConfig: { executionTimeout: pulumi.unknown },
    vpcConfig: { subnetIds: pulumi.unknown, securityGroupIds: [pulumi.unknown] },
    fileSystemConfig: { arn: pulumi.unknown, localMountPath: "/mnt/a" },
    loggingConfig: { logFormat: pulumi.unknown, systemLogLevel: "WARN" },
    aliasName: pulumi.unknown,
    reservedConcurrentExecutions: 1,
    provisionedConcurrency: pulumi.unknown,
    deadLetterTargetArn: pulumi.unknown,
    artifactBucket: pulumi.unknown,
    eventInvokeConfig: { destinationConfig: { onFailure: { destination: pulumi.unknown } } },
    functionUrl: { invokeMode: pulumi.unknown },
  },
];

/** Settings around the function, and the beginning of each problem. */
export const wrongSettings: [pulumi.Inputs, ...string[]][] = [
  [{ tags: { a: "b, c" } }, "tags.a: the value of a tag may have letters, digits, spaces"],
  [{ tags: { "a(b)": "c" } }, 'tags["a(b)"]: the name of a tag may have letters, digits, spaces'],
  [{ tags: { Team: "a", team: "b" } }, 'tags.team: differs from "Team" in capitals only'],
  [{ artifactBucket: bucketArn }, "artifactBucket: must be the name of a bucket"],
  [{ artifactBucket: "Our_bucket" }, "artifactBucket: must be the name of a bucket"],
  [{ artifactBucket: "ours-" }, "artifactBucket: must be the name of a bucket"],
  [{ artifactBucket: "ab" }, "artifactBucket: must have 3 to 63 characters"],
  [{ artifactBucket: bytes(64) }, "artifactBucket: must have 3 to 63 characters"],
  [{ artifactBucket: "a..b" }, "artifactBucket: must not have two dots in a row"],
  [{ artifactBucket: "10.0.0.1" }, "artifactBucket: must not have two dots in a row or look like an IP"],
  [{ publish: "yes" }, "publish: must be true or false"],
  [{ publish: true, aliasName: "12" }, "aliasName: must not consist of digits only"],
  [{ publish: true, aliasName: "a.b" }, "aliasName: may have letters"],
  [{ publish: true, aliasName: bytes(129) }, "aliasName: must have at most 128"],
  [{ aliasName: "live" }, "aliasName: needs `publish`"],
  [
    { publish: false, durableConfig: {}, provisionedConcurrency: 1 },
    "publish: cannot be false with `durableConfig` and `provisionedConcurrency`",
  ],
  [{ eventInvokeConfig: {} }, "eventInvokeConfig: must have `maximumRetryAttempts`"],
  [
    { deadLetterQueue: true, deadLetterTargetArn: queueArn },
    "deadLetterTargetArn: cannot be combined with `deadLetterQueue`",
  ],
  [{ deadLetterQueue: pulumi.unknown }, "deadLetterQueue: must be known before the deployment"],
  [{ deadLetterTargetArn: bucketArn }, "deadLetterTargetArn: must be the ARN of an SQS queue or an SNS topic"],
  [{ deadLetterTargetArn: `${queueArn}.fifo` }, "deadLetterTargetArn: must not be a FIFO queue or topic"],
  [
    {
      eventInvokeConfig: {
        destinationConfig: {
          onFailure: { destination: "arn:aws:sns:eu-west-1:123456789012:failed.fifo" },
          onSuccess: { destination: `${queueArn}.fifo` },
        },
      },
    },
    "eventInvokeConfig.destinationConfig.onFailure.destination: must not be a FIFO",
    "eventInvokeConfig.destinationConfig.onSuccess.destination: must not be a FIFO",
  ],
  [{ functionUrl: true }, "functionUrl: must be an object"],
  [
    { functionUrl: { authorizationType: "IAM", invokeMode: "STREAM" } },
    "functionUrl.authorizationType: must be",
    "functionUrl.invokeMode: must be",
  ],
  [
    { functionUrl: { cors: { allowMethods: ["OPTIONS"], maxAge: 86_401, allowHeaders: Array(101).fill("x") } } },
    "functionUrl.cors.allowHeaders: must have at most 100 items",
    "functionUrl.cors.allowMethods[0]: must be one of GET",
    "functionUrl.cors.maxAge: must be 0 to 86400",
  ],
  [
    { eventInvokeConfig: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 59 } },
    "eventInvokeConfig.maximumRetryAttempts: must be 0 to 2",
    "eventInvokeConfig.maximumEventAgeInSeconds: must be 60 to 21600",
  ],
  [
    { eventInvokeConfig: { destinationConfig: { onSuccess: { destination: bucketArn }, onFailure: {} } } },
    "eventInvokeConfig.destinationConfig.onFailure.destination: is required",
    "eventInvokeConfig.destinationConfig.onSuccess.destination: must be the ARN",
  ],
  [{ reservedConcurrentExecutions: -2 }, "reservedConcurrentExecutions: must be -1 or more"],
  [{ provisionedConcurrency: 0 }, "provisionedConcurrency: must be 1 or more"],
  [{ provisionedConcurrency: 3, reservedConcurrentExecutions: 2 }, "provisionedConcurrency: cannot be more than"],
  [{ snapStart: {} }, "snapStart.applyOn: is required"],
  [
    {
      snapStart,
      provisionedConcurrency: 1,
      vpcConfig,
      fileSystemConfig,
      runtime: "python3.11",
      ephemeralStorage: { size: 513 },
    },
    "provisionedConcurrency: cannot be combined with `snapStart`",
    "fileSystemConfig: cannot be combined with `snapStart`",
    "runtime: must be python3.12 or newer with `snapStart`",
    "ephemeralStorage.size: must be 512 with `snapStart`",
  ],
  [
    { durableConfig: { executionTimeout: 0, retentionPeriod: 91 } },
    "durableConfig.executionTimeout: must be 1 to 31622400",
    "durableConfig.retentionPeriod: must be 1 to 90",
  ],
  [
    { vpcConfig: { subnetIds: [], securityGroupIds: ["a"] } },
    "vpcConfig.subnetIds: must name at least one subnet",
    "vpcConfig.securityGroupIds[0]: must be the ID",
  ],
  [
    {
      vpcConfig: {
        subnetIds: Array.from({ length: 17 }, (_, i) => `subnet-${i}`),
        securityGroupIds: Array.from({ length: 6 }, (_, i) => `sg-${i}`),
      },
    },
    "vpcConfig.subnetIds: must have at most 16 subnets",
    "vpcConfig.securityGroupIds: must have at most 5 security groups",
  ],
  [
    { vpcConfig: { ...vpcConfig, replacementSecurityGroupIds: ["sg-2"] } },
    "vpcConfig.replacementSecurityGroupIds: needs `vpcConfig.replaceSecurityGroupsOnDestroy: true`",
  ],
  [
    { vpcConfig: { ...vpcConfig, replaceSecurityGroupsOnDestroy: true, replacementSecurityGroupIds: [] } },
    "vpcConfig.replacementSecurityGroupIds: must name at least one security group",
  ],
  [
    { vpcConfig: { ...vpcConfig, replaceSecurityGroupsOnDestroy: true, replacementSecurityGroupIds: ["default"] } },
    "vpcConfig.replacementSecurityGroupIds[0]: must be the ID",
  ],
  [{ codeSigningConfigArn: signingConfig.slice(0, -1) }, "codeSigningConfigArn: must be the ARN of a code signing"],
  [
    { codeSigningConfigArn: signingConfig, packageFormat: "image" },
    "codeSigningConfigArn: cannot be combined with `packageFormat` `image`",
  ],
  [{ fileSystemConfig }, "fileSystemConfig: needs `vpcConfig`"],
  [
    { vpcConfig, fileSystemConfig: { arn: bucketArn, localMountPath: "/models" } },
    "fileSystemConfig.arn: must be the ARN of an access point",
    "fileSystemConfig.localMountPath: must be `/mnt/`",
  ],
  [
    { loggingConfig: { applicationLogLevel: "INFO", systemLogLevel: "INFO" } },
    "loggingConfig.applicationLogLevel: needs `loggingConfig.logFormat`",
    "loggingConfig.systemLogLevel: needs `loggingConfig.logFormat`",
  ],
  [{ loggingConfig: { logFormat: "JSON", systemLogLevel: "ERROR" } }, "loggingConfig.systemLogLevel: must be"],
  [
    { environment: { PYTHONPATH: "x" }, layers: [layerArn] },
    "environment.PYTHONPATH: cannot be combined with `layers`",
  ],
  [
    { environment: { PYTHONPATH: "x" }, packageFormat: "layer", powertools: {} },
    'environment.PYTHONPATH: cannot be combined with `packageFormat: "layer"` and `powertools`',
  ],
  [
    { packageFormat: "layer", powertools: {}, layers: layerArns(4) },
    'layers: Lambda attaches at most 5 layers to a function: these 4 and the dependency layer (`packageFormat: "layer"`) and the layer of `powertools` make 6',
  ],
  [
    { layers: [layerArn, ...layerArns(1), `${layerArn}2`] },
    "layers[2]: is another version of a layer that is already in the list",
  ],
  [{ layers: layerArns(6), powertools: {} }, "layers: must have at most 5 layers, has 6"],
  [{ provided: { pydantic: "2.11.3" } }, "provided: needs `layers` or `powertools`"],
  [{ layers: [layerArn], provided: { "a b": "1" } }, 'provided["a b"]: must be a name as in pyproject.toml'],
  [{ layers: [layerArn], provided: { a: ">=1" } }, "provided.a: must be a version"],
  [
    { layers: [layerArn], provided: { foo_bar: "1", b: "1", "Foo.Bar": "2" } },
    'provided["Foo.Bar"]: "Foo.Bar" is the same package as "foo_bar"; name it once',
  ],
  [{ layers: [layerArn], provided: ["a"] }, "provided: must be a map"],
  [{ layers: [layerArn], provided: pulumi.unknown }, "provided: must be known before the deployment"],
  [{ layers: [layerArn], provided: { a: pulumi.unknown } }, "provided: must be known before the deployment"],
  [{ packageFormat: "image", image: "remote" }, "image: must be an object"],
  [{ packageFormat: "image", powertools: {} }, "powertools: cannot be combined with `packageFormat` `image`"],
  [
    { packageFormat: "image", powertools: {}, provided: { a: "1" } },
    "provided: cannot be combined with `packageFormat` `image`",
    "powertools: cannot be combined with `packageFormat` `image`",
  ],
  [{ powertools: true }, "powertools: must be an object"],
  [{ powertools: pulumi.unknown }, "powertools: must be known before the deployment"],
  [{ powertools: { version: "3" } }, "powertools.version: must be a release"],
  [{ powertools: { layerArn: "arn:aws:lambda:eu-west-1:1:layer:a" } }, "powertools.layerArn: must be the ARN"],
  [{ powertools: { layerArn, version: "3.0.0" } }, "powertools.version: cannot be combined with `powertools.layerArn`"],
];
