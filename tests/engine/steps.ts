/**
 * Type and name of a resource to what the engine would do with it: `{"aws:lambda/function:Function api": "update"}`.
 */
export type Steps = Readonly<Record<string, string>>;

interface PreviewStep {
  readonly op: string;
  readonly urn: string;
}

/** What a `preview --json` would change. Unchanged resources are left out. */
export function steps(previewJson: string): Steps {
  const preview = JSON.parse(previewJson) as { steps: readonly PreviewStep[] };
  return Object.fromEntries(
    preview.steps.filter(({ op }) => op !== "same").map(({ op, urn }) => [describeUrn(urn), op]),
  );
}

function describeUrn(urn: string): string {
  const [types = "", name = ""] = urn.split("::").slice(2);
  return `${types.split("$").at(-1)} ${name}`;
}
