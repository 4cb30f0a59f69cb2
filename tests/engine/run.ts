import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { servicesBeside } from "../aws/endpoints.js";
import { startLocalAws, whyNoLocalAws, type LocalAws } from "../aws/localAws.js";
import { installAwsProvider, wantedAwsProvider, type AwsProviderKind } from "../aws/provider.js";
import { waitUntil } from "../support/commands.js";
import { findTool, pluginFolder } from "../support/machine.js";
import { canListProcesses, processesOf } from "../support/processes.js";
import { skip } from "../support/skip.js";
import { prepareFixtures } from "./fixtures.js";

/** What all engine tests of one mocha run share. */
export interface Run {
  /** Everything is in this folder. A process that names it belongs to the tests. */
  readonly folder: string;
  readonly pulumi: string;
  readonly uv: string;
  readonly aws: LocalAws;
  /** A PULUMI_HOME with this aws provider, which starts with the first test that asks for it. */
  homeWith(provider: AwsProviderKind): Promise<string>;
  /** The PULUMI_HOME of tests that do not choose a provider. */
  readonly pulumiHome: string;
  /** Fixtures with their locks, to be copied. */
  readonly fixtures: string;
  /** Called after the last test, the latest first. */
  readonly atEnd: (() => Promise<void>)[];
}

let started: Promise<Run> | undefined;

/** Starts the shared parts at the first call. Skips the test with a message when the machine lacks a part. */
export async function sharedRun(context: Mocha.Context): Promise<Run> {
  const pulumi = findTool("pulumi", "UVLAMBDA_TEST_PULUMI");
  const uv = findTool("uv", "UVLAMBDA_TEST_UV");
  const missing = [
    pulumi === undefined ? "the pulumi CLI (run tools/setup)" : "",
    uv === undefined ? "uv (run tools/setup)" : "",
    isCompiled() ? "" : "the compiled plugin (run tools/build)",
    whyNoLocalAws() ?? "",
  ].filter((part) => part !== "");
  if (pulumi === undefined || uv === undefined || missing.length > 0) skip(context, `needs ${missing.join(", ")}`);
  started ??= startRun(pulumi, uv);
  return started;
}

/** The program is beside the launcher's folder in a checkout, in it in a release. */
function isCompiled(): boolean {
  return ["..", "."].some((place) => fs.existsSync(path.join(pluginFolder, place, "dist", "index.js")));
}

async function startRun(pulumi: string, uv: string): Promise<Run> {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-engine-")));
  const fixtures = path.join(folder, "fixtures");
  for (const name of [fixtures, path.join(folder, "home"), path.join(folder, "tmp")]) fs.mkdirSync(name);
  const [aws] = await Promise.all([startLocalAws(), prepareFixtures(fixtures, uv, toolEnvironment(folder, pulumi))]);
  const atEnd: Run["atEnd"] = [];
  const homes = new Map<AwsProviderKind, Promise<string>>();
  const makeHome = async (provider: AwsProviderKind): Promise<string> => {
    const home = path.join(folder, `pulumi-home-${provider}`);
    fs.mkdirSync(home);
    atEnd.push(await installAwsProvider(provider, home, pulumi, aws.env()));
    return home;
  };
  const homeWith = (provider: AwsProviderKind): Promise<string> => {
    const home = homes.get(provider) ?? makeHome(provider);
    homes.set(provider, home);
    return home;
  };
  const pulumiHome = await homeWith(defaultProvider());
  return { folder, pulumi, uv, aws, homeWith, pulumiHome, fixtures, atEnd };
}

/** The provider of tests that do not choose one. */
export function defaultProvider(): AwsProviderKind {
  return wantedAwsProvider() ?? "stand-in";
}

/** Variables that the machine's network requires for access to a package index. */
const network = /^(SSL_CERT_(FILE|DIR)|(HTTPS?|NO|ALL)_PROXY|UV_(DEFAULT_)?INDEX(_URL)?)$/i;

/**
 * The few variables that a tool gets: PATH, with the engine's language hosts, and folders of this run.
 */
export function toolEnvironment(folder: string, pulumi: string): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => network.test(name));
  return {
    ...(Object.fromEntries(inherited) as Record<string, string>),
    PATH: [path.dirname(pulumi), process.env["PATH"] ?? ""].join(path.delimiter),
    HOME: path.join(folder, "home"),
    TMPDIR: path.join(folder, "tmp"),
    UV_PYTHON_DOWNLOADS: "never",
    LANG: "C.UTF-8",
  };
}

/** Kills the processes that name `marker`, one at a time. Returns what they were. */
export function killProcessesOf(marker: string): string[] {
  return processesOf(marker).map(({ pid, command }) => {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
    return command;
  });
}

after("no process outlives the tests, and no service was called beside the endpoints", async function () {
  if (started === undefined) return;
  // node_modules of several checkouts are removed.
  this.timeout(300_000);
  const run = await started;
  for (const stop of run.atEnd.reverse()) await stop();
  await run.aws.stop();
  let outlived: string[] = [];
  if (canListProcesses) {
    const ended = (): boolean => processesOf(run.folder).length === 0;
    await waitUntil("the tests' processes end", 10_000, ended).catch(() => undefined);
    outlived = killProcessesOf(run.folder);
  }
  fs.rmSync(run.folder, { recursive: true, force: true });
  assert.deepEqual(outlived, []);
  assert.deepEqual(servicesBeside(run.aws.calls), []);
});
