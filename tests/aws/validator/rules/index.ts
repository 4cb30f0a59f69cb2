import { rules as ecr } from "./ecr.js";
import { rules as iam } from "./iam.js";
import { rules as lambdaFunction } from "./lambdaFunction.js";
import { rules as lambdaOther } from "./lambdaOther.js";
import { rules as logs } from "./logs.js";
import type { Rule } from "./rule.js";
import { rules as s3 } from "./s3.js";
import { rules as sqs } from "./sqs.js";

export type RuleTable = Readonly<Record<string, readonly Rule[]>>;

const RULES: Readonly<Record<string, RuleTable>> = {
  ecr,
  iam,
  lambda: { ...lambdaFunction, ...lambdaOther },
  logs,
  s3,
  sqs,
};

/** What AWS checks beyond the model, in the order in which it is checked here. */
export function rulesFor(service: string, operation: string): readonly Rule[] {
  return RULES[service]?.[operation] ?? [];
}
