import { Refusal } from "../call.js";
import type { RuleTable } from "./index.js";
import type { Rule } from "./rule.js";

const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const retention: Rule = (input) => {
  const days = input["retentionInDays"];
  if (RETENTION_DAYS.includes(days as number)) return;
  throw new Refusal(
    "InvalidParameterException",
    `1 validation error detected: Value '${days}' at 'retentionInDays' failed to satisfy constraint: ` +
      `Member must satisfy enum value set: [${RETENTION_DAYS.join(", ")}]`,
  );
};

const notReserved: Rule = (input) => {
  if (String(input["logGroupName"]).startsWith("aws/")) {
    throw new Refusal("InvalidParameterException", "Log groups starting with AWS/ are reserved for AWS.");
  }
};

export const rules: RuleTable = { PutRetentionPolicy: [retention], CreateLogGroup: [notReserved] };
