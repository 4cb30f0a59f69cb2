import { Refusal } from "../call.js";
import type { RuleTable } from "./index.js";
import { type Rule, text } from "./rule.js";

interface Statement {
  readonly Effect?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
}

type Kind = "identity" | "trust";

const STATEMENT_KEYS = new Set([
  "Sid",
  "Effect",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Principal",
  "NotPrincipal",
  "Condition",
]);

function policy(member: string, kind: Kind): Rule {
  return (input) => {
    const document = text(input, member);
    const problem = document === undefined ? undefined : policyProblem(document, kind);
    if (problem !== undefined) throw new Refusal("MalformedPolicyDocument", problem);
  };
}

function policyProblem(document: string, kind: Kind): string | undefined {
  let parsed: { Version?: unknown; Statement?: unknown };
  try {
    parsed = JSON.parse(document) as typeof parsed;
  } catch {
    return "This policy contains invalid Json";
  }
  if (typeof parsed !== "object" || parsed === null) return "Syntax errors in policy.";
  if (parsed.Version !== undefined && parsed.Version !== "2012-10-17" && parsed.Version !== "2008-10-17")
    return "Syntax errors in policy.";
  const statements = (Array.isArray(parsed.Statement) ? parsed.Statement : [parsed.Statement]) as (
    Statement | undefined
  )[];
  for (const statement of statements) {
    const problem = statementProblem(statement, kind);
    if (problem !== undefined) return problem;
  }
  return statements.length === 0 ? "Syntax errors in policy." : undefined;
}

function statementProblem(statement: Statement | undefined, kind: Kind): string | undefined {
  if (typeof statement !== "object" || statement === null) return "Syntax errors in policy.";
  if (Object.keys(statement).some((key) => !STATEMENT_KEYS.has(key))) return "Syntax errors in policy.";
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny") return "Syntax errors in policy.";
  const actions = list(statement.Action ?? statement.NotAction);
  if (actions.length === 0) return "Policy statement must contain actions.";
  if (actions.some((action) => action !== "*" && !/^[a-zA-Z0-9-]+:[a-zA-Z*?]+$/.test(action))) {
    return "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
  }
  const principal = statement.Principal ?? statement.NotPrincipal;
  if (kind === "trust") {
    if (statement.Resource !== undefined) return "Has prohibited field Resource";
    return principal === undefined ? "Missing required field Principal" : undefined;
  }
  if (principal !== undefined) return "Policy document should not specify a principal.";
  const resources = list(statement.Resource ?? statement.NotResource);
  if (resources.length === 0) return "Policy statement must contain resources.";
  const wrong = resources.find((resource) => resource !== "*" && !/^arn:[^:]+:[^:]*:[^:]*:[^:]*:.+/.test(resource));
  return wrong === undefined ? undefined : `Resource ${wrong} must be in ARN format or "*".`;
}

function list(value: unknown): string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

/** Quotas. The model only has the lengths of names. White space does not count. */
function atMost(member: string, characters: number, subject: string): Rule {
  return (input) => {
    const size = (text(input, member) ?? "").replace(/\s/g, "").length;
    if (size > characters) throw new Refusal("LimitExceeded", `Cannot exceed quota for ${subject}: ${characters}`, 409);
  };
}

export const rules: RuleTable = {
  CreateRole: [policy("AssumeRolePolicyDocument", "trust"), atMost("AssumeRolePolicyDocument", 2048, "ACLSizePerRole")],
  UpdateAssumeRolePolicy: [policy("PolicyDocument", "trust")],
  PutRolePolicy: [policy("PolicyDocument", "identity"), atMost("PolicyDocument", 10240, "PolicySizePerRole")],
  CreatePolicy: [policy("PolicyDocument", "identity")],
};
