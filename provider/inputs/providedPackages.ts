import type { Artifact, ProvidedPackage } from "../packaging/request.js";
import { childPath } from "./resolved.js";

/** The part of `powertools` that decides the package. */
export interface PowertoolsVersion {
  readonly version?: string;
}

/** The only package that is left out for the layer with Powertools: AWS does not promise what else the layer holds. */
export const powertoolsPackage = "aws-lambda-powertools";

/** Marks the version of a package that a layer contains without some of its files. */
const partialMark = " (partial)";

/** Packages with their versions, as a `Layer` outputs them and `provided` accepts them. */
export function namedPackages({ packages, partial }: Pick<Artifact, "packages" | "partial">): Record<string, string> {
  const named = Object.entries(packages).map(([name, version]) => [
    name,
    partial.includes(name) ? `${version}${partialMark}` : version,
  ]);
  return Object.fromEntries(named) as Record<string, string>;
}

/** The version without the mark. */
export function plainVersion(version: string): string {
  return version.endsWith(partialMark) ? version.slice(0, -partialMark.length) : version;
}

/** The packages that layers bring, according to the inputs. */
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

/** A stated version is the one that runs, whatever the lock says. */
function fromPowertools({ version }: PowertoolsVersion): ProvidedPackage {
  const known = version === undefined || version === "latest" ? {} : { version };
  return { name: powertoolsPackage, ...known, otherVersion: "warning", property: "powertools.version" };
}
