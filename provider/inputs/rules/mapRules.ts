import { eachKey, matches, type Finding } from "./valueRules.js";

type ValueMap = Readonly<Record<string, unknown>>;

const environmentLimitBytes = 4096;

const reservedVariables: ReadonlySet<string> = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_DEFAULT_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_LAMBDA_RUNTIME_API",
  "AWS_REGION",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "LAMBDA_RUNTIME_DIR",
  "LAMBDA_TASK_ROOT",
]);

/** Checks the names of the variables and their total size. Unknown values count as empty. */
export function environmentRules(environment: ValueMap): readonly Finding[] {
  const names = eachKey((name) =>
    reservedVariables.has(name)
      ? [{ message: "is reserved by Lambda; use another name" }]
      : matches(
          /^[a-zA-Z][a-zA-Z0-9_]+$/,
          "the name must begin with a letter and have at least two letters, digits or `_`",
        )(name),
  )(environment);
  const bytes = Object.entries(environment).reduce(
    (sum, [name, value]) => sum + byteLength(name) + byteLength(value),
    0,
  );
  if (bytes <= environmentLimitBytes) return names;
  const message = `names and values have ${bytes} bytes together, and Lambda allows ${environmentLimitBytes}; keep large values in SSM Parameter Store or Secrets Manager`;
  return [...names, { message, whole: true }];
}

/** Lambda may count differently from its documentation: its message about the limit quotes the variables as JSON. */
export function environmentWarnings(environment: ValueMap): string[] {
  const known = Object.fromEntries(Object.entries(environment).filter(([, value]) => typeof value === "string"));
  const bytes = byteLength(JSON.stringify(known));
  if (bytes <= environmentLimitBytes) return [];
  return [
    `environment has ${bytes} bytes as JSON. Lambda may count them like that and refuse more than ${environmentLimitBytes}; keep large values in SSM Parameter Store or Secrets Manager.`,
  ];
}

/** The pattern of Lambda, IAM and CloudWatch. */
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

const allowedInTags = "may have letters, digits, spaces and `_.:/=+-@`";

/** Rules of AWS for tags. */
export function tagRules(tags: ValueMap): readonly Finding[] {
  const count = Object.keys(tags).length;
  const tooMany = count > 50 ? [{ message: `must have at most 50 tags, has ${count}`, whole: true }] : [];
  const keys = eachKey((key) => {
    if (key.toLowerCase().startsWith("aws:")) return [{ message: "tags that begin with `aws:` are reserved by AWS" }];
    if (key.length === 0 || [...key].length > 128) return [{ message: "the name of a tag has 1 to 128 characters" }];
    return tagText.test(key) ? [] : [{ message: `the name of a tag ${allowedInTags}${marksIn(key)}` }];
  })(tags);
  const values = Object.entries(tags).flatMap(([key, value]) =>
    tagValue(value).map((message) => ({ message, at: key, whole: true })),
  );
  return [...tooMany, ...keys, ...values];
}

function tagValue(value: unknown): string[] {
  if (typeof value !== "string") return [];
  if ([...value].length > 256) return ["the value of a tag has at most 256 characters"];
  return tagText.test(value) ? [] : [`the value of a tag ${allowedInTags}${marksIn(value)}`];
}

/** A letter with a combining mark looks like an allowed one. Most have a form without, which editors do not show. */
function marksIn(text: string): string {
  if (!/\p{M}/u.test(text)) return "";
  const isComposed = tagText.test(text.normalize("NFC"));
  return `; it has combining marks${isComposed ? ", and none in Unicode's form NFC" : ""}`;
}

function byteLength(value: unknown): number {
  return typeof value === "string" ? Buffer.byteLength(value) : 0;
}
