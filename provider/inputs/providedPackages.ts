import type { ProvidedPackage } from "../packaging/request.js";
import { childPath } from "./resolved.js";

/** What of `powertools` decides the package. */
export interface PowertoolsVersion {
  readonly version?: string;
}

/** The one package of Powertools' layer that is left out for it; what else it holds is nobody's promise. */
export const powertoolsPackage = "aws-lambda-powertools";

/** What layers bring, as the inputs say. */
export function providedPackages(
  provided: Readonly<Record<string, string>> = {},
  powertools?: PowertoolsVersion,
): readonly ProvidedPackage[] {
  const given = Object.entries(provided).map(([name, version]): ProvidedPackage => ({
    name,
    version,
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
