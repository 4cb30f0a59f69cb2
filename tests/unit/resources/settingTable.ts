import * as pulumi from "@pulumi/pulumi";

export const lambda = "aws:lambda/function:Function";
export const policy = "aws:iam/rolePolicy:RolePolicy";
const alias = "aws:lambda/alias:Alias";
const permission = "aws:lambda/permission:Permission";
const url = "aws:lambda/functionUrl:FunctionUrl";
const eventInvoke = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";
const provisioned = "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig";
export const queue = "aws:sqs/queue:Queue";

const published = { function: "api-abc1234", qualifier: "prod" };

const queueArn = "arn:aws:sqs:eu-west-1:123456789012:failed";
export const accessPoint = "arn:aws-cn:elasticfilesystem:cn-north-1:123456789012:access-point/fsap-0123456789abcdef0";

const signingConfig = "arn:aws:lambda:eu-west-1:123456789012:code-signing-config:csc-0123456789abcdefg";

/** What one setting does besides what every function has. */
export interface Setting {
  readonly inputs: pulumi.Inputs;
  /** Inputs of the function that it adds or changes. */
  readonly fn?: Record<string, unknown>;
  /** Further resources by name: their inputs; of policies the statements. */
  readonly creates?: Readonly<Record<string, readonly [type: string, inputs: unknown]>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

const prodAlias = [alias, { name: "prod", functionName: "api-abc1234", functionVersion: "7" }] as const;
const prodOutputs = {
  aliasArn: "arn:alias:prod",
  aliasInvokeArn: "arn:invoke:alias:prod",
  aliasName: "prod",
  version: "7",
};
const publishes = { fn: { publish: true }, creates: { "api-alias": prodAlias }, outputs: prodOutputs };
export const allow = (Action: string[], Resource: string) => ({ Effect: "Allow", Action, Resource });

export const settings: Readonly<Record<string, Setting>> = {
  publish: { inputs: { publish: true }, ...publishes },
  aliasName: {
    inputs: { publish: true, aliasName: pulumi.output("live") },
    fn: { publish: true },
    creates: { "api-alias": [alias, { ...prodAlias[1], name: "live" }] },
    outputs: {
      aliasArn: "arn:alias:live",
      aliasInvokeArn: "arn:invoke:alias:live",
      aliasName: "live",
      version: "7",
    },
  },
  deadLetterQueue: {
    inputs: { deadLetterQueue: true },
    fn: { deadLetterConfig: { targetArn: "arn:aws:sqs:eu-west-1:123456789012:api-dlq-abc1234" } },
    creates: {
      "api-dlq": [queue, { messageRetentionSeconds: 1_209_600, sqsManagedSseEnabled: true }],
      "api-dead-letter-policy": [
        policy,
        [allow(["sqs:SendMessage"], "arn:aws:sqs:eu-west-1:123456789012:api-dlq-abc1234")],
      ],
    },
    outputs: {
      dlqArn: "arn:aws:sqs:eu-west-1:123456789012:api-dlq-abc1234",
      dlqUrl: "https://sqs/api-dlq-abc1234",
    },
  },
  deadLetterTargetArn: {
    inputs: { deadLetterTargetArn: pulumi.output("arn:aws:sns:eu-west-1:123456789012:failed") },
    fn: { deadLetterConfig: { targetArn: "arn:aws:sns:eu-west-1:123456789012:failed" } },
    creates: {
      "api-dead-letter-policy": [policy, [allow(["sns:Publish"], "arn:aws:sns:eu-west-1:123456789012:failed")]],
    },
  },
  functionUrl: {
    inputs: { functionUrl: {} },
    creates: {
      "api-url": [url, { authorizationType: "AWS_IAM", functionName: "api-abc1234", invokeMode: "BUFFERED" }],
    },
    outputs: { url: "https://abc.lambda-url.eu-west-1.on.aws/" },
  },
  "functionUrl for everybody": {
    inputs: {
      publish: true,
      functionUrl: {
        authorizationType: "NONE",
        invokeMode: "RESPONSE_STREAM",
        cors: { allowOrigins: [pulumi.output("https://a.example")], allowMethods: ["GET"], maxAge: 60 },
      },
    },
    ...publishes,
    creates: {
      ...publishes.creates,
      "api-url": [
        url,
        {
          authorizationType: "NONE",
          cors: { allowOrigins: ["https://a.example"], allowMethods: ["GET"], maxAge: 60 },
          functionName: "api-abc1234",
          invokeMode: "RESPONSE_STREAM",
          qualifier: "prod",
        },
      ],
      "api-url-permission": [
        permission,
        { ...published, action: "lambda:InvokeFunctionUrl", functionUrlAuthType: "NONE", principal: "*" },
      ],
      "api-url-invoke-permission": [
        permission,
        { ...published, action: "lambda:InvokeFunction", invokedViaFunctionUrl: true, principal: "*" },
      ],
    },
    outputs: { ...prodOutputs, url: "https://abc.lambda-url.eu-west-1.on.aws/" },
  },
  eventInvokeConfig: {
    inputs: {
      eventInvokeConfig: {
        maximumRetryAttempts: 0,
        maximumEventAgeInSeconds: pulumi.output(60),
        destinationConfig: {
          onFailure: { destination: pulumi.output("arn:aws:s3:::failed") },
          onSuccess: { destination: queueArn },
        },
      },
    },
    creates: {
      "api-event-invoke-config": [
        eventInvoke,
        {
          functionName: "api-abc1234",
          maximumRetryAttempts: 0,
          maximumEventAgeInSeconds: 60,
          destinationConfig: {
            onFailure: { destination: "arn:aws:s3:::failed" },
            onSuccess: { destination: queueArn },
          },
        },
      ],
      "api-destinations-policy": [
        policy,
        [
          allow(["s3:PutObject"], "arn:aws:s3:::failed/*"),
          allow(["s3:ListBucket"], "arn:aws:s3:::failed"),
          allow(["sqs:SendMessage"], queueArn),
        ],
      ],
    },
  },
  "eventInvokeConfig of an alias": {
    inputs: { publish: true, eventInvokeConfig: { maximumRetryAttempts: 1 } },
    ...publishes,
    creates: {
      ...publishes.creates,
      "api-event-invoke-config": [
        eventInvoke,
        { functionName: "api-abc1234", qualifier: "prod", maximumRetryAttempts: 1 },
      ],
    },
  },
  reservedConcurrentExecutions: {
    inputs: { reservedConcurrentExecutions: 0 },
    fn: { reservedConcurrentExecutions: 0 },
  },
  provisionedConcurrency: {
    inputs: { provisionedConcurrency: pulumi.output(2) },
    ...publishes,
    creates: {
      ...publishes.creates,
      "api-provisioned-concurrency": [
        provisioned,
        { functionName: "api-abc1234", provisionedConcurrentExecutions: 2, qualifier: "prod" },
      ],
    },
  },
  snapStart: {
    inputs: { snapStart: { applyOn: "PublishedVersions" } },
    ...publishes,
    fn: { publish: true, snapStart: { applyOn: "PublishedVersions" } },
  },
  durableConfig: {
    inputs: { durableConfig: { executionTimeout: pulumi.output(60) } },
    fn: { publish: true, durableConfig: { executionTimeout: 60, retentionPeriod: 7 } },
    creates: {
      "api-alias": prodAlias,
      "api-durable-policy": [
        policy,
        [allow(["lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState"], "arn:fn:api-abc1234:*")],
      ],
    },
    outputs: prodOutputs,
  },
  "durableConfig with an existing role": {
    inputs: { durableConfig: {}, role: "arn:aws:iam::123456789012:role/mine" },
    ...publishes,
    fn: {
      publish: true,
      durableConfig: { executionTimeout: 86_400, retentionPeriod: 7 },
      role: "arn:aws:iam::123456789012:role/mine",
    },
    creates: { ...publishes.creates, "api-role": ["", undefined], "api-logs-policy": ["", undefined] },
    outputs: {
      ...prodOutputs,
      roleArn: "arn:aws:iam::123456789012:role/mine",
      roleId: "mine",
      roleName: "mine",
    },
  },
  vpcConfig: {
    inputs: { vpcConfig: pulumi.output({ subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] }) },
    fn: { vpcConfig: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] } },
    creates: {
      "api-vpc-policy": [
        policy,
        [
          allow(
            [
              "ec2:AssignPrivateIpAddresses",
              "ec2:CreateNetworkInterface",
              "ec2:DeleteNetworkInterface",
              "ec2:DescribeNetworkInterfaces",
              "ec2:DescribeSubnets",
              "ec2:UnassignPrivateIpAddresses",
            ],
            "*",
          ),
        ],
      ],
    },
  },
  "vpcConfig.replaceSecurityGroupsOnDestroy": {
    inputs: {
      role: "arn:aws:iam::123456789012:role/mine",
      vpcConfig: {
        subnetIds: ["subnet-1"],
        securityGroupIds: [pulumi.output("sg-1")],
        replaceSecurityGroupsOnDestroy: true,
        replacementSecurityGroupIds: ["sg-2"],
      },
    },
    fn: {
      role: "arn:aws:iam::123456789012:role/mine",
      vpcConfig: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
      replaceSecurityGroupsOnDestroy: true,
      replacementSecurityGroupIds: ["sg-2"],
    },
    creates: { "api-role": ["", undefined], "api-logs-policy": ["", undefined] },
    outputs: {
      roleArn: "arn:aws:iam::123456789012:role/mine",
      roleId: "mine",
      roleName: "mine",
    },
  },
  codeSigningConfigArn: {
    inputs: { codeSigningConfigArn: pulumi.output(signingConfig) },
    fn: { codeSigningConfigArn: signingConfig },
  },
  fileSystemConfig: {
    inputs: {
      role: "arn:aws:iam::123456789012:role/mine",
      vpcConfig: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"], ipv6AllowedForDualStack: true },
      fileSystemConfig: { arn: pulumi.output(accessPoint), localMountPath: "/mnt/models" },
    },
    fn: {
      role: "arn:aws:iam::123456789012:role/mine",
      vpcConfig: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"], ipv6AllowedForDualStack: true },
      fileSystemConfig: { arn: accessPoint, localMountPath: "/mnt/models" },
    },
    creates: { "api-role": ["", undefined], "api-logs-policy": ["", undefined] },
    outputs: {
      roleArn: "arn:aws:iam::123456789012:role/mine",
      roleId: "mine",
      roleName: "mine",
    },
  },
  loggingConfig: {
    inputs: {
      loggingConfig: { logFormat: "JSON", applicationLogLevel: pulumi.output("WARN"), systemLogLevel: "INFO" },
    },
    fn: {
      loggingConfig: {
        applicationLogLevel: "WARN",
        logFormat: "JSON",
        logGroup: "/aws/lambda/api-1",
        systemLogLevel: "INFO",
      },
    },
  },
};
