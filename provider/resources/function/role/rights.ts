import * as pulumi from "@pulumi/pulumi";
import type { DeadLetters } from "../deadLetter.js";
import { functionDefaults as defaults } from "../../../inputs/schema/defaults.js";
import { destinations } from "../eventInvoke.js";
import type { FunctionLogs } from "../logs/adoptedLogs.js";
import type { FunctionContext } from "../functionContext.js";
import type { Statement } from "./statement.js";
import { sendTo } from "./targets.js";

/** Rights that one setting needs. `name` is the name of the policy's resource. */
export interface Grant {
  readonly name: string;
  readonly statements: pulumi.Input<pulumi.Input<Statement>[]>;
}

/** Exactly what the function's settings need, except rights that must name the function itself. */
export function functionRights(
  { inputs, names }: FunctionContext,
  logs: FunctionLogs,
  dead: DeadLetters | undefined,
): readonly Grant[] {
  const { kmsKeyArn, vpcConfig, fileSystemConfig } = inputs;
  const targets = destinations(inputs);
  const grants: Grant[] = [{ name: names.logsPolicy, statements: writeLogs(logs) }];
  const add = (name: string, statements: Grant["statements"]) => grants.push({ name, statements });
  if ((inputs.tracingMode ?? defaults.tracingMode) === "Active") add(names.tracingPolicy, [sendTraces]);
  if (kmsKeyArn !== undefined) add(names.kmsPolicy, [decrypt(kmsKeyArn)]);
  if (vpcConfig !== undefined) add(names.vpcPolicy, [manageInterfaces]);
  if (fileSystemConfig !== undefined) add(names.fileSystemPolicy, [mount(fileSystemConfig.arn)]);
  if (dead !== undefined) add(names.deadLetterPolicy, sendTo(dead.targetArn));
  if (targets.length > 0) {
    add(
      names.destinationsPolicy,
      pulumi.all(targets.map(sendTo)).apply((each) => each.flat()),
    );
  }
  return grants;
}

/**
 * Not logs:CreateLogGroup: a last invocation during a destroy would create the group again, without a retention period.
 */
function writeLogs({ arn }: FunctionLogs): pulumi.Output<Statement[]> {
  return arn.apply((group): Statement[] => [
    { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: `${group}:*` },
  ]);
}

/** X-Ray has no resources to restrict this to. */
const sendTraces: Statement = {
  Effect: "Allow",
  Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
  Resource: "*",
};

/** Lambda needs these for all resources, as in AWSLambdaVPCAccessExecutionRole, which would also allow log groups. */
const manageInterfaces: Statement = {
  Effect: "Allow",
  Action: [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
  ],
  Resource: "*",
};

function decrypt(key: pulumi.Input<string>): Statement {
  return { Effect: "Allow", Action: ["kms:Decrypt"], Resource: key };
}

/**
 * The access point's ARN does not contain that of the file system. So every file system of the account is named, but
 * only through this access point.
 */
function mount(accessPoint: pulumi.Input<string>): Statement {
  return {
    Effect: "Allow",
    Action: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
    Resource: pulumi.output(accessPoint).apply((arn) => arn.replace(/access-point\/.*/s, "file-system/*")),
    Condition: { StringEquals: { "elasticfilesystem:AccessPointArn": accessPoint } },
  };
}
