import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

/** A package whose code or data is in the bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression, as its package.json says. */
  readonly license: string;
  /** Absolute. */
  readonly folder: string;
}

/** Folder of the package that a bundled file belongs to; undefined for files of the checkout. */
function packageFolder(file: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

/** The packages that the bundled files belong to, by name and version. */
export function bundledPackages(checkout: string, files: readonly string[]): BundledPackage[] {
  const folders = new Set(files.flatMap((file) => packageFolder(file) ?? []));
  return [...folders]
    .map((folder) => describe(path.join(checkout, folder)))
    .sort((a, b) => Buffer.compare(Buffer.from(idOf(a)), Buffer.from(idOf(b))));
}

function idOf({ name, version }: BundledPackage): string {
  return `${name} ${version}`;
}

function describe(folder: string): BundledPackage {
  const manifest = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as Record<string, unknown>;
  const { name, version, license } = manifest;
  if (typeof name !== "string" || typeof version !== "string" || typeof license !== "string")
    throw new Error(`${folder}/package.json does not say name, version and license`);
  return { name, version, license, folder };
}

/** The licences of everything that is bundled, with their texts, one after the other. Throws when a text is missing. */
export function licenseTexts(checkout: string, packages: readonly BundledPackage[]): string {
  return packages
    .map((one) => `${idOf(one)}\nLicense: ${one.license}\n\n${licenseText(checkout, one).trim()}\n`)
    .join(`\n${"-".repeat(80)}\n\n`);
}

function licenseText(checkout: string, { name, license, folder }: BundledPackage): string {
  const own = readdirSync(folder).find(
    (file) => /^(licen[cs]e|copying)/i.test(file) && existsSync(path.join(folder, file)),
  );
  if (own !== undefined) return readFileSync(path.join(folder, own), "utf8");
  const known = path.join(checkout, "tools", "release", "licenses", `${license}.txt`);
  if (existsSync(known)) return readFileSync(known, "utf8");
  throw new Error(`${name} has no licence text; put that of ${license} into tools/release/licenses/${license}.txt`);
}

/** What is in a release, as a CycloneDX 1.5 document: the same bytes from the same packages. */
export function bundleSbom(version: string, packages: readonly BundledPackage[]): string {
  const purl = ({ name, version: of }: BundledPackage) => `pkg:npm/${name.replace("@", "%40")}@${of}`;
  const document = {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: {
      component: {
        type: "application",
        name: "pulumi-resource-uvlambda",
        version,
        licenses: [licenseOf("Apache-2.0")],
      },
    },
    components: packages.map((one) => ({
      type: "library",
      "bom-ref": purl(one),
      name: one.name,
      version: one.version,
      purl: purl(one),
      licenses: [licenseOf(one.license)],
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function licenseOf(license: string): unknown {
  return /^[\w.+-]+$/.test(license) ? { license: { id: license } } : { expression: license };
}
