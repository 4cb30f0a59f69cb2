import type { Recorded } from "./validator/proxy.js";

/**
 * Services for which the aws provider gets an endpoint, by their names in its `endpoints`: all that the product, the
 * examples and the recipes use. The tests do not call all of them: `ec2` is for functions in a VPC, `kms` and
 * `codedeploy` for other parts of a program.
 */
export const endpointNames = [
  "apigatewayv2",
  "cloudwatch",
  "codedeploy",
  "ec2",
  "ecr",
  "events",
  "iam",
  "kms",
  "lambda",
  "logs",
  "s3",
  "scheduler",
  "sns",
  "sqs",
  "ssm",
  "sts",
] as const;

/** Signing names that are not the name of the endpoint. */
const signedAs: Readonly<Record<string, string>> = { apigateway: "apigatewayv2", monitoring: "cloudwatch" };

/** Services that were called without an endpoint in the provider's settings. */
export function servicesBeside(calls: readonly Pick<Recorded, "service">[]): string[] {
  const named: ReadonlySet<string> = new Set(endpointNames);
  return [...new Set(calls.map(({ service }) => signedAs[service] ?? service))].filter((one) => !named.has(one)).sort();
}

/** Modules of the aws package whose resources belong to other services. */
const servicesOfTypes: Readonly<Record<string, string>> = {
  "cloudwatch/eventRule": "events",
  "cloudwatch/eventTarget": "events",
  "cloudwatch/logGroup": "logs",
  "index/getCallerIdentity": "sts",
};

/** Types that the provider answers itself. */
const answeredInside: ReadonlySet<string> = new Set(["index/getPartition", "index/getRegion"]);

/** The endpoint that a type such as `aws:cloudwatch/logGroup:LogGroup` needs. Undefined if it calls nothing. */
export function endpointOf(token: string): string | undefined {
  const [, type = ""] = token.split(":");
  return answeredInside.has(type) ? undefined : (servicesOfTypes[type] ?? type.split("/")[0]);
}
