import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { readMetadata } from "./readMetadata.js";
import { functions, resources } from "./registry.js";

const AWS_FOLDER = dirname(__dirname);
const AWS_PACKAGE = require.resolve("@pulumi/aws/package.json");

/**
 * Compiles the stand-in once, because tsx would cost half a second at every start. The result is beside node_modules,
 * so that it finds its packages. Returns the file to run with Node.
 */
export function compileAwsStandIn(): string {
  const sources = ["client", "plugin"].flatMap((folder) => sourceFiles(join(AWS_FOLDER, folder)));
  const metadata = readFileSync(cachedMetadata());
  const folder = cached("program", [...sources.map((path) => readFileSync(path)), metadata], (stage) => {
    for (const source of sources) {
      const target = join(stage, relative(AWS_FOLDER, source).replace(/\.ts$/, ".js"));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, compile(source));
    }
    writeFileSync(join(stage, "plugin", "metadata.json"), metadata);
  });
  return join(folder, "plugin", "main.js");
}

/**
 * What @pulumi/aws says about the types that we use. A separate file, because reading its type definitions takes
 * seconds.
 */
export function cachedMetadata(): string {
  const types = [resources, functions].map((list) => list.map(({ token }) => token));
  const reader = readFileSync(join(__dirname, "readMetadata.ts"));
  const folder = cached("metadata", [JSON.stringify(types), reader, readFileSync(AWS_PACKAGE)], (stage) => {
    writeFileSync(join(stage, "metadata.json"), JSON.stringify(readMetadata(types[0] ?? [], types[1] ?? [])));
  });
  return join(folder, "metadata.json");
}

/** A folder that is filled once for each key. */
function cached(name: string, key: readonly (string | Buffer)[], fill: (stage: string) => void): string {
  const hash = createHash("sha256");
  for (const part of key) hash.update(part).update("\0");
  const parent = join(dirname(dirname(dirname(AWS_PACKAGE))), ".cache", "uvlambda-aws-stand-in");
  const folder = join(parent, `${name}-${hash.digest("hex").slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  mkdirSync(parent, { recursive: true });
  const stage = mkdtempSync(join(parent, "making-"));
  fill(stage);
  try {
    renameSync(stage, folder);
  } catch (error) {
    // Another test process was faster, and its result is the same.
    if (!existsSync(folder)) throw error;
    rmSync(stage, { recursive: true });
  }
  return folder;
}

/** Version of the installed @pulumi/aws, which is the version of the provider that our child resources ask for. */
export function installedAwsVersion(): string {
  return (JSON.parse(readFileSync(AWS_PACKAGE, "utf8")) as { version: string }).version;
}

/**
 * Installs the stand-in into the caller's PULUMI_HOME, as the aws provider in the version of the installed @pulumi/aws.
 * `pulumi` is the command to use. Returns the version.
 */
export function installAwsStandIn(pulumiHome: string, pulumi = "pulumi"): string {
  const version = installedAwsVersion();
  installAwsLauncher(pulumiHome, pulumi, version, [process.execPath, compileAwsStandIn()]);
  return version;
}

/** Installs a command as the aws provider of that version. */
export function installAwsLauncher(
  pulumiHome: string,
  pulumi: string,
  version: string,
  command: readonly string[],
): void {
  const folder = mkdtempSync(join(tmpdir(), "uvlambda-aws-plugin-"));
  try {
    const launcher = join(folder, "pulumi-resource-aws");
    writeFileSync(launcher, `#!/bin/sh\nexec ${command.map(quote).join(" ")} "$@"\n`, { mode: 0o755 });
    const installed = spawnSync(
      pulumi,
      ["plugin", "install", "resource", "aws", version, "--file", launcher, "--reinstall"],
      {
        encoding: "utf8",
        env: { ...process.env, PULUMI_HOME: pulumiHome, PULUMI_SKIP_UPDATE_CHECK: "true" },
      },
    );
    if (installed.status !== 0)
      throw new Error(`the aws plugin was not installed: ${installed.error?.message ?? installed.stderr}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? sourceFiles(path) : [path]))
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .sort();
}

function compile(source: string): string {
  const { outputText } = ts.transpileModule(readFileSync(source, "utf8"), {
    fileName: source,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.Node16, esModuleInterop: true },
  });
  return outputText;
}

function quote(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
