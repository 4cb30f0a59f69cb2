/*
 * A URN is `urn:pulumi:<stack>::<project>::<types>::<name>`. `<types>` are those of the parents and of the resource
 * itself, with `$` between them. Only the name may contain `::`.
 */

/** Name of the resource. */
export function nameInUrn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** Type token of the resource, without those of its parents. */
export function tokenInUrn(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}
