import { isObject, type Values } from "./values.js";

export type Tags = Readonly<Record<string, string>>;

export function tagsOf(values: Values): Tags {
  return (isObject(values["tagsAll"]) ? values["tagsAll"] : {}) as Tags;
}

export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Tags as parameters of the query protocol. */
export function tagParameters(tags: Tags): Record<string, string> {
  const pairs = tagList(tags).flatMap(({ Key, Value }, index): [string, string][] => [
    [`Tags.member.${index + 1}.Key`, Key],
    [`Tags.member.${index + 1}.Value`, Value],
  ]);
  return Object.fromEntries(pairs);
}

export interface TagChange {
  readonly set: Tags;
  readonly removed: string[];
}

export function tagChange(state: Values, inputs: Values): TagChange {
  const before = tagsOf(state);
  const after = tagsOf(inputs);
  return {
    set: Object.fromEntries(Object.entries(after).filter(([key, value]) => before[key] !== value)),
    removed: Object.keys(before).filter((key) => after[key] === undefined),
  };
}

/** The tags in a resource's state: all of them, and those that the program itself set. */
export function tagState(all: Tags, state: Values): Values {
  const own = isObject(state["tags"]) ? state["tags"] : undefined;
  return {
    tagsAll: all,
    ...(own === undefined
      ? {}
      : {
          tags: Object.fromEntries(
            Object.keys(own)
              .filter((key) => all[key] !== undefined)
              .map((key) => [key, all[key]]),
          ),
        }),
  };
}
