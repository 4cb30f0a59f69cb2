import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "./statement.js";

/** What Lambda does, as the function's role, to send an event to a target, by the service in the target's ARN. */
const actions: Readonly<Record<string, string>> = {
  sqs: "sqs:SendMessage",
  sns: "sns:Publish",
  lambda: "lambda:InvokeFunction",
  events: "events:PutEvents",
};

/** Rights to send to the queue, topic, function, event bus or bucket that `arn` names. */
export function sendTo(arn: pulumi.Input<string>): pulumi.Output<Statement[]> {
  return pulumi.output(arn).apply((target): Statement[] => {
    const service = target.split(":")[2] ?? "";
    if (service !== "s3") return [{ Effect: "Allow", Action: [actions[service] ?? `${service}:*`], Resource: target }];
    return [
      { Effect: "Allow", Action: ["s3:PutObject"], Resource: `${target}/*` },
      { Effect: "Allow", Action: ["s3:ListBucket"], Resource: target },
    ];
  });
}
