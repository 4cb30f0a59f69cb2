import { readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { makeArchives } from "./archives.js";
import { copySdk, makeNpm, makePypi } from "./packages.js";
import { provenance } from "./provenance.js";

// `make dist`: everything that is published, in release/. What each folder is for: docs/release.md.

const checkout = path.resolve(__dirname, "..", "..");
const release = path.join(checkout, "release");

async function main(): Promise<void> {
  const { version } = JSON.parse(readFileSync(path.join(checkout, "package.json"), "utf8")) as { version: string };
  rmSync(release, { recursive: true, force: true });
  const plugin = path.join(release, "plugin");
  await makeArchives(checkout, version, plugin);
  const statement = provenance(checkout, readFileSync(path.join(plugin, "SHA256SUMS"), "utf8"));
  writeFileSync(path.join(plugin, `pulumi-resource-uvlambda-v${version}.intoto.json`), statement);
  makeNpm(checkout, path.join(release, "npm"));
  copySdk(checkout, "go/uvlambda", path.join(release, "go"));
  copySdk(checkout, "dotnet", path.join(release, "nuget"));
  copySdk(checkout, "java", path.join(release, "maven"));
  makePypi(checkout, path.join(release, "pypi"), process.env["UVLAMBDA_TEST_UV"] ?? "uv");
  console.log("made release/{plugin,npm,pypi,go,nuget,maven}");
}

void main();
