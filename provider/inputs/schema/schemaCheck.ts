import type { Problem } from "../../lib/errors.js";
import { didYouMean } from "../../lib/messages/suggest.js";
import { UNKNOWN, childPath, contains, isPlainObject, isPrivate, type ResolvedInputs } from "../resolved.js";
import { referencedType, type PackageSchema, type PropertySchema, type ResourceSchema } from "./packageSchema.js";
import type { Rule } from "../rules/valueRules.js";

export interface Rulebook {
  readonly schema: PackageSchema;
  readonly resource: ResourceSchema;
  /** By property path with `[]` for any item and `{}` for any value of a map. */
  readonly rules: Readonly<Record<string, Rule>>;
  readonly mayBeEmpty: ReadonlySet<string>;
}

/** A value with its place: `path` names it to the user, `slot` is the key of its rule. */
interface Place {
  readonly path: string;
  readonly slot: string;
  readonly property: PropertySchema;
}

/** Checks every known value against its type in the schema and its rule. Skips unknown values. */
export function schemaProblems(book: Rulebook, inputs: ResolvedInputs): Problem[] {
  return new SchemaCheck(book, inputs.secrets).fields(
    { path: "", slot: "" },
    inputs.values,
    book.resource.inputProperties,
    book.resource.requiredInputs,
  );
}

class SchemaCheck {
  constructor(
    private readonly book: Rulebook,
    private readonly secrets: ReadonlySet<string>,
  ) {}

  fields(
    parent: Pick<Place, "path" | "slot">,
    values: Readonly<Record<string, unknown>>,
    properties: Readonly<Record<string, PropertySchema>>,
    required: readonly string[],
  ): Problem[] {
    const names = Object.keys(properties);
    const unknown = Object.keys(values)
      .filter((key) => !names.includes(key))
      .map((key) => ({ property: childPath(parent.path, key), message: `is not an input.${didYouMean(key, names)}` }));
    const missing = required
      .filter((key) => values[key] === undefined)
      .map((key) => ({ property: childPath(parent.path, key), message: "is required" }));
    const wrong = Object.entries(properties).flatMap(([key, property]) => {
      const slot = parent.slot === "" ? key : `${parent.slot}.${key}`;
      return this.value({ path: childPath(parent.path, key), slot, property }, values[key]);
    });
    return [...unknown, ...missing, ...wrong];
  }

  private value(place: Place, value: unknown): Problem[] {
    if (value === undefined) return [];
    if (value === UNKNOWN) return place.property.plain === true ? [this.mustBeKnown(place)] : [];
    const ofType = this.type(place, value);
    return ofType.length > 0 ? ofType : this.rule(place, value);
  }

  private type(place: Place, value: unknown): Problem[] {
    const { property } = place;
    if (property.$ref !== undefined) return this.reference(place, property.$ref, value);
    switch (property.type) {
      case "string":
        return this.string(place, value);
      case "boolean":
        return typeof value === "boolean" ? [] : [this.problem(place, "must be true or false", value)];
      case "integer":
        return Number.isInteger(value) ? [] : [this.problem(place, "must be a whole number", value)];
      case "number":
        return typeof value === "number" ? [] : [this.problem(place, "must be a number", value)];
      case "array":
        return this.list(place, value);
      case "object":
        return this.map(place, value);
      default:
        throw new Error(`schema.json states no type for ${place.slot}`);
    }
  }

  private reference(place: Place, ref: string, value: unknown): Problem[] {
    const type = referencedType(this.book.schema, ref);
    if (type.enum !== undefined) {
      const allowed = type.enum.map((member) => member.value);
      if (typeof value === "string" && allowed.includes(value)) return [];
      const choice = `must be ${allowed.map((a) => JSON.stringify(a)).join(" or ")}`;
      return [this.problem(place, choice, value)];
    }
    if (!isPlainObject(value)) return [this.problem(place, "must be an object", value)];
    return this.fields(place, value, type.properties ?? {}, type.required ?? []);
  }

  private string(place: Place, value: unknown): Problem[] {
    if (typeof value !== "string") return [this.problem(place, "must be a string", value)];
    const secret = place.property.plain === true ? this.secretAround(place.path) : undefined;
    if (secret !== undefined) return [this.cannotBeSecret(place, secret)];
    const mayBeEmpty = this.book.mayBeEmpty.has(place.slot);
    if (value.trim() === "" && !mayBeEmpty) return [this.problem(place, "must not be empty; leave it out", undefined)];
    if (value.includes("\0")) return [this.problem(place, "must not contain a NUL character", undefined)];
    const isOneLine = place.property.plain === true;
    if (isOneLine && /[\r\n]/.test(value)) return [this.problem(place, "must not contain a line break", undefined)];
    return [];
  }

  private list(place: Place, value: unknown): Problem[] {
    if (!Array.isArray(value)) return [this.problem(place, "must be a list", value)];
    const property = place.property.items;
    if (property === undefined) return [];
    return value.flatMap((item: unknown, i) => {
      const inner = { path: childPath(place.path, i), slot: `${place.slot}[]`, property };
      return item === null ? [this.problem(inner, "must not be null", undefined)] : this.value(inner, item);
    });
  }

  private map(place: Place, value: unknown): Problem[] {
    if (!isPlainObject(value)) return [this.problem(place, "must be a map", value)];
    const property = place.property.additionalProperties;
    if (property === undefined) return [];
    return Object.entries(value).flatMap(([key, item]) =>
      this.value({ path: childPath(place.path, key), slot: `${place.slot}{}`, property }, item),
    );
  }

  private rule(place: Place, value: unknown): Problem[] {
    const findings = this.book.rules[place.slot]?.(value as never) ?? [];
    return findings.map((finding) => {
      const path = finding.at === undefined ? place.path : childPath(place.path, finding.at);
      return this.problem({ ...place, path }, finding.message, finding.whole === true ? undefined : value);
    });
  }

  /** What was passed as a secret: the value itself, or a list or an object that holds it. */
  private secretAround(path: string): string | undefined {
    return [...this.secrets].find((secret) => contains(secret, path));
  }

  private cannotBeSecret(place: Place, secret: string): Problem {
    const reason = "it decides what is built or created, so the state or messages show it in clear";
    const isInObject = secret !== place.path.replace(/\[\d+\]$/, "") && secret !== place.path;
    const message = isInObject
      ? `is secret because \`${secret}\` is secret as a whole, but ${reason}; mark only values in \`${secret}\` that need it`
      : `is secret, but ${reason}; pass a value that is not secret`;
    return this.problem(place, message, undefined);
  }

  private mustBeKnown(place: Place): Problem {
    const message =
      "must be known before the deployment, because it decides what is built or created; it depends on a resource that does not exist yet";
    return this.problem(place, message, undefined);
  }

  /** Quotes `given`, unless it is undefined. */
  private problem(place: Place, message: string, given: unknown): Problem {
    if (given === undefined) return { property: place.path, message };
    if (isPrivate(this.secrets, place.path)) return { property: place.path, message };
    return { property: place.path, message: `${message}; given: ${quoted(given)}` };
  }
}

function quoted(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}...` : value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return "a list";
  return isPlainObject(value) ? "a map" : "an asset or resource";
}
