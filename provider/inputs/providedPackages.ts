import type { Artifact, ProvidedPackage } from "../packaging/request.js";
import { childPath } from "./resolved.js";

/** What of `powertools` decides the package. */
export interface PowertoolsVersion {
  readonly version?: string;
}

/** The one package of Powertools' layer that is left out for it; what else it holds is nobody's promise. */
export const powertoolsPackage = "aws-lambda-powertools";

/** Behind the version of a package that a layer brings without some of its files. */
const partialMark = " (partial)";

/** Packages with their versions, as a `Layer` gives them out and `provided` takes them. */
export function namedPackages({ packages, partial }: Pick<Artifact, "packages" | "partial">): Record<string, string> {
  const named = Object.entries(packages).map(([name, version]) => [
    name,
    partial.includes(name) ? `${version}${partialMark}` : version,
  ]);
  return Object.fromEntries(named) as Record<string, string>;
}

/** The version alone. */
export function plainVersion(version: string): string {
  return version.endsWith(partialMark) ? version.slice(0, -partialMark.length) : version;
}

/** What layers bring, as the inputs say. */
export function providedPackages(
  provided: Readonly<Record<string, string>> = {},
  powertools?: PowertoolsVersion,
): readonly ProvidedPackage[] {
  const given = Object.entries(provided).map(([name, version]): ProvidedPackage => ({
    name,
    version: plainVersion(version),
    ...(plainVersion(version) !== version && { isPartial: true }),
    otherVersion: "error",
    property: childPath("provided", name),
  }));
  return powertools === undefined ? given : [...given, fromPowertools(powertools)];
}

/** With a version written down that one runs, whatever the lock says. */
function fromPowertools({ version }: PowertoolsVersion): ProvidedPackage {
  const known = version === undefined || version === "latest" ? {} : { version };
  return { name: powertoolsPackage, ...known, otherVersion: "warning", property: "powertools.version" };
}
