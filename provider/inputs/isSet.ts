/** Whether an input is set. Empty lists, empty maps and `false` count as absent; unknown values count as set. */
export function isSet(value: unknown): boolean {
  if (value === undefined || value === false) return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== "object" || value === null || Object.keys(value).length > 0;
}
