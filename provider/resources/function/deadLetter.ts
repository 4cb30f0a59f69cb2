import { Queue } from "@pulumi/aws/sqs/queue.js";
import * as pulumi from "@pulumi/pulumi";
import { deadLetterQueueNameFor } from "../../inputs/resourceNames.js";
import { definedOnly } from "../../lib/definedOnly.js";
import type { FunctionContext } from "./functionContext.js";

/** Where events go that could not be processed. */
export interface DeadLetters {
  readonly targetArn: pulumi.Output<string>;
  /** The queue, when it was created here. */
  readonly queue?: Queue;
}

const longestRetentionSeconds = 14 * 24 * 60 * 60;

/** Creates the queue, or takes the given target. */
export function deadLetters(context: FunctionContext): DeadLetters | undefined {
  const { deadLetterQueue, deadLetterTargetArn } = context.inputs;
  if (deadLetterTargetArn !== undefined) return { targetArn: pulumi.output(deadLetterTargetArn) };
  if (deadLetterQueue !== true) return undefined;
  const queue = createdQueue(context);
  return { targetArn: queue.arn, queue };
}

/** Encrypted with a key of SQS, for which the role needs no rights. */
function createdQueue({ inputs, names, component }: FunctionContext): Queue {
  const args = definedOnly({
    name: inputs.name === undefined ? undefined : pulumi.output(inputs.name).apply(deadLetterQueueNameFor),
    messageRetentionSeconds: longestRetentionSeconds,
    sqsManagedSseEnabled: true,
    tags: inputs.tags,
  });
  return new Queue(names.deadLetterQueue, args, { parent: component });
}
