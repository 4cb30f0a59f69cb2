import * as fs from "node:fs";
import * as path from "node:path";
import { realAwsProvider } from "../aws/provider.js";
import { runCommand, startCommand, type CommandResult, type StartedCommand } from "../support/commands.js";
import { checkout, pluginFolder } from "../support/machine.js";
import { invokeFunction, stackConfigFile } from "./aws.js";
import { programLanguage, requireLanguage } from "./languages/index.js";
import { expectSettled } from "./settled.js";
import { readState } from "./stateFile.js";
import { writeProgram, type FunctionOutputs, type Language, type Program } from "./programs.js";
import { requireInTable } from "./providerTable.js";
import { defaultProvider, sharedRun, toolEnvironment, type Run } from "./run.js";
import { makeUvShim, type UvShim } from "./uvShim.js";
import { keepForValidation } from "./validated.js";

export { languages, type Language } from "./programs.js";
export { skipAfterFailure } from "./skipAfterFailure.js";
export { steps, type Steps } from "./steps.js";

/**
 * `real`: a real aws provider where this machine has one; `stand-in`: never. tests/aws/README.md says which test wants
 * what.
 */
export type WantedAws = "real" | "stand-in";

export interface WorkspaceOptions extends Program {
  /** Where the Pulumi project is in the workspace. Default `infra`, beside the fixtures. */
  readonly programFolder?: string;
  readonly aws?: WantedAws;
  /** Variables of every command. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface PulumiResult extends CommandResult {
  /** stdout and stderr: what a person reads in the terminal. */
  readonly text: string;
}

export interface PulumiOptions {
  /** Folder of the command. Default: the Pulumi project's folder. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** `false`: after this `up`, the stack differs from the program on purpose, so settled.ts does not check it. */
  readonly settles?: false;
}

/** A copy of all fixtures with a Pulumi project and its own stack. */
export interface Workspace {
  readonly run: Run;
  readonly root: string;
  readonly programFolder: string;
  readonly uv: UvShim;
  readonly cacheDir: string;
  /** Variables of its commands. */
  readonly env: Readonly<Record<string, string>>;
  /** A file or folder of the workspace, by its path in it. */
  at(...names: string[]): string;
  write(file: string, text: string): void;
  /** Replaces the one occurrence of `from`. Throws when there is none. */
  edit(file: string, from: string, to: string): void;
  /** If a real provider was asked for, what an `up` deployed must not be a change afterwards: settled.ts. */
  pulumi(args: readonly string[], options?: PulumiOptions): Promise<PulumiResult>;
  /** The same command while it runs, for tests that disturb it. */
  start(args: readonly string[], options?: PulumiOptions): StartedCommand;
  up(options?: PulumiOptions): Promise<PulumiResult>;
  preview(args?: readonly string[], options?: PulumiOptions): Promise<PulumiResult>;
  refresh(): Promise<PulumiResult>;
  destroy(): Promise<PulumiResult>;
  outputs(): Promise<Record<string, FunctionOutputs>>;
  stackExport(): Promise<StackState>;
  /** In the stack's region unless another one is named. */
  invoke(functionName: string, event: unknown, region?: string): Promise<unknown>;
  /** The same stack from another folder, user, time zone and umask, with an empty store. */
  secondCheckout(): Promise<Workspace>;
  /** Another stack of the same checkout. */
  otherStack(name: string): Promise<Workspace>;
}

export interface StackResource {
  readonly urn: string;
  readonly type: string;
  readonly parent?: string;
  /** URN and id of the provider's resource. */
  readonly provider?: string;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly deletedWith?: string;
  /** In seconds. */
  readonly customTimeouts?: Readonly<Record<string, number>>;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
}

export interface StackState {
  readonly deployment: {
    readonly resources?: readonly StackResource[];
    readonly pending_operations?: readonly unknown[];
  };
}

