import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../../support/commands.js";
import { cachedMetadata, installAwsLauncher, installedAwsVersion } from "../plugin/install.js";
import type { Metadata } from "../plugin/metadata.js";
import { pulumiSchema } from "../plugin/schema.js";

/** A running terraform-provider-aws behind Pulumi's bridge. */
export interface AwsBridge {
  /** Makes it the aws provider of the engines that use this PULUMI_HOME. */
  install(pulumiHome: string, pulumi: string): void;
  /** Starts a plugin as the engine does. `port` is the port that it serves. */
  plugin(): Promise<{ readonly port: string; end(): void }>;
  stop(): Promise<void>;
}

/** Why the bridge cannot run on this machine; undefined when it can. */
export function whyNoAwsBridge(): string | undefined {
  for (const name of ["UVLAMBDA_TEST_AWS_BRIDGE", "UVLAMBDA_AWS_PROVIDER"]) {
    if (!process.env[name])
      return `${name} is not set (tools/setup aws-bridge makes it, where terraform-provider-aws is)`;
  }
  return undefined;
}

/** A property as the bridge serves it. */
export interface Shape {
  readonly kind: string;
  /** Of the items of an array or a map. */
  readonly of?: Shape;
  /** Of an object. */
  readonly members?: Members;
}

export type Members = Readonly<Record<string, Shape>>;

/** The properties of every type that the bridge serves, by token. */
export async function bridgedShapes(): Promise<Readonly<Record<string, Members>>> {
  const [program, provider] = [process.env["UVLAMBDA_TEST_AWS_BRIDGE"]!, process.env["UVLAMBDA_AWS_PROVIDER"]!];
  const { code, stdout, stderr } = await runCommand([program, "shapes", provider], { cwd: tmpdir(), env: {} });
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Readonly<Record<string, Members>>;
}

/** Starts the provider once. The plugin that the engine starts with every command only says where the provider is. */
export async function startAwsBridge(env: Readonly<Record<string, string>>): Promise<AwsBridge> {
  const reason = whyNoAwsBridge();
  if (reason !== undefined) throw new Error(reason);
  const program = process.env["UVLAMBDA_TEST_AWS_BRIDGE"]!;
  const version = installedAwsVersion();
  const folder = mkdtempSync(join(tmpdir(), "uvlambda-aws-bridge-"));
  const schema = join(folder, "schema.json");
  writeFileSync(schema, JSON.stringify(pulumiSchema(JSON.parse(readFileSync(cachedMetadata(), "utf8")) as Metadata)));
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|TF)_/.test(name));
  const child = spawn(program, ["serve", process.env["UVLAMBDA_AWS_PROVIDER"]!, version, schema], {
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  void ended.then(() => rmSync(folder, { recursive: true }));
  const port = await firstLine(child);
  return {
    install: (pulumiHome, pulumi) => installAwsLauncher(pulumiHome, pulumi, version, [program, "plugin", port]),
    plugin: async () => {
      const plugin = spawn(program, ["plugin", port], { stdio: ["ignore", "pipe", "pipe"] });
      return { port: await firstLine(plugin), end: () => void plugin.kill() };
    },
    stop: async () => {
      child.stdin?.end();
      await ended;
    },
  };
}

/** The line that says that it is ready. Any other output becomes the error. */
function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    let complained = "";
    child.stderr?.on("data", (chunk: Buffer) => (complained = (complained + chunk.toString("utf8")).slice(-10_000)));
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
      if (output.includes("\n")) resolve(output.trim());
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the bridged aws provider ended with ${code}:\n${complained}`)));
  });
}
