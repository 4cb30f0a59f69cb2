import * as pulumi from "@pulumi/pulumi";

/** Stands where a value is not known yet: the preview of something that depends on a resource to be created. */
export const UNKNOWN = Symbol("not known before the deployment");

/** What a program passed, awaited. */
export interface ResolvedInputs {
  /** Without outputs and promises. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Property paths that are secret. */
  readonly secrets: ReadonlySet<string>;
  /** By property path of an output: the names of the resources it comes from. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
}

/** The part of an output that tells known, unknown and secret apart; `apply` would skip unknown ones silently. */
interface OutputState {
  readonly isKnown: Promise<boolean>;
  readonly isSecret: Promise<boolean>;
  promise(withUnknowns: boolean): Promise<unknown>;
  allResources(): Promise<ReadonlySet<pulumi.Resource>>;
}

/** What is collected on the way. */
interface Found {
  readonly secrets: Set<string>;
  readonly sources: Map<string, readonly string[]>;
}

/** Awaits every output and promise in `inputs`, at any depth. Null and undefined properties are absent afterwards. */
export async function resolveInputs(inputs: pulumi.Inputs): Promise<ResolvedInputs> {
  const found: Found = { secrets: new Set(), sources: new Map() };
  const values = (await resolve(inputs, "", found)) as Record<string, unknown>;
  return { values, ...found };
}

/** Inputs that often hold credentials, also where the program does not say that they are secret. */
const alwaysPrivate = ["environment", "buildEnvironment"];

/** True if a message must not show the value at `path`: it is secret, or holds or is part of something secret. */
export function isPrivate(secrets: ReadonlySet<string>, path: string): boolean {
  return [...secrets, ...alwaysPrivate].some((secret) => contains(secret, path) || contains(path, secret));
}

function contains(outer: string, inner: string): boolean {
  return inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
}

/** Pulumi property path of a key below `parent`: `environment.STAGE`, `inlinePolicies["a.b"]`. */
export function childPath(parent: string, key: string | number): string {
  if (typeof key === "number") return `${parent}[${key}]`;
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === "" ? key : `${parent}.${key}`;
}

async function resolve(input: unknown, path: string, found: Found): Promise<unknown> {
  if (pulumi.isUnknown(input)) return UNKNOWN;
  if (pulumi.Output.isInstance(input)) return resolveOutput(input as unknown as OutputState, path, found);
  if (input instanceof Promise) return resolve(await input, path, found);
  if (Array.isArray(input)) return Promise.all(input.map((item, i) => resolve(item, childPath(path, i), found)));
  if (!isPlainObject(input)) return input;
  const entries = await Promise.all(
    Object.entries(input).map(
      async ([key, value]) => [key, await resolve(value, childPath(path, key), found)] as const,
    ),
  );
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== null));
}

async function resolveOutput(output: OutputState, path: string, found: Found): Promise<unknown> {
  if (await output.isSecret) found.secrets.add(path);
  found.sources.set(path, await sourceNames(output));
  const value = await output.promise(true);
  const known = await output.isKnown;
  if (!known && !pulumi.containsUnknowns(value)) return UNKNOWN;
  return resolve(value, path, found);
}

async function sourceNames(output: OutputState): Promise<string[]> {
  const urns = [...(await output.allResources())].map(({ urn }) => (urn as unknown as OutputState).promise(true));
  const names = (await Promise.all(urns)).map((urn) => String(urn).split("::").slice(3).join("::"));
  return [...new Set(names)].sort();
}

/** False for assets, archives and resources: values that no input takes. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
