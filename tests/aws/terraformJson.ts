import * as fs from "node:fs";
import * as path from "node:path";
import type { Values } from "./plugin/values.js";

/** A resource of a stack's state. */
export interface StateResource {
  readonly type: string;
  readonly urn: string;
  readonly inputs?: Values;
}

/** Pulumi's names that are more than another spelling of Terraform's. */
const renamed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aws_lambda_function: { name: "function_name", code: "filename" },
  aws_lambda_layer_version: { code: "filename" },
  aws_lambda_permission: { function: "function_name" },
  aws_cloudwatch_metric_alarm: { name: "alarm_name" },
  aws_s3_bucket_server_side_encryption_configuration: { rules: "rule" },
  aws_ecr_repository: { encryptionConfigurations: "encryption_configuration" },
};

/** The same of what is nested: the lists that Pulumi calls by their plural. */
const nested: Readonly<Record<string, string>> = { commands: "command", entryPoints: "entry_point" };

/** What terraform-provider-aws 5.100 does not know; aws 7 does. */
const newer: ReadonlySet<string> = new Set(["region", "durableConfig", "invokedViaFunctionUrl"]);

/** Maps whose keys are the user's. */
const maps: ReadonlySet<string> = new Set(["tags", "variables"]);

/** Terraform's name of a type, from the bridge's table. */
export function terraformTypes(): ReadonlyMap<string, string> {
  const table = fs.readFileSync(path.join(__dirname, "bridge", "types.go"), "utf8");
  const rows = table.matchAll(/"(aws_\w+)":\s*\{\s*token:\s*"([^"]+)"/g);
  return new Map([...rows].map(([, name = "", token = ""]) => [`aws:${token}`, name]));
}

/** The resources of a state as a configuration in Terraform's JSON syntax. */
export function terraformJson(resources: readonly StateResource[]): object {
  const types = terraformTypes();
  const configuration: Record<string, Record<string, object>> = {};
  for (const { type, urn, inputs = {} } of resources) {
    const name = types.get(type);
    if (name === undefined) throw new Error(`${type} has no row in tests/aws/bridge/types.go`);
    const label = (urn.split("::").at(-1) ?? urn).replaceAll(/[^A-Za-z0-9_-]/g, "_");
    (configuration[name] ??= {})[`r_${label}`] = argumentsOf(name, inputs);
  }
  return { resource: configuration };
}

function argumentsOf(type: string, inputs: Values): object {
  const known = Object.entries(inputs).filter(([name]) => !newer.has(name) && !name.startsWith("__"));
  return Object.fromEntries(
    known.map(([name, value]) => [renamed[type]?.[name] ?? snakeCase(name), translate(name, value)]),
  );
}

function translate(name: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => translate(name, item));
  if (typeof value === "string") return value.replaceAll("${", "$${").replaceAll("%{", "%%{");
  if (typeof value !== "object" || value === null) return value;
  // An archive or asset, of which the file itself is not looked at.
  if ("4dabf18193072939515e22adb298388d" in value) return "archive.zip";
  if (maps.has(name)) return value;
  const inner = Object.entries(value).filter(([key]) => !key.startsWith("__"));
  return Object.fromEntries(inner.map(([key, item]) => [nested[key] ?? snakeCase(key), translate(key, item)]));
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]+(?![a-z])|[A-Z]/g, (letters) => `_${letters.toLowerCase()}`);
}
