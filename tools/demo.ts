import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { startLocalAws, type LocalAws } from "../tests/aws/localAws.js";
import { installAwsProvider, realAwsProvider, wantedAwsProvider, type AwsProviderKind } from "../tests/aws/provider.js";
import { findInterpreter } from "../tests/aws/runner/interpreter.js";

const checkout = path.resolve(__dirname, "..");
const pulumiPath = process.env["UVLAMBDA_TEST_PULUMI"] || "pulumi";
const greeting = "libs/shared/src/shared/greeting.py";

/** State that the steps share. */
interface Demo {
  /** The copy of the example. */
  readonly folder: string;
  readonly env: Record<string, string>;
  readonly aws: LocalAws;
}

class Interrupted extends Error {}

/**
 * Runs one command at a time and passes Ctrl-C on to it, once: a second SIGINT would make pulumi give up its clean-up.
 */
class Commands {
  private running: ChildProcess | undefined;
  private readonly interruption = new AbortController();

  interrupt(): void {
    this.interruption.abort(new Interrupted());
    this.running?.kill("SIGINT");
  }

  /** Shows the output, indented, unless `quiet`, and returns it. Throws the output when the command fails. */
  async run(argv: readonly string[], cwd: string, env: Record<string, string>, quiet = false): Promise<string> {
    this.interruption.signal.throwIfAborted();
    // A separate process group, else the terminal would send Ctrl-C to it as well.
    const child = spawn(argv[0]!, argv.slice(1), { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    this.running = child;
    let output = "";
    const show = quiet ? undefined : indentedLines();
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString("utf8");
        show?.(chunk.toString("utf8"));
      });
    }
    const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
    this.running = undefined;
    this.interruption.signal.throwIfAborted();
    if (code !== 0)
      throw new Error(
        `\`${argv.map((word) => path.basename(word)).join(" ")}\` ended with ${code}${quiet ? `:\n${output}` : ""}`,
      );
    return output;
  }
}

/** Prints whole lines, indented, without the dots that pulumi prints while it is busy. */
function indentedLines(): (text: string) => void {
  let rest = "";
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (!line.startsWith("@ ")) console.log(line === "" ? "" : `    ${line}`);
  };
}

const commands = new Commands();

