import { replaces } from "./replacement.js";
import type { ResourceType } from "./resource.js";
import { isArchive, isAsset, isObject, sameDocument, sameValue, UNKNOWN, type Values } from "./values.js";

export interface PropertyChange {
  /** Property path: `environment.variables.COLOUR`. */
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
}

export interface ResourceDiff {
  readonly changes: readonly PropertyChange[];
  /** Top-level properties that differ. */
  readonly changed: ReadonlySet<string>;
  readonly replaced: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

/** Properties for bookkeeping, or for the next destroy: a change is stored without an API call. */
const IGNORED = new Set(["__defaults"]);
export const DOCUMENTS: ReadonlySet<string> = new Set(["policy", "assumeRolePolicy"]);
/** Compared as JSON by the real provider: the service answers them in another form than they were given in. */
const JSON_TEXTS: ReadonlySet<string> = new Set([...DOCUMENTS, "redrivePolicy", "redriveAllowPolicy"]);

export interface Compared {
  readonly type: ResourceType;
  readonly computed: ReadonlySet<string>;
  /** The inputs that the state was made from. */
  readonly before: Values;
  /** The last known state. */
  readonly state: Values;
}

/**
 * Compares the wanted inputs with the deployed resource. A property that the program never set is not a difference, whatever AWS filled in. Neither is a
 * `computed` property that the program no longer sets: the provider then keeps its value.
 */
export function diffResource({ type, computed, before, state }: Compared, wanted: Values): ResourceDiff {
  const changes: PropertyChange[] = [];
  const names = new Set([...Object.keys(before), ...Object.keys(wanted)]);
  for (const name of [...names].filter((one) => !IGNORED.has(one)).sort()) {
    if (wanted[name] === undefined && computed.has(name)) continue;
    const present = name in state ? state[name] : before[name];
    changes.push(...compare(name, wanted[name], before[name], present));
  }
  const changed = new Set(changes.map(({ path }) => path.split(/[.[]/)[0] as string));
  const toggled = (name: string): boolean => isEmpty(before[name]) !== isEmpty(wanted[name]);
  const replaced = [...changed].filter((name) => replaces(type.token, name, toggled(name)));
  return {
    changes,
    changed,
    replaced,
    deleteBeforeReplace: replaced.length > 0 && keepsFixedName(type, before, wanted),
  };
}

function compare(path: string, wanted: unknown, before: unknown, present: unknown): PropertyChange[] {
  if (wanted === UNKNOWN) return [{ path, kind: before === undefined ? "add" : "update" }];
  if (wanted === undefined) return before === undefined || isEmpty(present) ? [] : [{ path, kind: "delete" }];
  const plain = (value: unknown): value is Values => isObject(value) && !isArchive(value) && !isAsset(value);
  if (plain(wanted) && plain(present)) {
    const known = plain(before) ? before : {};
    const keys = new Set([...Object.keys(wanted), ...Object.keys(known)]);
    return [...keys].sort().flatMap((key) => compare(`${path}.${key}`, wanted[key], known[key], present[key]));
  }
  if (Array.isArray(wanted) && Array.isArray(present) && wanted.length === present.length) {
    return wanted.flatMap((item, index) =>
      compare(`${path}[${index}]`, item, Array.isArray(before) ? before[index] : undefined, present[index]),
    );
  }
  if (JSON_TEXTS.has(path) && sameDocument(wanted, present)) return [];
  if (sameValue(wanted, present) || (isEmpty(wanted) && isEmpty(present))) return [];
  return [{ path, kind: present === undefined ? "add" : "update" }];
}

/** The bridge does not distinguish an absent value from an empty one. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

/** pulumi-terraform-bridge, nameRequiresDeleteBeforeReplace: a given name that stays would be in use twice. */
function keepsFixedName(type: ResourceType, before: Values, wanted: Values): boolean {
  const property = type.autoName?.property;
  if (property === undefined || isAutoNamed(wanted, property)) return false;
  return sameValue(before[property], wanted[property]);
}

export function isAutoNamed(inputs: Values, property: string): boolean {
  return Array.isArray(inputs["__defaults"]) && inputs["__defaults"].includes(property);
}
