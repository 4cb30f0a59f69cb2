import * as fs from "node:fs";
import * as path from "node:path";
import type { Values } from "./plugin/values.js";
import type { StateResource } from "./recordings.js";

/** Names of Pulumi that differ from Terraform's by more than their spelling. */
const renamed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aws_lambda_function: { name: "function_name", code: "filename" },
  aws_lambda_layer_version: { code: "filename" },
  aws_lambda_permission: { function: "function_name" },
  aws_cloudwatch_metric_alarm: { name: "alarm_name" },
};

/** The same for nested properties. */
const nested: Readonly<Record<string, string>> = { commands: "command", entryPoints: "entry_point" };

/** Properties of aws 7 that terraform-provider-aws 5.100 does not know. */
const newer: ReadonlySet<string> = new Set(["region", "durableConfig", "invokedViaFunctionUrl"]);

/** How the engine marks archives, assets and secrets. */
const signature = "4dabf18193072939515e22adb298388d";

/** Policies. */
const documents: ReadonlySet<string> = new Set(["policy", "assumeRolePolicy"]);

/** Maps whose keys are the user's. */
const maps: ReadonlySet<string> = new Set(["tags", "variables", "dimensions"]);

/** Terraform's name of a type: from the bridge's table, or else by the rule that most names follow. */
function terraformType(token: string, served: ReadonlyMap<string, string>): string {
  const [, module = "", name = ""] = /^aws:(\w+)\/\w+:(\w+)$/.exec(token) ?? [];
  return served.get(token) ?? `aws_${module}${snakeCase(name)}`;
}

function servedTypes(): ReadonlyMap<string, string> {
  const table = fs.readFileSync(path.join(__dirname, "bridge", "types.go"), "utf8");
  const rows = table.matchAll(/"(aws_\w+)":\s*\{\s*token:\s*"([^"]+)"/g);
  return new Map([...rows].map(([, name = "", token = ""]) => [`aws:${token}`, name]));
}

/**
 * The resources of a state as a configuration in Terraform's JSON syntax. Errors name them `r_<index>_<name>`.
 */
export function terraformJson(resources: readonly StateResource[]): object {
  const served = servedTypes();
  const configuration: Record<string, Record<string, object>> = {};
  for (const [index, { type, urn, inputs = {} }] of resources.entries()) {
    const name = terraformType(type, served);
    const label = (urn.split("::").at(-1) ?? urn).replaceAll(/[^A-Za-z0-9_-]/g, "_");
    (configuration[name] ??= {})[`r_${index}_${label}`] = argumentsOf(name, inputs);
  }
  return { resource: configuration };
}

function argumentsOf(type: string, inputs: Values): object {
  const known = Object.entries(inputs).filter(
    ([name, value]) => !newer.has(name) && !name.startsWith("__") && !isSecret(value),
  );
  return Object.fromEntries(
    known.map(([name, value]) => [renamed[type]?.[name] ?? terraformName(name, value), translate(name, value)]),
  );
}

function translate(name: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => translate(name, item));
  if (typeof value === "string") return value.replaceAll("${", "$${").replaceAll("%{", "%%{");
  if (typeof value !== "object" || value === null) return value;
  // An archive or asset. The file itself is not checked.
  if (signature in value) return "archive.zip";
  // The provider takes policies as objects, too.
  if (documents.has(name)) return translate(name, JSON.stringify(value));
  const inner = Object.entries(value).filter(([key, item]) => !key.startsWith("__") && !isSecret(item));
  const keyOf = (key: string, item: unknown): string =>
    maps.has(name) ? key : (nested[key] ?? terraformName(key, item));
  return Object.fromEntries(inner.map(([key, item]) => [keyOf(key, item), translate(key, item)]));
}

/** Encrypted in the state, so there is nothing to check. */
function isSecret(value: unknown): boolean {
  const mark: unknown = typeof value === "object" && value !== null && (value as Values)[signature];
  return mark === "1b47061264138c4ac30d75fd1eb44270";
}

/** Pulumi uses the plural for blocks that may occur more than once. */
function terraformName(name: string, value: unknown): string {
  const repeated = Array.isArray(value) && value.some((item) => typeof item === "object" && item !== null);
  return snakeCase(repeated ? name.replace(/ies$/, "y").replace(/s$/, "") : name);
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]+(?![a-z])|[A-Z]/g, (letters) => `_${letters.toLowerCase()}`);
}
