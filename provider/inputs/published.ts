/** Settings that work on published versions only, and so imply `publish`. */
export const publishingSettings = ["durableConfig", "snapStart", "provisionedConcurrency"] as const;

type Settings = { readonly publish?: unknown } & {
  readonly [setting in (typeof publishingSettings)[number]]?: unknown;
};

/** True if every change publishes a version and an alias follows it. */
export function isPublished(inputs: Settings): boolean {
  return inputs.publish === true || publishingSettings.some((setting) => inputs[setting] !== undefined);
}
