import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { bundle, type Program } from "./bundle.js";
import { gzip, tarOf, type TarFile } from "./tar.js";

/** Operating systems and processors as Pulumi names them. */
export const platforms = ["linux", "darwin", "windows"].flatMap((os) =>
  ["amd64", "arm64"].map((arch) => `${os}-${arch}`),
);

/** What `pulumi plugin install` looks for. */
export function archiveName(version: string, platform: string): string {
  return `pulumi-resource-uvlambda-v${version}-${platform}.tar.gz`;
}

/**
 * Writes the plugin's archives for all platforms, the SBOM of what is in them, and their checksums into `folder`.
 * `checkout` must be compiled.
 */
export async function makeArchives(checkout: string, version: string, folder: string): Promise<void> {
  const program = await bundle(checkout);
  const unix = await gzip(tarOf([...programFiles(program), ...unixLaunchers(checkout)]));
  const windows = await gzip(tarOf([...programFiles(program), ...windowsLaunchers(checkout)]));
  mkdirSync(folder, { recursive: true });
  const sums = platforms.map((platform) => {
    const name = archiveName(version, platform);
    const bytes = platform.startsWith("windows") ? windows : unix;
    writeFileSync(path.join(folder, name), bytes);
    return `${sha256(bytes)}  ${name}\n`;
  });
  const sbom = `pulumi-resource-uvlambda-v${version}.cdx.json`;
  writeFileSync(path.join(folder, sbom), program["sbom.cdx.json"]!);
  sums.push(`${sha256(program["sbom.cdx.json"]!)}  ${sbom}\n`);
  writeFileSync(path.join(folder, "SHA256SUMS"), sums.join(""));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function programFiles(program: Program): TarFile[] {
  return Object.entries(program).map(([name, bytes]) => ({ name, bytes, isExecutable: false }));
}

/**
 * The launcher of the checkout, moved to the root of the archive, where Pulumi expects it. The launcher of the command
 * line is made in the same way.
 */
function unixLaunchers(checkout: string): TarFile[] {
  const launcher = readFileSync(path.join(checkout, "bin", "pulumi-resource-uvlambda"), "utf8");
  const plugin = replaced(
    replaced(launcher, 'root=$(dirname "$here")', "root=$here"),
    "is not compiled: run \\`npm install\\` in it",
    "is incomplete: unpack the release again",
  );
  const command = replaced(plugin, "$root/dist/index.js", "$root/dist/cli/main.js").replace(
    /^# Starts the plugin\..*$/m,
    "# Starts the command line.",
  );
  return Object.entries({ "pulumi-resource-uvlambda": plugin, uvlambda: command }).map(([name, text]) => ({
    name,
    bytes: Buffer.from(text),
    isExecutable: true,
  }));
}

function windowsLaunchers(checkout: string): TarFile[] {
  return ["pulumi-resource-uvlambda.cmd", "uvlambda.cmd"].map((name) => ({
    name,
    bytes: readFileSync(path.join(checkout, "tools", "release", "launchers", name)),
    isExecutable: true,
  }));
}

function replaced(text: string, from: string, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`the launcher does not hold exactly once: ${from}`);
  return text.replace(from, () => to);
}
