import type { Metadata, Properties, PropertyType } from "./metadata.js";
import { isArchive, isAsset, isObject, UNKNOWN, type Values } from "./values.js";

export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** Bookkeeping that the engine and the provider store beside real properties. */
const MARKS = new Set(["__defaults", "__internal"]);

/** What is wrong with properties according to the installed @pulumi/aws: unknown names, missing ones, wrong types. */
export function checkProperties(metadata: Metadata, properties: Properties, values: Values, path = ""): Failure[] {
  const failures: Failure[] = [];
  for (const [name, value] of Object.entries(values)) {
    if (MARKS.has(name)) continue;
    const property = properties[name];
    const at = path === "" ? name : `${path}.${name}`;
    if (property === undefined) {
      failures.push({
        property: at,
        reason: `Invalid or unknown key. Known are: ${Object.keys(properties).sort().join(", ")}`,
      });
    } else {
      failures.push(...checkValue(metadata, property.type, value, at));
    }
  }
  for (const [name, property] of Object.entries(properties)) {
    if (property.required && values[name] === undefined) {
      failures.push({ property: path === "" ? name : `${path}.${name}`, reason: "Missing required property" });
    }
  }
  return failures;
}

function checkValue(metadata: Metadata, type: PropertyType, value: unknown, path: string): Failure[] {
  if (value === UNKNOWN) return [];
  switch (type.kind) {
    case "any":
      return [];
    case "string":
    case "number":
    case "boolean":
      return typeof value === type.kind || convertible(type.kind, value) ? [] : [wrong(path, `a ${type.kind}`, value)];
    case "archive":
      return isArchive(value) ? [] : [wrong(path, "an archive", value)];
    case "asset":
      return isAsset(value) ? [] : [wrong(path, "an asset", value)];
    case "array":
      return Array.isArray(value)
        ? value.flatMap((item, index) => checkValue(metadata, type.of, item, `${path}[${index}]`))
        : [wrong(path, "a list", value)];
    case "map":
      return isObject(value)
        ? Object.entries(value).flatMap(([key, item]) => checkValue(metadata, type.of, item, `${path}.${key}`))
        : [wrong(path, "a map", value)];
    case "object":
      return isObject(value)
        ? checkProperties(metadata, metadata.types[type.name] ?? {}, value, path)
        : [wrong(path, "an object", value)];
    case "either": {
      const each = type.of.map((one) => checkValue(metadata, one, value, path));
      return each.find((failures) => failures.length === 0) ?? each[each.length - 1] ?? [];
    }
  }
}

/** The bridge converts the text of a number or boolean, because configuration arrives as text. */
function convertible(kind: string, value: unknown): boolean {
  if (kind === "string") return typeof value === "number" || typeof value === "boolean";
  if (typeof value !== "string") return false;
  return kind === "number"
    ? value.trim() !== "" && Number.isFinite(Number(value))
    : value === "true" || value === "false";
}

function wrong(path: string, expected: string, value: unknown): Failure {
  return { property: path, reason: `expected ${expected}, got ${JSON.stringify(value)}` };
}
