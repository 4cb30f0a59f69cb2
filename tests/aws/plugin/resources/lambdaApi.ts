import type { ResourceContext } from "../resource.js";
import { isObject, type Values } from "../values.js";

const FUNCTIONS = "/2015-03-31/functions";
const POLL_MS = 100;
const WAIT_AT_MOST_MS = 120_000;

export function functionPath(name: unknown, ...rest: string[]): string {
  return [FUNCTIONS, encodeURIComponent(String(name)), ...rest].join("/");
}

export function codeSigningPath(name: unknown): string {
  return `/2020-06-30/functions/${encodeURIComponent(String(name))}/code-signing-config`;
}

export function newFunctionPath(): string {
  return FUNCTIONS;
}

/** Waits until a function can be used or changed. Throws when the function failed. */
export async function waitForFunction({ aws }: ResourceContext, name: unknown, qualifier?: string): Promise<void> {
  const query = qualifier === undefined ? "" : `?Qualifier=${encodeURIComponent(qualifier)}`;
  for (let waited = 0; waited < WAIT_AT_MOST_MS; waited += POLL_MS) {
    const config = await aws.rest("lambda", "GET", `${functionPath(name, "configuration")}${query}`);
    if (config["State"] === "Failed" || config["LastUpdateStatus"] === "Failed") {
      throw new Error(
        `Lambda function ${String(name)}: ${config["StateReason"] ?? config["LastUpdateStatusReason"] ?? "failed"}`,
      );
    }
    if (config["State"] !== "Pending" && config["LastUpdateStatus"] !== "InProgress") return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`Lambda function ${String(name)} did not become ready`);
}

/** Names in the API that differ from the provider's by more than the first letter. */
const API_NAMES: Readonly<Record<string, string>> = {
  commands: "Command",
  entryPoints: "EntryPoint",
  retentionPeriod: "RetentionPeriodInDays",
  codeSigningConfigArn: "CodeSigningConfigArn",
  kmsKeyArn: "KMSKeyArn",
  sourceKmsKeyArn: "SourceKMSKeyArn",
};
const OWN_KEYS = new Set(["variables"]);

/** A nested input under the API's names: `{logFormat}` becomes `{LogFormat}`. Keys that users choose stay. */
export function toApi(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toApi);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [apiName(name), OWN_KEYS.has(name) ? item : toApi(item)]),
  );
}

export function apiName(name: string): string {
  return API_NAMES[name] ?? name.charAt(0).toUpperCase() + name.slice(1);
}

const PROPERTY_NAMES = new Map(Object.entries(API_NAMES).map(([property, api]) => [api, property]));

/** The reverse, for the state. */
export function fromApi(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromApi);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([name, item]) => {
    const property = PROPERTY_NAMES.get(name) ?? name.charAt(0).toLowerCase() + name.slice(1);
    return [property, OWN_KEYS.has(property) ? item : fromApi(item)];
  });
  return Object.fromEntries(entries) as Values;
}
