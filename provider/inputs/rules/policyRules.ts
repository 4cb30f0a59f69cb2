import { UNKNOWN, isPlainObject } from "../resolved.js";
import type { Finding } from "./valueRules.js";

const elements = [
  ...["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"],
  ...["Principal", "NotPrincipal"],
] as const;

type Statement = Partial<Record<(typeof elements)[number], unknown>>;

/** What all inline policies of a role may have together, without white space. */
const mostCharacters = 10_240;

/** What IAM refuses in a policy of a role. Conditions and the names of actions are left to IAM. */
export function policyDocument(value: string): Finding[] {
  const message = problemOf(value);
  return message === undefined ? [] : [{ message, whole: true }];
}

/** IAM counts the inline policies of a role together. */
export function policySizes(policies: Readonly<Record<string, unknown>>): Finding[] {
  const texts = Object.values(policies).filter((policy) => policy !== UNKNOWN);
  const size = texts.reduce<number>((sum, text) => sum + String(text).replace(/\s/g, "").length, 0);
  if (size <= mostCharacters) return [];
  const message = `have ${size} characters together, and IAM allows ${mostCharacters} for a role; move some to a managed policy in \`policyArns\``;
  return [{ message, whole: true }];
}

function problemOf(text: string): string | undefined {
  const document = parsed(text);
  if (!isPlainObject(document) || document["Statement"] === undefined)
    return "must be a policy document in JSON: an object with a `Statement`";
  if (/[^\t\n\r\u0020-\u00ff]/.test(text)) return "may have characters up to U+00FF only";
  const version = document["Version"];
  if (version !== undefined && version !== "2012-10-17" && version !== "2008-10-17")
    return '`Version` is that of the policy language: "2012-10-17"';
  const statements: readonly unknown[] = [document["Statement"]].flat();
  if (statements.length === 0) return "must have at least one statement";
  const problem = statements.map(statementProblem).find((found) => found !== undefined);
  return problem ?? repeatedSid(statements as readonly Statement[]);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function statementProblem(statement: unknown): string | undefined {
  if (!isPlainObject(statement)) return "each statement must be an object";
  const other = Object.keys(statement).find((key) => !elements.some((element) => element === key));
  if (other !== undefined) return `a statement has no element ${JSON.stringify(other)}; it may have ${choice}`;
  // A condition is left to IAM.
  const empty = Object.keys(statement).find((key) => key !== "Condition" && statement[key] === null);
  if (empty !== undefined) return `\`${empty}\` of a statement is null, and IAM takes no null; leave the element out`;
  const { Sid: sid, Effect: effect, Principal: principal, NotPrincipal: notPrincipal }: Statement = statement;
  if (principal !== undefined || notPrincipal !== undefined)
    return "a policy of a role has no `Principal`: it says what the role may do, not who may use it";
  if (effect !== "Allow" && effect !== "Deny") return '`Effect` of each statement must be "Allow" or "Deny"';
  if (sid !== undefined && !(typeof sid === "string" && /^[A-Za-z0-9]*$/.test(sid)))
    return "`Sid` may have letters and digits only";
  return (
    listProblem(statement, "Action", isAction, 'the form "service:Action"') ??
    listProblem(statement, "Resource", isResource, "the form of an ARN")
  );
}

const choice = elements
  .slice(0, 7)
  .map((element) => `\`${element}\``)
  .join(", ");

/** The texts of `name`, or of its opposite, which must be there once. */
function listProblem(
  statement: Statement,
  name: "Action" | "Resource",
  isRight: (text: string) => boolean,
  form: string,
): string | undefined {
  const given = [statement[name], statement[`Not${name}`]].filter((list) => list !== undefined);
  const texts: readonly unknown[] = given.flat();
  if (given.length !== 1 || texts.length === 0) return `each statement must have \`${name}\` or \`Not${name}\``;
  const isWrong = texts.some((text) => typeof text !== "string" || !(text === "*" || isRight(text)));
  return isWrong ? `\`${name}\` of each statement must have ${form}, or be "*"` : undefined;
}

/** Actions may begin with a wildcard, too. */
const isAction = (text: string) => /^[A-Za-z0-9*?-]+:[\w*?-]+$/.test(text);

/** Wildcards and policy variables may stand for parts of an ARN. */
const isResource = (text: string) => /^arn:/.test(text) || /[*$]/.test(text);

function repeatedSid(statements: readonly Statement[]): string | undefined {
  const sids = statements.map(({ Sid: sid }) => sid).filter((sid) => sid !== undefined && sid !== "");
  return new Set(sids).size === sids.length ? undefined : "no two statements may have the same `Sid`";
}
