/** The file in which `uvlambda build --out` lists what it has put into a folder. */
export const placedRecord = ".uvlambda-out";

/** Everything that a build may make, in any format. */
const artifactNames: readonly string[] = ["code.zip", "layer.zip", "context", "sbom.cdx.json"];

/** The names in the text of such a file. Everything else in its folder belongs to the user. */
export function placedNames(record: string): string[] {
  const lines = record.split("\n");
  return artifactNames.filter((name) => lines.includes(name));
}

/** Whether a build may have put a file or folder of this name there: only then is the list worth reading. */
export function mayBePlaced(name: string): boolean {
  return artifactNames.includes(name);
}
