import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

/**
 * Makes the folder that `npm publish` takes: compiled JavaScript, because the settings of a program's compiler would
 * apply to source.
 */
export function makeNpm(checkout: string, folder: string): void {
  const sdk = path.join(checkout, "sdk", "nodejs");
  const tsc = path.join(checkout, "node_modules", "typescript", "bin", "tsc");
  run([
    process.execPath,
    tsc,
    "-p",
    sdk,
    "--outDir",
    folder,
    "--sourceMap",
    "false",
    "--skipLibCheck",
    "--types",
    "node",
  ]);
  const manifest = JSON.parse(readFileSync(path.join(sdk, "package.json"), "utf8")) as Record<string, unknown>;
  for (const ofSource of ["scripts", "devDependencies"]) Reflect.deleteProperty(manifest, ofSource);
  const published = { ...manifest, main: "index.js", types: "index.d.ts" };
  writeFileSync(path.join(folder, "package.json"), `${JSON.stringify(published, undefined, 2)}\n`);
  copyFileSync(path.join(sdk, "README.md"), path.join(folder, "README.md"));
  cpSync(path.join(sdk, "plugins"), path.join(folder, "plugins"), { recursive: true });
  addLicense(checkout, folder);
}

/** Makes the wheel and the source archive that `uv publish` takes. Needs uv and a package index (setuptools). */
export function makePypi(checkout: string, folder: string, uv: string): void {
  const stage = mkdtempSync(path.join(tmpdir(), "uvlambda-pypi-"));
  try {
    cpSync(path.join(checkout, "sdk", "python"), stage, { recursive: true });
    addLicense(checkout, stage);
    run([uv, "build", "--quiet", "--no-config", "--out-dir", folder, stage], { SOURCE_DATE_EPOCH: "1577836800" });
    rmSync(path.join(folder, ".gitignore"), { force: true });
  } finally {
    rmSync(stage, { recursive: true });
  }
}

/** Copies an SDK whose registry takes sources, or whose own tool builds and publishes in one step. */
export function copySdk(checkout: string, sdk: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  cpSync(path.join(checkout, "sdk", sdk), folder, { recursive: true });
  addLicense(checkout, folder);
}

function addLicense(checkout: string, folder: string): void {
  copyFileSync(path.join(checkout, "LICENSE"), path.join(folder, "LICENSE"));
}

function run(argv: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  const { status, stdout, stderr, error } = spawnSync(argv[0]!, argv.slice(1), {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  if (status !== 0) throw new Error(`${argv.join(" ")} failed: ${error?.message ?? `${stdout}${stderr}`}`);
}
