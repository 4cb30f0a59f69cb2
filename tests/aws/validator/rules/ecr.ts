import { Refusal } from "../call.js";
import type { RuleTable } from "./index.js";
import { type Rule, text } from "./rule.js";

const lifecyclePolicy: Rule = (input) => {
  const problem = lifecycleProblem(text(input, "lifecyclePolicyText") ?? "");
  if (problem === undefined) return;
  throw new Refusal(
    "InvalidParameterException",
    `Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ${problem}'`,
  );
};

interface LifecycleRule {
  readonly rulePriority?: unknown;
  readonly selection?: { readonly tagStatus?: unknown; readonly countType?: unknown; readonly countNumber?: unknown };
  readonly action?: { readonly type?: unknown };
}

function lifecycleProblem(policy: string): string | undefined {
  let rules: LifecycleRule[];
  try {
    rules = (JSON.parse(policy) as { rules: LifecycleRule[] }).rules;
  } catch {
    return "the policy is not JSON";
  }
  if (!Array.isArray(rules) || rules.length === 0) return 'object has missing required properties (["rules"])';
  for (const rule of rules) {
    if (!Number.isInteger(rule.rulePriority)) return "rulePriority must be a whole number";
    if (!["tagged", "untagged", "any"].includes(String(rule.selection?.tagStatus)))
      return "tagStatus must be tagged, untagged or any";
    if (!["imageCountMoreThan", "sinceImagePushed"].includes(String(rule.selection?.countType)))
      return "countType is not known";
    if (!Number.isInteger(rule.selection?.countNumber)) return "countNumber must be a whole number";
    if (rule.action?.type !== "expire") return "action type must be expire";
  }
  return new Set(rules.map((rule) => rule.rulePriority)).size < rules.length
    ? "rulePriority must be unique"
    : undefined;
}

export const rules: RuleTable = { PutLifecyclePolicy: [lifecyclePolicy] };
