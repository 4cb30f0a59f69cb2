import { UNKNOWN } from "../resolved.js";

/** A wrong value: what is allowed, and where below the property when not the property itself. */
export interface Finding {
  readonly message: string;
  readonly at?: string | number;
  /** The message is complete: the given value is not quoted. */
  readonly whole?: boolean;
}

/** Checks one known value of the type that schema.json states. Containers may hold UNKNOWN. */
export type Rule = (value: never) => readonly Finding[];

export const matches =
  (pattern: RegExp, allowed: string) =>
  (value: string): Finding[] =>
    pattern.test(value) ? [] : [{ message: allowed }];

export const between =
  (least: number, most: number, unit: string) =>
  (value: number): Finding[] =>
    value >= least && value <= most ? [] : [{ message: `must be ${least} to ${most} ${unit}` }];

export const oneOf =
  (allowed: readonly number[], meaning: string) =>
  (value: number): Finding[] =>
    allowed.includes(value) ? [] : [{ message: `must be one of ${allowed.join(", ")}${meaning}` }];

export const atMostCharacters =
  (most: number) =>
  (value: string): Finding[] =>
    [...value].length <= most
      ? []
      : [{ message: `must have at most ${most} characters, has ${[...value].length}`, whole: true }];

/** A name of a function, an alias or a layer. */
export const lambdaName = (most: number) =>
  all(matches(/^[a-zA-Z0-9-_]+$/, "may have letters, digits, `-` and `_`"), atMostCharacters(most));

export const atMostItems =
  (most: number, what: string) =>
  (value: readonly unknown[]): Finding[] =>
    value.length <= most ? [] : [{ message: `must have at most ${most} ${what}, has ${value.length}`, whole: true }];

export const all =
  <T>(...rules: readonly ((value: T) => readonly Finding[])[]) =>
  (value: T): readonly Finding[] =>
    rules.find((rule) => rule(value).length > 0)?.(value) ?? [];

export const eachKey =
  (rule: (key: string) => readonly Finding[]) =>
  (map: Readonly<Record<string, unknown>>): readonly Finding[] =>
    Object.keys(map).flatMap((key) => rule(key).map((finding) => ({ ...finding, at: key, whole: true })));

/** Equal known items of a list, each named once. */
export const noTwice = (list: readonly unknown[]): Finding[] =>
  list.flatMap((item, i) =>
    item !== UNKNOWN && list.indexOf(item) < i ? [{ message: "is in the list twice", at: i, whole: true }] : [],
  );

/** A path that stays inside the folder it is relative to. */
export function staysInside(value: string): Finding[] {
  const isRelative = !/^([/\\]|[A-Za-z]:)/.test(value);
  if (isRelative && !value.includes("\\") && !value.split("/").includes("..")) return [];
  return [{ message: "must be relative to the root of the package, with `/` between folders and without `..`" }];
}
