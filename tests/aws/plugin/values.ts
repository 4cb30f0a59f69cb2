/** Pulumi's marks in plain values. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";

/** Marks a value that is not known yet, in previews. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export type Values = Record<string, unknown>;

export interface Archive {
  readonly hash: string;
  readonly path?: string;
}

export function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isArchive(value: unknown): value is Values & Archive {
  return isObject(value) && value[SIGNATURE] === ARCHIVE;
}

export function isAsset(value: unknown): value is Values & Archive & { readonly text?: string } {
  return isObject(value) && value[SIGNATURE] === ASSET;
}

/** The value without secret wrappers and nulls, with ids in place of resource references. */
export function unwrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrap);
  if (!isObject(value)) return value;
  if (value[SIGNATURE] === SECRET) return unwrap(value["value"]);
  if (value[SIGNATURE] === RESOURCE) return value["id"];
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null && item !== undefined)
      .map(([key, item]) => [key, unwrap(item)]),
  );
}

function containsUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(containsUnknown);
  return isObject(value) ? Object.values(value).some(containsUnknown) : value === UNKNOWN;
}

/** Equal as the provider sees it: archives and assets by their hash alone. */
export function sameValue(one: unknown, other: unknown): boolean {
  if (containsUnknown(one) || containsUnknown(other)) return one === other;
  if ((isArchive(one) && isArchive(other)) || (isAsset(one) && isAsset(other))) return one.hash === other.hash;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => sameValue(item, other[index]));
  }
  if (isObject(one) && isObject(other)) {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...keys].every((key) => sameValue(one[key], other[key]));
  }
  return one === other;
}

/** Policy documents are equal when they mean the same. Spacing and the order of keys do not count. */
export function sameDocument(one: unknown, other: unknown): boolean {
  if (typeof one !== "string" || typeof other !== "string" || !one.startsWith("{") || !other.startsWith("{"))
    return false;
  try {
    return sameValue(JSON.parse(one), JSON.parse(other));
  } catch {
    return false;
  }
}
