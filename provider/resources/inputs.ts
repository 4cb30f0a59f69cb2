import * as pulumi from "@pulumi/pulumi";

/** Stands where a value is not known yet: the preview of something that depends on a resource to be created. */
export const UNKNOWN = Symbol("not known before the deployment");

/** What a program passed, awaited: `values` without outputs, `secrets` the property paths that are secret. */
export interface ResolvedInputs {
  readonly values: Readonly<Record<string, unknown>>;
  readonly secrets: ReadonlySet<string>;
}

/** The part of an output that tells known, unknown and secret apart; `apply` would skip unknown ones silently. */
interface OutputState {
  readonly isKnown: Promise<boolean>;
  readonly isSecret: Promise<boolean>;
  promise(withUnknowns: boolean): Promise<unknown>;
}

/** Awaits every output and promise in `inputs`, at any depth. Null and undefined properties are absent afterwards. */
export async function resolveInputs(inputs: pulumi.Inputs): Promise<ResolvedInputs> {
  const secrets = new Set<string>();
  const values = (await resolve(inputs, "", secrets)) as Record<string, unknown>;
  return { values, secrets };
}

/** True if the value at `path`, or anything that holds it, is secret. */
export function isSecretPath(secrets: ReadonlySet<string>, path: string): boolean {
  if (secrets.has(path)) return true;
  return [...secrets].some((secret) => path.startsWith(`${secret}.`) || path.startsWith(`${secret}[`));
}

/** Pulumi property path of a key below `parent`: `environment.STAGE`, `inlinePolicies["a.b"]`. */
export function childPath(parent: string, key: string | number): string {
  if (typeof key === "number") return `${parent}[${key}]`;
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === "" ? key : `${parent}.${key}`;
}

async function resolve(input: unknown, path: string, secrets: Set<string>): Promise<unknown> {
  if (pulumi.isUnknown(input)) return UNKNOWN;
  if (pulumi.Output.isInstance(input)) return resolveOutput(input as unknown as OutputState, path, secrets);
  if (input instanceof Promise) return resolve(await input, path, secrets);
  if (Array.isArray(input)) return Promise.all(input.map((item, i) => resolve(item, childPath(path, i), secrets)));
  if (!isPlainObject(input)) return input;
  const entries = await Promise.all(
    Object.entries(input).map(
      async ([key, value]) => [key, await resolve(value, childPath(path, key), secrets)] as const,
    ),
  );
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== null));
}

async function resolveOutput(output: OutputState, path: string, secrets: Set<string>): Promise<unknown> {
  if ((await output.isSecret) === true) secrets.add(path);
  const value = await output.promise(true);
  const known = await output.isKnown;
  if (!known && !pulumi.containsUnknowns(value)) return UNKNOWN;
  return resolve(value, path, secrets);
}

/** False for assets, archives and resources: values that no input takes. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