/** Copies the fixtures into a fresh folder, writes the program beside them and makes the stack `dev`. */
export async function createWorkspace(context: Mocha.Context, options: WorkspaceOptions): Promise<Workspace> {
  requireLanguage(context, options.language);
  const run = await sharedRun(context);
  requireInTable(context, options.aws ?? "stand-in");
  const { language, programFolder = "infra", aws } = options;
  const place = await placeIn(run, language, { source: run.fixtures, programFolder, aws });
  writeProgram(place.programFolder, options);
  programLanguage(options.language).link?.(path.join(place.programFolder, options.main ?? ""), place.programFolder);
  return initStack({ ...place, env: { ...place.env, ...options.env } });
}

/** Copies an example of the checkout, with its program in `programFolder`, and makes the stack `dev`. */
export async function createExample(
  context: Mocha.Context,
  language: Language,
  name: string = language,
  { programFolder = "infra", aws }: Pick<WorkspaceOptions, "programFolder" | "aws"> = {},
): Promise<Workspace> {
  return createProject(context, language, { source: path.join(checkout, "examples", name), programFolder, aws });
}

interface WholeProject {
  /** Folder that holds a whole Pulumi project in `programFolder`. */
  readonly source: string;
  readonly programFolder: string;
  readonly aws: WantedAws | undefined;
}

/** Copies the project, and makes the stack `dev`. */
export async function createProject(
  context: Mocha.Context,
  language: Language,
  wanted: WholeProject,
): Promise<Workspace> {
  requireLanguage(context, language);
  const run = await sharedRun(context);
  requireInTable(context, wanted.aws ?? "stand-in");
  const place = await placeIn(run, language, wanted);
  const project = path.join(place.programFolder, "Pulumi.yaml");
  fs.writeFileSync(project, fs.readFileSync(project, "utf8").replace("../../../bin", pluginFolder));
  programLanguage(language).link?.(place.programFolder, place.programFolder);
  return initStack(place);
}

/** Files that a user of the checkout may have in it. */
const neverCopied: ReadonlySet<string> = new Set(["node_modules", ".uvlambda", "venv", "target", "bin", "obj"]);

async function placeIn(run: Run, language: Language, { source, programFolder, aws }: WholeProject): Promise<Place> {
  const provider = aws === undefined ? defaultProvider() : aws === "real" ? realAwsProvider() : aws;
  const root = fs.mkdtempSync(path.join(run.folder, "workspace-"));
  fs.cpSync(source, root, { recursive: true, filter: (file) => !neverCopied.has(path.basename(file)) });
  fs.mkdirSync(path.join(root, "state"));
  return {
    run,
    root,
    programFolder: path.join(root, programFolder),
    uv: makeUvShim(path.join(root, "uv-shim"), run.uv),
    stack: "dev",
    pulumiHome: await run.homeWith(provider),
    realAws: provider !== "stand-in",
    settles: aws === "real" || provider !== "stand-in",
    state: path.join(root, "state"),
    env: {
      ...toolEnvironment(run.folder, run.pulumi),
      ...programLanguage(language).env?.(),
      UVLAMBDA_CACHE_DIR: path.join(root, "cache"),
    },
  };
}

/** Where and how the commands of one workspace run. */
interface Place {
  readonly run: Run;
  readonly root: string;
  readonly programFolder: string;
  readonly uv: UvShim;
  readonly stack: string;
  readonly pulumiHome: string;
  /** The aws provider is a real one. */
  readonly realAws: boolean;
  /** Each `up` is followed by what settled.ts expects. */
  readonly settles: boolean;
  readonly state: string;
  readonly env: Readonly<Record<string, string>>;
  readonly umask?: string;
}

async function initStack(place: Place): Promise<Workspace> {
  const workspace = workspaceAt(place);
  workspace.write(
    path.join(place.programFolder, `Pulumi.${place.stack}.yaml`),
    stackConfigFile(place.run.aws.stackConfig()),
  );
  mustSucceed(await command(place, ["stack", "init", place.stack]));
  return workspace;
}

