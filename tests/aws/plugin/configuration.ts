import { AwsClient } from "../client/client.js";
import { xmlText } from "../client/xml.js";
import { checkProperties, type Failure } from "./checkInputs.js";
import type { Metadata, PropertyType } from "./metadata.js";
import type { ResourceContext } from "./resource.js";
import type { Tags } from "./tags.js";
import { isObject, unwrap, type Values } from "./values.js";

/** Services whose name in `endpoints` differs from that in signatures. */
const ENDPOINT_NAMES: Readonly<Record<string, string>> = { monitoring: "cloudwatch", apigateway: "apigatewayv2" };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Configuration arrives as text, nested values as JSON. Values of the wrong kind stay as they are, for the check to
 * name.
 */
export function parseConfiguration(metadata: Metadata, given: Values): Values {
  const parsed: Values = {};
  for (const [name, value] of Object.entries(unwrap(given) as Values)) {
    const type = metadata.provider[name]?.type;
    parsed[name] = typeof value === "string" && type !== undefined ? parseText(type, value) : value;
  }
  return parsed;
}

function parseText(type: PropertyType, text: string): unknown {
  if (type.kind === "string") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function checkConfiguration(metadata: Metadata, configuration: Values, environment: Environment): Failure[] {
  const { version: _version, pluginDownloadURL: _url, ...settings } = configuration;
  const failures = checkProperties(metadata, metadata.provider, settings);
  if (regionOf(configuration, environment) === undefined) {
    failures.push({ property: "region", reason: "Missing region configuration: set aws:region or AWS_REGION" });
  }
  return failures;
}

/** The stand-in's view of a configured provider. */
export class Configured {
  readonly region: string;
  readonly defaultTags: Tags;
  private readonly aws: AwsClient;
  private account: Promise<string> | undefined;

  constructor(
    private readonly configuration: Values,
    private readonly environment: Environment,
  ) {
    this.region = regionOf(configuration, environment) ?? "";
    const tags = isObject(configuration["defaultTags"]) ? configuration["defaultTags"]["tags"] : undefined;
    this.defaultTags = (isObject(tags) ? tags : {}) as Tags;
    const accessKey = String(configuration["accessKey"] ?? environment["AWS_ACCESS_KEY_ID"] ?? "test");
    this.aws = new AwsClient((service) => this.endpoint(service), { region: this.region, accessKey });
  }

  /** The context of a resource or function call. `region` overrides the provider's. */
  context(region: unknown): ResourceContext {
    const here = typeof region === "string" && region !== "" ? region : this.region;
    return {
      aws: here === this.region ? this.aws : this.aws.inRegion(here),
      region: here,
      partition: partitionOf(here),
      accountId: () => (this.account ??= this.askAccount()),
    };
  }

  private async askAccount(): Promise<string> {
    const account = xmlText(await this.aws.query("sts", "2011-06-15", "GetCallerIdentity", {}), "Account");
    if (account === undefined) throw new Error("STS did not say which account this is");
    return account;
  }

  /** The endpoint of the service, or else the one for all services, as in the real provider. Never AWS itself. */
  private endpoint(service: string): string {
    const lists = Array.isArray(this.configuration["endpoints"]) ? (this.configuration["endpoints"] as Values[]) : [];
    const name = ENDPOINT_NAMES[service] ?? service;
    const configured = lists.map((list) => list[name]).find((url): url is string => typeof url === "string");
    const variable =
      this.environment[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ?? this.environment["AWS_ENDPOINT_URL"];
    const url = configured ?? variable;
    if (url === undefined) {
      throw new Error(
        `this stand-in for the aws provider only talks to a local AWS: set aws:endpoints[0].${service} or AWS_ENDPOINT_URL`,
      );
    }
    return url;
  }
}

function regionOf(configuration: Values, environment: Environment): string | undefined {
  const region = configuration["region"] ?? environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"];
  return typeof region === "string" && region !== "" ? region : undefined;
}

function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
