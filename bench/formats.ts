import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Runner } from "../tests/aws/runner/runner.js";
import { intoSection } from "./section.js";

/** Measures one project in every format and writes the table of docs/formats.md. See README.md. */

const checkout = path.resolve(__dirname, "..");
const rounds = Number(process.argv[2] ?? 15);
const uv = process.env["UVLAMBDA_UV"] ?? "uv";
const minor = "3.11";
const architecture = process.arch === "arm64" ? "arm64" : "x86_64";
const work = fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-formats-"));
const dependencies = ["boto3==1.44.5", "fastapi==0.165.0", "mangum==0.22.0", "pydantic==2.14.3"];

/** Returns the CPU seconds of its imports, and of everything until the first event. */
const handler = `import time

start = time.process_time()
import boto3
from fastapi import FastAPI
from mangum import Mangum

app = FastAPI()
mangum = Mangum(app)
client = boto3.client("s3", region_name="eu-central-1")
imports = time.process_time() - start


def handler(event, context):
    return {"imports": imports, "init": time.process_time()}
`;

function run(command: string, args: readonly string[], cwd = work): string {
  const env = { ...process.env, UVLAMBDA_CACHE_DIR: path.join(work, "store") };
  const result = spawnSync(command, args, { cwd, env, encoding: "utf8" });
  if (result.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${result.stderr || String(result.error)}`);
  return result.stdout;
}

function makeProject(): string {
  const project = path.join(work, "project");
  const text = `[project]\nname = "shop"\nversion = "1.0"\nrequires-python = ">=3.11"\ndependencies = ${JSON.stringify(dependencies)}\n`;
  fs.mkdirSync(path.join(project, "shop"), { recursive: true });
  fs.writeFileSync(path.join(project, "pyproject.toml"), text);
  fs.writeFileSync(path.join(project, "shop", "__init__.py"), "");
  fs.writeFileSync(path.join(project, "shop", "main.py"), handler);
  run(uv, ["lock", "--quiet"], project);
  return project;
}

type Format = "zip" | "layer" | "image";

interface Built {
  readonly format: Format;
  readonly bytecode: boolean;
  readonly folder: string;
  readonly unzipped: number;
}

function build(project: string, format: Format, bytecode: boolean): Built {
  const folder = path.join(work, `${format}-${bytecode}`);
  const target = ["--handler", "shop.main.handler", "--runtime", `python${minor}`, "--architecture", architecture];
  const args = ["build", "--project", project, ...target, "--format", format, "--out", folder];
  const answer = run(process.execPath, [
    path.join(checkout, "dist", "cli.js"),
    ...args,
    ...(bytecode ? ["--bytecode"] : []),
  ]);
  const { artifacts } = JSON.parse(answer) as { artifacts: readonly { unzippedSize: number }[] };
  return { format, bytecode, folder, unzipped: artifacts.reduce((sum, { unzippedSize }) => sum + unzippedSize, 0) };
}

/** Bytes that go to AWS at the first deployment, and after an edit of the code. */
function uploads({ folder, format }: Built): { first: number; edit: number } {
  const size = (name: string): number => fs.statSync(path.join(folder, name)).size;
  if (format === "zip") return { first: size("code.zip"), edit: size("code.zip") };
  if (format === "layer") return { first: size("layer.zip") + size("code.zip"), edit: size("code.zip") };
  // A layer of an image travels as a compressed archive of its files.
  for (const layer of ["dependencies", "code"])
    run("tar", ["-czf", path.join(folder, `${layer}.tar.gz`), "-C", path.join(folder, "context", layer), "."]);
  return { first: size("dependencies.tar.gz") + size("code.tar.gz"), edit: size("code.tar.gz") };
}

interface Times {
  readonly imports: number;
  readonly init: number;
}

/** What a new environment reports about its start. */
async function start(runner: Runner, { folder, format }: Built, round: number): Promise<Times> {
  const result = await runner.invoke(
    {
      ...{ name: "shop", arn: "arn:aws:lambda:eu-central-1:123456789012:function:shop", region: "eu-central-1" },
      ...{ memorySize: 1769, timeout: 30, ephemeralStorage: 512, environment: {}, handler: "shop.main.handler" },
      version: String(round),
      minor,
      code: [path.join(folder, "code.zip")],
      layers: format === "layer" ? [path.join(folder, "layer.zip")] : [],
    },
    "{}",
  );
  if (result.functionError !== undefined) throw new Error(result.payload);
  return JSON.parse(result.payload) as Times;
}

/** Start times of all builds that can run here. They take turns, so that a slower machine affects all of them. */
async function startAll(all: readonly Built[]): Promise<Map<Built, Times[]>> {
  const found = new Map<Built, Times[]>(all.filter(({ format }) => format !== "image").map((built) => [built, []]));
  const runner = new Runner({ work: path.join(work, "runner"), clients: process.env["UVLAMBDA_TEST_RIC"] ?? "" });
  try {
    for (let round = 0; round < rounds; round++)
      for (const [built, times] of found) times.push(await start(runner, built, round));
  } finally {
    runner.stop();
  }
  return found;
}

function median(values: readonly number[]): string {
  const middle = [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  return `${middle.toFixed(2)} s`;
}

const megabytes = (bytes: number): string => (bytes < 10_000 ? "less than 0.01 MB" : `${(bytes / 1e6).toFixed(1)} MB`);

function row(built: Built, times: readonly Times[] | undefined): string {
  const { first, edit } = uploads(built);
  const cells = [
    `\`${built.format}\`${built.bytecode ? " with `bytecode`" : ""}`,
    `${megabytes(first)}${built.format === "image" ? " and the base image" : ""}`,
    megabytes(edit),
    megabytes(built.unzipped),
    times === undefined ? "as zip" : median(times.map(({ imports }) => imports)),
    times === undefined ? "as zip" : median(times.map(({ init }) => init)),
  ];
  return `| ${cells.join(" | ")} |`;
}

async function table(): Promise<string> {
  const project = makeProject();
  const formats = ["zip", "layer", "image"] as const;
  const all = formats.flatMap((format) => [false, true].map((bytecode) => build(project, format, bytecode)));
  const times = await startAll(all);
  const lines = [
    "| | to AWS at first | after an edit of the code | unpacked | imports | start |",
    "|---|---|---|---|---|---|",
    ...all.map((built) => row(built, times.get(built))),
  ];
  const packages = dependencies.map((one) => one.replace("==", " ")).join(", ");
  const machine = `${os.cpus()[0]?.model ?? "unknown processor"}, ${os.cpus().length} processors`;
  lines.push(
    "",
    `A handler with ${packages} for python${minor} on ${architecture}, measured by \`bench/formats.ts ${rounds}\` on a shared machine (${machine}).`,
    `Times are processor time, the median of ${rounds} fresh starts in the tests' runner (the real awslambdaric in a sandbox, on this machine's Python): the handler's imports, and all until the first event.`,
    "They are no cold starts of Lambda, which fetches and unpacks the package as well: compare them with one another only.",
  );
  return lines.join("\n");
}

table()
  .then((text) => intoSection(path.join(checkout, "docs", "formats.md"), "formats", text))
  .finally(() => fs.rmSync(work, { recursive: true, force: true }))
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
