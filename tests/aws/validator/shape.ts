import type { Member, ServiceModel, Shape } from "./model.js";

/**
 * Checks a value against a shape of the model. Each finding is a sentence in AWS's own words, such as
 * "Value '9999' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900".
 */
export function violations(model: ServiceModel, shapeName: string, value: unknown, path = ""): string[] {
  const shape = model.shapes[shapeName];
  if (shape === undefined) throw new Error(`the model has no shape ${shapeName}`);
  const check = CHECKS[shape.type];
  return check === undefined ? [] : check(model, shape, value, path);
}

type Check = (model: ServiceModel, shape: Shape, value: unknown, path: string) => string[];

const CHECKS: Readonly<Record<string, Check>> = {
  structure: checkStructure,
  list: checkList,
  map: checkMap,
  string: checkString,
  integer: checkNumber,
  long: checkNumber,
  float: checkNumber,
  double: checkNumber,
  boolean: (_model, _shape, value, path) => (typeof value === "boolean" ? [] : [wrongType(path, value, "a boolean")]),
  blob: checkBlob,
};

function checkStructure(model: ServiceModel, shape: Shape, value: unknown, path: string): string[] {
  if (!isObject(value)) return [wrongType(path, value, "a structure")];
  const members = shape.members ?? {};
  const found: string[] = [];
  for (const name of shape.required ?? []) {
    if (value[name] === undefined || value[name] === null)
      found.push(failed(join(path, name), null, "Member must not be null"));
  }
  for (const [name, given] of Object.entries(value)) {
    const member = members[name];
    if (member === undefined) found.push(`Unknown member '${name}' at '${path === "" ? "request" : path}'`);
    else if (given !== null && given !== undefined)
      found.push(...violations(model, member.shape, given, join(path, name)));
  }
  return found;
}

function checkList(model: ServiceModel, shape: Shape, value: unknown, path: string): string[] {
  if (!Array.isArray(value)) return [wrongType(path, value, "a list")];
  const element = (shape.member as Member).shape;
  return [
    ...checkLength(shape, value.length, value, path),
    ...value.flatMap((item, index) => violations(model, element, item, `${path}.${index + 1}.member`)),
  ];
}

function checkMap(model: ServiceModel, shape: Shape, value: unknown, path: string): string[] {
  if (!isObject(value)) return [wrongType(path, value, "a map")];
  const entries = Object.entries(value);
  return [
    ...checkLength(shape, entries.length, value, path),
    ...entries.flatMap(([key, item]) => [
      ...violations(model, (shape.key as Member).shape, key, `${path}.key`),
      ...violations(model, (shape.value as Member).shape, item, `${path}.${key}`),
    ]),
  ];
}

function checkString(_model: ServiceModel, shape: Shape, value: unknown, path: string): string[] {
  if (typeof value !== "string") return [wrongType(path, value, "a string")];
  const found = checkLength(shape, value.length, value, path);
  if (shape.enum !== undefined && !shape.enum.includes(value)) {
    found.push(failed(path, value, `Member must satisfy enum value set: [${shape.enum.join(", ")}]`));
  }
  if (shape.pattern !== undefined && !compilePattern(shape.pattern).test(value)) {
    found.push(failed(path, value, `Member must satisfy regular expression pattern: ${shape.pattern}`));
  }
  return found;
}

function checkNumber(_model: ServiceModel, shape: Shape, value: unknown, path: string): string[] {
  const whole = shape.type === "integer" || shape.type === "long";
  if (typeof value !== "number" || (whole && !Number.isInteger(value))) return [wrongType(path, value, "a number")];
  const found: string[] = [];
  if (shape.min !== undefined && value < shape.min) {
    found.push(failed(path, value, `Member must have value greater than or equal to ${shape.min}`));
  }
  if (shape.max !== undefined && value > shape.max) {
    found.push(failed(path, value, `Member must have value less than or equal to ${shape.max}`));
  }
  return found;
}

function checkBlob(_model: ServiceModel, shape: Shape, value: unknown, path: string): string[] {
  if (Buffer.isBuffer(value)) return checkLength(shape, value.length, "blob", path);
  if (typeof value !== "string" || value.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) {
    return [`Value at '${path}' is not base64`];
  }
  return [];
}

function checkLength(shape: Shape, length: number, value: unknown, path: string): string[] {
  const found: string[] = [];
  if (shape.min !== undefined && length < shape.min) {
    found.push(failed(path, value, `Member must have length greater than or equal to ${shape.min}`));
  }
  if (shape.max !== undefined && length > shape.max) {
    found.push(failed(path, value, `Member must have length less than or equal to ${shape.max}`));
  }
  return found;
}

/**
 * AWS matches the whole value. Its patterns are Java's: the flag for case is inside, and `\p{L}` needs no flag.
 */
function compilePattern(pattern: string): RegExp {
  const ignoreCase = pattern.startsWith("(?i)");
  const body = ignoreCase ? pattern.slice("(?i)".length) : pattern;
  return new RegExp(`^(?:${body})$`, (ignoreCase ? "i" : "") + (body.includes("\\p{") ? "u" : ""));
}

function failed(path: string, value: unknown, constraint: string): string {
  const shown = value === null ? "null" : `'${typeof value === "string" ? value : JSON.stringify(value)}'`;
  return `Value ${shown} at '${path}' failed to satisfy constraint: ${constraint}`;
}

function wrongType(path: string, value: unknown, expected: string): string {
  return `Value at '${path}' is not ${expected}: ${JSON.stringify(value)}`;
}

function join(path: string, name: string): string {
  const lower = name.charAt(0).toLowerCase() + name.slice(1);
  return path === "" ? lower : `${path}.${lower}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}