function workspaceAt(place: Place): Workspace {
  const { run, root, programFolder, uv, stack } = place;
  const at = (...names: string[]): string => path.resolve(root, ...names);
  const plain: Workspace["pulumi"] = (args, options) => command(place, [...args, "--stack", stack], options);
  const pulumi: Workspace["pulumi"] = async (args, options) => {
    const result = await plain(args, options);
    if (args[0] !== "up" || result.code !== 0) return result;
    keepForValidation(place.state, stack);
    if (place.settles && options?.settles !== false) await expectSettled(plain, options);
    return result;
  };
  return {
    run,
    root,
    programFolder,
    uv,
    cacheDir: place.env["UVLAMBDA_CACHE_DIR"]!,
    env: variables(place),
    at,
    write: (file, text) => {
      fs.mkdirSync(path.dirname(at(file)), { recursive: true });
      fs.writeFileSync(at(file), text);
    },
    edit: (file, from, to) => {
      const text = fs.readFileSync(at(file), "utf8");
      if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`);
      fs.writeFileSync(at(file), text.replace(from, to));
    },
    pulumi,
    start: (args, options) => startCommand(...invocation(place, [...args, "--stack", stack], options)),
    // The real provider spends most of its time waiting.
    up: (options) => pulumi(["up", "--yes", "--skip-preview", ...(place.realAws ? ["--parallel", "64"] : [])], options),
    preview: (args = [], options) => pulumi(["preview", ...args], options),
    refresh: () => pulumi(["refresh", "--yes", "--skip-preview"]),
    destroy: () => pulumi(["destroy", "--yes", "--skip-preview"]),
    outputs: async () =>
      JSON.parse(mustSucceed(await plain(["stack", "output", "--json"])).stdout) as Record<string, FunctionOutputs>,
    stackExport: () => Promise.resolve(readState(place.state, stack)),
    invoke: (functionName, event, region) => invokeFunction(run.aws, functionName, event, region),
    secondCheckout: async () => workspaceAt(copyOf(place)),
    otherStack: (name) => initStack({ ...place, stack: name }),
  };
}

function copyOf(place: Place): Place {
  const root = path.join(fs.mkdtempSync(path.join(place.run.folder, "other-")), "a second check-out");
  const leftOut = new Set([".uvlambda", "cache", "state", "uv-shim"]);
  fs.cpSync(place.root, root, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (from) => !leftOut.has(path.basename(from)),
  });
  const home = path.join(root, "..", "another home");
  fs.mkdirSync(home);
  return {
    ...place,
    root,
    programFolder: path.join(root, path.relative(place.root, place.programFolder)),
    uv: makeUvShim(path.join(root, "uv-shim"), place.run.uv),
    umask: "077",
    env: { ...place.env, HOME: home, TZ: "Asia/Tokyo", USER: "somebody", UVLAMBDA_CACHE_DIR: path.join(root, "cache") },
  };
}

async function command(place: Place, args: readonly string[], options?: PulumiOptions): Promise<PulumiResult> {
  const result = await runCommand(...invocation(place, args, options));
  return { ...result, text: result.stdout + result.stderr };
}

function variables(place: Place): Record<string, string> {
  return {
    ...place.env,
    ...place.run.aws.env(),
    UVLAMBDA_UV: place.uv.path,
    PULUMI_HOME: place.pulumiHome,
    // Without metadata=skip, Pulumi writes each checkpoint's .attrs file in place. A kill inside that write leaves it
    // empty, and the stack is lost ("failed to load checkpoint: EOF"). The checkpoint itself is replaced atomically.
    PULUMI_BACKEND_URL: `file://${place.state}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

function invocation(place: Place, args: readonly string[], options?: PulumiOptions): Parameters<typeof runCommand> {
  const env = { ...variables(place), ...options?.env };
  const umask = place.umask === undefined ? {} : { umask: place.umask };
  return [
    [place.run.pulumi, ...args, "--non-interactive", "--color", "never"],
    { cwd: options?.cwd ?? place.programFolder, env, ...umask },
  ];
}

/** Returns the result, or throws all output of the command. */
export function mustSucceed<R extends PulumiResult>(result: R): R {
  if (result.code !== 0) throw new Error(`pulumi ended with ${result.code}:\n${result.text}`);
  return result;
}
