import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as uvlambda from "@uvlambda/uvlambda";

const config = new pulumi.Config();

/** What both functions have in common. */
const common = {
  project: "../lambdas",
  runtime: config.get("runtime") ?? "python3.13",
  architecture: config.get<uvlambda.Architecture>("architecture") ?? "arm64",
  packageFormat: "layer",
  powertools: {},
  memorySize: 256,
  tags: { example: "lambdas" },
} as const;

const worker = new uvlambda.Function("my-worker", {
  ...common,
  source: "my-worker",
  groups: ["my-worker"],
  handler: "my_worker.handler.handler",
  description: "Works off orders",
  deadLetterQueue: true,
});

const api = new uvlambda.Function("my-api-handler", {
  ...common,
  source: "my-api-handler",
  groups: ["my-api-handler"],
  handler: "handler.handler",
  description: "Handles API requests",
  environment: { WORKER_NAME: worker.functionName, LOG_LEVEL: "INFO" },
  publish: true,
});

// The role is an ordinary role: rights are attached to it as to any other.
new aws.iam.RolePolicy("my-api-handler-worker", {
  role: api.roleId,
  policy: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: worker.functionArn }],
  },
});

const alarm = new aws.cloudwatch.MetricAlarm("my-worker-failures", {
  alarmDescription: "The worker gave up on orders",
  namespace: "AWS/SQS",
  metricName: "ApproximateNumberOfMessagesVisible",
  dimensions: { QueueName: worker.dlqArn.apply((arn) => arn?.split(":").pop() ?? "") },
  statistic: "Maximum",
  period: 300,
  evaluationPeriods: 1,
  threshold: 0,
  comparisonOperator: "GreaterThanThreshold",
  treatMissingData: "notBreaching",
});

export const apiArn = api.aliasArn;
export const workerName = worker.functionName;
export const alarmName = alarm.name;
