import { type ApiCall, type HttpCall, Refusal, type Scope } from "./call.js";
import type { Member, Operation, ServiceModel, Shape } from "./model.js";
import { matchOperation } from "./routes.js";

type Input = Record<string, unknown>;

/** Finds the operation that a request calls and its input, by the dialect the request is written in. */
export function decode(http: HttpCall, scope: Scope, model: ServiceModel): ApiCall {
  const base = { service: scope.service, region: scope.region, accessKey: scope.accessKey, model };
  const target = http.headers["x-amz-target"];
  if (target !== undefined) {
    const operation = target.split(".").pop() ?? "";
    const input = operationOf(model, operation).input === undefined ? {} : parseJson(http.body);
    return { ...base, operation, protocol: "json", input };
  }
  if ((http.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded")) {
    const form = new URLSearchParams(http.body.toString("utf8"));
    const operation = form.get("Action") ?? "";
    const shape = operationOf(model, operation).input?.shape;
    return {
      ...base,
      operation,
      protocol: "query",
      input: shape === undefined ? {} : queryStructure(model, shape, form, ""),
    };
  }
  if (model.metadata.protocol !== "rest-json" && model.metadata.protocol !== "rest-xml") {
    return { ...base, operation: "", protocol: "other", input: undefined };
  }
  const found = matchOperation(model, http);
  if (found === undefined)
    throw new Refusal("UnknownOperationException", `no operation answers ${http.method} ${http.url}`, 404);
  const input =
    model.metadata.protocol === "rest-xml" ? undefined : restInput(model, found.operation, found.labels, http);
  return { ...base, operation: found.operation.name, protocol: model.metadata.protocol, input };
}

function operationOf(model: ServiceModel, name: string): Operation {
  const operation = model.operations[name];
  if (operation === undefined) throw new Refusal("UnknownOperationException", `unknown operation '${name}'`, 404);
  return operation;
}

function parseJson(body: Buffer): Input {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Input;
  } catch {
    // Told below, as for a body of another kind.
  }
  throw new Refusal("SerializationException", "the body is not a JSON object");
}

function restInput(model: ServiceModel, operation: Operation, labels: Record<string, string>, http: HttpCall): Input {
  if (operation.input === undefined) return {};
  const shape = model.shapes[operation.input.shape] as Shape;
  const query = new URL(http.url, "http://local").searchParams;
  const input: Input = {};
  const outsideBody = new Set<string>();
  for (const [name, member] of Object.entries(shape.members ?? {})) {
    if (member.location === undefined) continue;
    outsideBody.add(name);
    const text = readLocation(member, name, { labels, query, headers: http.headers });
    if (text !== undefined) input[name] = scalar(model, member, text);
  }
  if (shape.payload !== undefined) {
    const payload = model.shapes[(shape.members?.[shape.payload] as Member).shape] as Shape;
    if (http.body.length > 0) input[shape.payload] = payload.type === "blob" ? http.body : parseJson(http.body);
    return input;
  }
  for (const [name, value] of Object.entries(parseJson(http.body))) {
    // AWS reads a value only from its place, and would ignore the same member in the body.
    if (!outsideBody.has(name)) input[name] = value;
  }
  return input;
}

/** Where a request has what is not in its body. */
interface Locations {
  readonly labels: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
}

function readLocation(
  member: Member,
  name: string,
  { labels, query, headers }: Locations,
): string | string[] | undefined {
  const wire = member.locationName ?? name;
  if (member.location === "uri") return labels[wire];
  if (member.location === "header") return headers[wire.toLowerCase()];
  if (member.location !== "querystring" || !query.has(wire)) return undefined;
  const all = query.getAll(wire);
  return all.length > 1 ? all : all[0];
}

function queryStructure(model: ServiceModel, shapeName: string, form: URLSearchParams, prefix: string): Input {
  const shape = model.shapes[shapeName] as Shape;
  const input: Input = {};
  for (const [name, member] of Object.entries(shape.members ?? {})) {
    const value = queryValue(model, member, form, prefix + (member.locationName ?? name));
    if (value !== undefined) input[name] = value;
  }
  return input;
}

function queryValue(model: ServiceModel, member: Member, form: URLSearchParams, key: string): unknown {
  const shape = model.shapes[member.shape] as Shape;
  if (![...form.keys()].some((name) => name === key || name.startsWith(`${key}.`))) return undefined;
  if (shape.type === "structure") return queryStructure(model, member.shape, form, `${key}.`);
  if (shape.type === "list") {
    const element = shape.member as Member;
    const stem = shape.flattened === true ? key : `${key}.${element.locationName ?? "member"}`;
    return numbered((index) => queryValue(model, element, form, `${stem}.${index}`));
  }
  if (shape.type === "map") {
    const stem = shape.flattened === true ? key : `${key}.entry`;
    const keys = numbered((index) => form.get(`${stem}.${index}.key`) ?? undefined);
    return Object.fromEntries(
      keys.map((name, at) => [name, queryValue(model, shape.value as Member, form, `${stem}.${at + 1}.value`)]),
    );
  }
  return scalar(model, member, form.get(key) ?? "");
}

function numbered<T>(read: (index: number) => T | undefined): T[] {
  const items: T[] = [];
  for (let index = 1; ; index++) {
    const item = read(index);
    if (item === undefined) return items;
    items.push(item);
  }
}

/**
 * Text from a URL, a header or a form, converted to the shape's type. Text that does not fit stays as it is, and the
 * check reports it.
 */
function scalar(model: ServiceModel, member: Member, text: string | string[]): unknown {
  const shape = model.shapes[member.shape] as Shape;
  if (shape.type === "list") return typeof text === "string" ? [text] : text;
  if (Array.isArray(text)) return text;
  if (shape.type === "boolean" && (text === "true" || text === "false")) return text === "true";
  const numeric = ["integer", "long", "float", "double"].includes(shape.type);
  return numeric && text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}
