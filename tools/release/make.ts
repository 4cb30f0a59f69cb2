import { readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { makeArchives } from "./archives.js";
import { copySdk, makeNpm, makePypi } from "./packages.js";

// `make dist`: everything that is published, in release/. What each folder is for: docs/release.md.

const checkout = path.resolve(__dirname, "..", "..");
const release = path.join(checkout, "release");

async function main(): Promise<void> {
  const { version } = JSON.parse(readFileSync(path.join(checkout, "package.json"), "utf8")) as { version: string };
  rmSync(release, { recursive: true, force: true });
  await makeArchives(checkout, version, path.join(release, "plugin"));
  makeNpm(checkout, path.join(release, "npm"));
  copySdk(checkout, "go/uvlambda", path.join(release, "go"));
  copySdk(checkout, "dotnet", path.join(release, "nuget"));
  copySdk(checkout, "java", path.join(release, "maven"));
  makePypi(checkout, path.join(release, "pypi"), process.env["UVLAMBDA_TEST_UV"] ?? "uv");
  console.log("made release/{plugin,npm,pypi,go,nuget,maven}");
}

void main();
