/** Marks a value that is not known yet, as in a preview that depends on a resource to be created. */
export const UNKNOWN = Symbol("not known before the deployment");

/** The inputs of a program, awaited. */
export interface ResolvedInputs {
  /** Without outputs and promises. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Property paths that are secret. */
  readonly secrets: ReadonlySet<string>;
  /** By property path of an output: the names of the resources it comes from. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
}

/** Inputs that often hold credentials, even if the program does not mark them as secret. */
const alwaysPrivate = ["environment", "buildEnvironment", "image.buildArgs", "image.secrets"];

/** True if a message must not show the value at `path`: it is secret, or holds or is part of something secret. */
export function isPrivate(secrets: ReadonlySet<string>, path: string): boolean {
  return [...secrets, ...alwaysPrivate].some((secret) => contains(secret, path) || contains(path, secret));
}

/** Whether the path `inner` is `outer`, or below it. */
export function contains(outer: string, inner: string): boolean {
  return inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
}

/** Pulumi property path of a key below `parent`: `environment.STAGE`, `inlinePolicies["a.b"]`. */
export function childPath(parent: string, key: string | number): string {
  if (typeof key === "number") return `${parent}[${key}]`;
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === "" ? key : `${parent}.${key}`;
}

/** False for assets, archives and resources: values that no input takes. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