/** Announces a numbered step and says how long it took. */
function stepCounter(): <T>(title: string, work: () => Promise<T>) => Promise<T> {
  let number = 0;
  return async (title, work) => {
    console.log(`\n${++number}. ${title}`);
    const started = performance.now();
    const result = await work();
    console.log(`   (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    return result;
  };
}

const step = stepCounter();

async function main(): Promise<void> {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-demo-")));
  let aws: LocalAws | undefined;
  let stopProvider: (() => Promise<void>) | undefined;
  try {
    aws = await step("Start a local AWS", async () => {
      const local = await startLocalAws();
      console.log(`   at ${local.endpoint}; nothing reaches a cloud account`);
      return local;
    });
    const demo: Demo = { folder: path.join(folder, "example"), aws, env: environment(folder, aws) };
    stopProvider = await step("Find a provider for it", () => installAwsPlugin(demo));
    await step("Copy examples/typescript and lock it", () => copyExample(demo));
    await tour(demo);
    console.log("\nDone: deployed, invoked, previewed, edited, deployed again and destroyed.");
  } finally {
    await stopProvider?.();
    await aws?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function tour(demo: Demo): Promise<void> {
  await step("pulumi up: package the workspace member and deploy it", () =>
    pulumi(demo, "up", "--yes", "--skip-preview"),
  );
  await step("Invoke it", () => invoke(demo));
  await step("pulumi preview: nothing has changed, so no uv starts and nothing would be deployed", () =>
    pulumi(demo, "preview", "--expect-no-changes"),
  );
  await step(`Edit one line of the shared package, ${greeting}`, async () => edit(demo, '"Hello"', '"Hello again"'));
  await step("pulumi preview --diff: only the build and the function's code move", () =>
    pulumi(demo, "preview", "--diff"),
  );
  await step("pulumi up", () => pulumi(demo, "up", "--yes", "--skip-preview"));
  await step("Invoke it again", () => invoke(demo));
  await step("pulumi destroy", () => pulumi(demo, "destroy", "--yes", "--skip-preview"));
}

function environment(folder: string, aws: LocalAws): Record<string, string> {
  const state = path.join(folder, "state");
  fs.mkdirSync(state);
  // The user's own accounts and backends stay out of it; proxies, certificates and uv's settings must come in.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|PULUMI|UVLAMBDA)_/.test(name));
  return {
    ...(Object.fromEntries(inherited) as Record<string, string>),
    PULUMI_HOME: path.join(folder, "pulumi"),
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The program was checked by `make lint`.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    UVLAMBDA_UV: process.env["UVLAMBDA_TEST_UV"] || "uv",
    UVLAMBDA_CACHE_DIR: path.join(folder, "cache"),
    ...aws.env(),
  };
}

/**
 * The real plugin if the engine can fetch it, or else the real Terraform provider of this machine behind Pulumi's
 * bridge, or else the tests' stand-in. Returns how to end it.
 */
async function installAwsPlugin({ env, aws }: Demo): Promise<() => Promise<void>> {
  const { version } = JSON.parse(fs.readFileSync(require.resolve("@pulumi/aws/package.json"), "utf8")) as {
    version: string;
  };
  const wanted = wantedAwsProvider();
  try {
    if (wanted === "bridge" || wanted === "stand-in")
      return await installSubstitute(env, aws, wanted, "UVLAMBDA_TEST_AWS says so");
    await commands.run([pulumiPath, "plugin", "install", "resource", "aws", version], checkout, env, true);
    console.log(`   the real pulumi-resource-aws ${version}`);
    return () => Promise.resolve();
  } catch (error) {
    if (error instanceof Interrupted || wanted !== undefined) throw error;
    const why = `pulumi-resource-aws ${version} cannot be fetched from here`;
    return await installSubstitute(env, aws, realAwsProvider(), why);
  } finally {
    env["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true";
  }
}

async function installSubstitute(
  env: Demo["env"],
  aws: LocalAws,
  kind: AwsProviderKind,
  why: string,
): Promise<() => Promise<void>> {
  const what =
    kind === "bridge"
      ? `the real ${path.basename(process.env["UVLAMBDA_AWS_PROVIDER"]!)} of this machine, bridged`
      : "the stand-in of tests/aws";
  console.log(`   ${what}, because ${why}`);
  return installAwsProvider(kind, env["PULUMI_HOME"]!, pulumiPath, aws.env());
}

async function copyExample({ folder, env, aws }: Demo): Promise<void> {
  fs.cpSync(path.join(checkout, "examples", "typescript"), folder, {
    recursive: true,
    filter: (file) => !["node_modules", ".uvlambda"].includes(path.basename(file)),
  });
  const infra = path.join(folder, "infra");
  const project = path.join(infra, "Pulumi.yaml");
  fs.writeFileSync(project, fs.readFileSync(project, "utf8").replace("../../../bin", path.join(checkout, "bin")));
  link(path.join(checkout, "node_modules", "@pulumi"), path.join(infra, "node_modules", "@pulumi"));
  link(path.join(checkout, "sdk", "nodejs"), path.join(infra, "node_modules", "@uvlambda", "uvlambda"));
  const runtime = ["3.14", "3.13", "3.12", "3.11"].find((minor) => findInterpreter(minor) !== undefined);
  if (runtime === undefined) throw new Error("no CPython 3.11 to 3.14 was found, which would run the function");
  await commands.run([env["UVLAMBDA_UV"]!, "lock"], folder, env);
  await commands.run([pulumiPath, "stack", "init", "demo"], infra, env, true);
  const settings = Object.entries({ ...aws.stackConfig(), runtime: `python${runtime}` });
  const options = settings.flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
  await commands.run([pulumiPath, "config", "set-all", "--stack", "demo", "--path", ...options], infra, env, true);
}

function link(target: string, file: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.symlinkSync(target, file);
}

async function pulumi({ folder, env }: Demo, ...args: readonly string[]): Promise<void> {
  const color = process.stdout.isTTY ? "always" : "never";
  const argv = [pulumiPath, ...args, "--stack", "demo", "--non-interactive", "--color", color];
  await commands.run(argv, path.join(folder, "infra"), env);
}

async function invoke({ folder, env, aws }: Demo): Promise<void> {
  const output = await commands.run(
    [pulumiPath, "stack", "output", "functionName", "--stack", "demo"],
    path.join(folder, "infra"),
    env,
    true,
  );
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = aws.env();
  const client = new LambdaClient({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: { accessKeyId, secretAccessKey },
  });
  const event = { queryStringParameters: { name: "Ada" } };
  const answer = await client.send(new InvokeCommand({ FunctionName: output.trim(), Payload: JSON.stringify(event) }));
  client.destroy();
  const payload = Buffer.from(answer.Payload ?? []).toString("utf8");
  if (answer.FunctionError !== undefined) throw new Error(`the function failed: ${payload}`);
  console.log(`    event:  ${JSON.stringify(event)}\n    answer: ${payload}`);
}

function edit({ folder }: Demo, from: string, to: string): void {
  const file = path.join(folder, greeting);
  fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace(from, to));
  console.log(`    - GREETING = ${from}\n    + GREETING = ${to}`);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => commands.interrupt());

main().catch((error: unknown) => {
  const interrupted = error instanceof Interrupted;
  console.error(
    interrupted
      ? "\nInterrupted; everything was stopped and removed."
      : `\nThe demo failed: ${(error as Error).message}`,
  );
  process.exitCode = interrupted ? 130 : 1;
});
