import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** Times whole commands side by side with the recipe of uv's own guide, on one project, in turn. See README.md. */

const checkout = path.resolve(__dirname, "..");
const rounds = Number(process.argv[2] ?? 5);
const work = fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-bench-"));
const project = path.join(work, "workspace");
const member = path.join(project, "apps", "api");
const uv = process.env["UVLAMBDA_UV"] ?? "uv";

function run(command: string, args: readonly string[], cwd = project, env: Record<string, string> = {}): number {
  const start = process.hrtime.bigint();
  const result = spawnSync(command, args, { cwd, env: { ...process.env, ...env }, encoding: "utf8" });
  if (result.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${result.stderr || String(result.error)}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function makeWorkspace(): void {
  const files: Record<string, string> = {
    "pyproject.toml": '[tool.uv.workspace]\nmembers = ["apps/*", "libs/*"]\n',
    "apps/api/pyproject.toml": packageToml("api", ["shared", "boto3==1.40.0", "pydantic==2.11.7", "numpy==2.3.2"]),
    "apps/api/src/api/__init__.py": "",
    "apps/api/src/api/main.py": "from shared import text\n\n\ndef handler(event, context):\n    return text()\n",
    "libs/shared/pyproject.toml": packageToml("shared", []),
    "libs/shared/src/shared/__init__.py": "def text():\n    return 0\n",
  };
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(project, name)), { recursive: true });
    fs.writeFileSync(path.join(project, name), text);
  }
  run(uv, ["lock", "--quiet"]);
}

function packageToml(name: string, dependencies: readonly string[]): string {
  const source = dependencies.includes("shared") ? "\n[tool.uv.sources]\nshared = { workspace = true }\n" : "";
  return (
    `[project]\nname = "${name}"\nversion = "0.1.0"\nrequires-python = ">=3.11"\ndependencies = ${JSON.stringify(dependencies)}\n\n` +
    `[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\n${source}`
  );
}

const store = path.join(work, "store");

function product(): number {
  const args = ["build", "--project", member, "--handler", "api.main.handler", "--runtime", "python3.13"];
  return run(process.execPath, [path.join(checkout, "dist", "cli.js"), ...args], work, { UVLAMBDA_CACHE_DIR: store });
}

/** The commands of https://docs.astral.sh/uv/guides/integration/aws-lambda/, for the same target, with `--no-deps` and `--reinstall-package` so that its result is right. */
function recipe(): number {
  const site = path.join(work, "site");
  const zip = path.join(work, "package.zip");
  for (const old of [site, zip]) fs.rmSync(old, { recursive: true, force: true });
  const requirements = path.join(work, "requirements.txt");
  return (
    run(uv, ["export", "--quiet", "--frozen", "--no-dev", "--no-editable", "--package", "api", "-o", requirements]) +
    run(uv, [
      ...[
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-installer-metadata",
        "--no-compile-bytecode",
        "--only-binary=numpy",
      ],
      ...["--reinstall-package=api", "--reinstall-package=shared", "--python-platform=aarch64-manylinux_2_34"],
      ...["--python-version=3.13", `--target=${site}`, "-r", requirements],
    ]) +
    run("zip", ["-q", "-X", "-r", zip, "."], site)
  );
}

const scenarios: Readonly<Record<string, () => void>> = {
  "from nothing (download cache kept)": () => fs.rmSync(store, { recursive: true, force: true }),
  "nothing changed": () => undefined,
  "one line of a shared package edited": () =>
    fs.appendFileSync(path.join(project, "libs/shared/src/shared/__init__.py"), "# another line\n"),
};

try {
  makeWorkspace();
  product();
  recipe();
  console.log(`milliseconds, median of ${rounds} (min to max); ratio of medians\n`);
  console.log("| scenario | uvlambda build | uv export, pip install, zip | ratio |\n|---|---|---|---|");
  for (const [name, prepare] of Object.entries(scenarios)) {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      prepare();
      ours.push(product());
      theirs.push(recipe());
    }
    console.log(`| ${name} | ${figures(ours)} | ${figures(theirs)} | ${(median(ours) / median(theirs)).toFixed(2)} |`);
  }
} finally {
  fs.rmSync(work, { recursive: true, force: true });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function figures(values: readonly number[]): string {
  return `${median(values).toFixed(0)} (${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)})`;
}
