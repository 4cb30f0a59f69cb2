import {
  all,
  atMostCharacters,
  atMostItems,
  between,
  lambdaName,
  matches,
  noTwice,
  type Finding,
  type Rule,
} from "./valueRules.js";

const anArn = (services: string, resource: string, allowed: string) =>
  matches(new RegExp(`^arn:aws[a-z-]*:(${services}):[^:]*:(\\d{12})?:${resource}$`), allowed);

/** Lambda accepts a FIFO target, and then loses the events for it. */
const notFifo = matches(
  /^(?!arn:[^:]*:(sqs|sns):.*\.fifo$)/,
  "must not be a FIFO queue or topic: Lambda delivers events of asynchronous invocations to standard ones only",
);

const atLeast =
  (least: number, meaning: string) =>
  (value: number): Finding[] =>
    value >= least ? [] : [{ message: `must be ${least} or more${meaning}` }];

const atLeastOne =
  (what: string) =>
  (value: readonly unknown[]): Finding[] =>
    value.length > 0 ? [] : [{ message: `must name at least one ${what}`, whole: true }];

/** Lambda refuses an empty configuration of asynchronous invocations. */
function saysSomething(settings: Readonly<Record<string, unknown>>): Finding[] {
  if (Object.keys(settings).length > 0) return [];
  const message = "must have `maximumRetryAttempts`, `maximumEventAgeInSeconds` or `destinationConfig`, or be left out";
  return [{ message, whole: true }];
}

const corsMethods: readonly string[] = ["GET", "PUT", "HEAD", "POST", "PATCH", "DELETE", "*"];

const corsMethod = (value: string): Finding[] =>
  corsMethods.includes(value) ? [] : [{ message: `must be one of ${corsMethods.join(", ")}` }];

const atMostHundred = atMostItems(100, "items");

const failureTargets = "queue, topic, event bus, function or S3 bucket";

const securityGroupId = matches(/^sg-[0-9a-zA-Z]+$/, "must be the ID of a security group, as in `sg-0a1b2c3d`");

/** Like functionRules, for the resources around the function. Ranges and patterns are those of Lambda's API model. */
export const settingRules: Readonly<Record<string, Rule>> = {
  aliasName: all(matches(/^(?!\d+$)/, "must not consist of digits only: those name versions"), lambdaName(128)),
  deadLetterTargetArn: all(
    anArn(
      "sqs|sns",
      "\\S+",
      "must be the ARN of an SQS queue or an SNS topic: `arn:aws:sqs:<region>:<account>:<name>`",
    ),
    notFifo,
  ),
  "functionUrl.cors.allowHeaders": atMostHundred,
  "functionUrl.cors.allowMethods[]": corsMethod,
  "functionUrl.cors.allowMethods": noTwice,
  "functionUrl.cors.allowOrigins": atMostHundred,
  "functionUrl.cors.exposeHeaders": atMostHundred,
  "functionUrl.cors.maxAge": between(0, 86_400, "seconds"),
  eventInvokeConfig: saysSomething,
  "eventInvokeConfig.maximumRetryAttempts": between(0, 2, "attempts"),
  "eventInvokeConfig.maximumEventAgeInSeconds": between(60, 21_600, "seconds"),
  "eventInvokeConfig.destinationConfig.onFailure.destination": all(
    anArn("sqs|sns|lambda|events|s3", "\\S+", `must be the ARN of a ${failureTargets}`),
    notFifo,
  ),
  "eventInvokeConfig.destinationConfig.onSuccess.destination": all(
    anArn("sqs|sns|lambda|events", "\\S+", "must be the ARN of a queue, topic, event bus or function"),
    notFifo,
  ),
  reservedConcurrentExecutions: atLeast(-1, " (-1 reserves nothing)"),
  provisionedConcurrency: atLeast(1, ""),
  "durableConfig.executionTimeout": between(1, 31_622_400, "seconds"),
  "durableConfig.retentionPeriod": between(1, 90, "days"),
  codeSigningConfigArn: matches(
    /^arn:aws[a-z-]*:lambda:[^:]+:\d{12}:code-signing-config:csc-[a-z0-9]{17}$/,
    "must be the ARN of a code signing configuration, ending in `:code-signing-config:csc-<17 letters and digits>`",
  ),
  "vpcConfig.subnetIds": all(atLeastOne("subnet"), atMostItems(16, "subnets"), noTwice),
  "vpcConfig.subnetIds[]": matches(/^subnet-[0-9a-z]+$/, "must be the ID of a subnet, as in `subnet-0a1b2c3d`"),
  "vpcConfig.securityGroupIds": all(atLeastOne("security group"), atMostItems(5, "security groups"), noTwice),
  "vpcConfig.securityGroupIds[]": securityGroupId,
  "vpcConfig.replacementSecurityGroupIds": all(
    atLeastOne("security group"),
    atMostItems(5, "security groups"),
    noTwice,
  ),
  "vpcConfig.replacementSecurityGroupIds[]": securityGroupId,
  "fileSystemConfig.arn": anArn(
    "elasticfilesystem",
    "access-point/fsap-[0-9a-f]{17}",
    "must be the ARN of an access point of EFS, ending in `:access-point/fsap-<17 hex digits>`",
  ),
  "fileSystemConfig.localMountPath": all(
    matches(/^\/mnt\/[a-zA-Z0-9._-]+$/, "must be `/mnt/` and a name of letters, digits, `-`, `_` and `.`"),
    atMostCharacters(160),
  ),
};
