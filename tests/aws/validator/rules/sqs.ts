import { Refusal } from "../call.js";
import type { RuleTable } from "./index.js";
import type { Rule } from "./rule.js";

/** Attribute name to the lowest and highest value that SQS accepts (API reference of CreateQueue). */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  DelaySeconds: [0, 900],
  MaximumMessageSize: [1024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  VisibilityTimeout: [0, 43_200],
  KmsDataKeyReusePeriodSeconds: [60, 86_400],
};

const name: Rule = (input) => {
  const given = String(input["QueueName"]);
  if (/^[A-Za-z0-9_-]{1,80}$/.test(given) || /^[A-Za-z0-9_-]{1,75}\.fifo$/.test(given)) return;
  throw new Refusal(
    "InvalidParameterValue",
    "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
  );
};

const attributes: Rule = (input) => {
  for (const [attribute, value] of Object.entries((input["Attributes"] ?? {}) as Record<string, string>)) {
    const range = RANGES[attribute];
    if (range === undefined) continue;
    const number = Number(value);
    if (!Number.isInteger(number) || number < range[0] || number > range[1]) {
      throw new Refusal("InvalidAttributeValue", `Invalid value for the parameter ${attribute}.`);
    }
  }
};

export const rules: RuleTable = { CreateQueue: [name, attributes], SetQueueAttributes: [attributes] };
