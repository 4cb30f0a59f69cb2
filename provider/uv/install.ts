import * as fs from "node:fs/promises";
import * as path from "node:path";
import { UvLambdaError } from "../lib/errors.js";
import { urlSecrets } from "../lib/redaction/urlParts.js";
import { lockedHost, pylockForInstall } from "../project/lock/pylockInstall.js";
import { unsuitableWheel } from "../project/projectErrors.js";
import type { Target } from "../runtimes/index.js";
import type { UvContext } from "./context.js";
import { uvError } from "./errors/uvErrors.js";
import type { UvCall } from "./errors/uvCall.js";
import { runOfflineFirst } from "./offlineFirst.js";
import { anyInterpreter, pythonForBuilds } from "./programs/python.js";
import { wheelVariables } from "./settings/wheelSettings.js";

interface Install {
  /** Workspace root, where the export was made. uv finds the settings of its indexes there. */
  readonly root: string;
  readonly target: Target;
  /** Absolute, empty, private. */
  readonly folder: string;
}

export interface InstallLocked extends Install {
  /** The result of `exportLock`. */
  readonly pylock: string;
  /** Names of the packages to build here. All others are installed only from wheels. */
  readonly sourceBuilds: readonly string[];
  /** Normalised names of the packages to install; all of them when absent. */
  readonly only?: readonly string[];
  /** The phase that was reported, if uv's downloads are to be counted with it. */
  readonly phase?: string;
  /** The result of `pythonForBuilds`. Default: it is called when something is built. */
  readonly python?: string;
}

export interface InstallWheels extends Install {
  /** Absolute paths. */
  readonly wheels: readonly string[];
}

/** uv recognises the format by the name: `pylock.*.toml`. */
const lockFileName = "pylock.uvlambda.toml";

/**
 * Installs the third-party packages of an export for a target, whatever this machine is.
 * Throws NO_WHEEL, HASH_MISMATCH, INDEX_AUTH, NETWORK, PYTHON_NOT_FOUND, UNSUITABLE_WHEEL, LOCAL_BUILD_FAILED,
 * UV_FAILED.
 */
export async function installLocked(context: UvContext, install: InstallLocked): Promise<void> {
  const { pylock, root, target, folder, only } = install;
  const lockFile = path.join(folder, lockFileName);
  const content = pylockForInstall(pylock, root, target, {
    wanted: (name) => only?.includes(name) ?? true,
    withoutWheels: install.sourceBuilds,
  });
  const allFromSource = only?.every((name) => install.sourceBuilds.includes(name)) ?? false;
  const args = [
    ...["--requirements", lockFile, "--preview-features=pylock", "--verify-hashes", "--no-require-hashes"],
    // With `no-binary = true` in the project, uv sees a contradiction, and no wheel could be chosen.
    ...(allFromSource ? [] : ["--only-binary=:all:"]),
    ...install.sourceBuilds.map((name) => `--no-binary=${name}`),
  ];
  const prepare = async () => {
    await emptyFolder(folder);
    await fs.writeFile(lockFile, content, { mode: 0o600 });
  };
  const python =
    install.sourceBuilds.length === 0
      ? anyInterpreter
      : (install.python ?? (await pythonForBuilds(context, root, target)));
  await prepare();
  const settingsFolder = await fs.mkdtemp(`${folder}-settings-`);
  try {
    const isFromWheel = (name: string) => !install.sourceBuilds.includes(name) && (only?.includes(name) ?? true);
    const settings = path.join(settingsFolder, "uv.toml");
    await pipInstall(context, install, args, {
      python,
      environment: await wheelVariables(context.environment, root, isFromWheel, settings),
      phase: install.phase,
      secrets: urlSecrets(pylock),
      beforeRetry: prepare,
      hostOf: (name) => lockedHost(pylock, name),
    });
  } finally {
    await fs.rm(lockFile, { force: true });
    await fs.rm(settingsFolder, { recursive: true, force: true });
  }
}

/** Installs wheels that were built here. Touches no network. Throws UNSUITABLE_WHEEL, PYTHON_NOT_FOUND, UV_FAILED. */
export async function installWheels(context: UvContext, install: InstallWheels): Promise<void> {
  // Without settings: a project's `no-binary` concerns what it locks, not what was just built for it.
  const args = ["--no-config", "--no-index", "--only-binary=:all:", "--", ...install.wheels];
  try {
    await pipInstall(context, install, args, { python: anyInterpreter, secrets: [] });
  } catch (error) {
    if (!(error instanceof UvLambdaError) || error.code !== "NO_WHEEL") throw error;
    const { runtime, architecture } = install.target;
    const message = `A wheel that was built on this machine does not run on ${runtime}, ${architecture}:\n${error.message}`;
    throw unsuitableWheel(message);
  }
}

/** The same version of uv for the target's machine: `bin/uv` in the folder. Errors as in `installLocked`. */
export async function installUv(context: UvContext, install: Install): Promise<void> {
  // The oldest system there is: the program must run in any image.
  const target = { ...install.target, platform: `${install.target.machine}-manylinux_2_17` };
  const args = ["--only-binary=:all:", `uv==${context.version}`];
  await pipInstall(context, { ...install, target }, args, { python: anyInterpreter, secrets: [] });
}

interface Call {
  readonly python: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly phase?: string | undefined;
  readonly secrets: readonly string[];
  readonly beforeRetry?: () => Promise<void>;
  readonly hostOf?: UvCall["hostOf"];
}

async function pipInstall(
  context: UvContext,
  { root, target, folder }: Install,
  what: readonly string[],
  { python, environment, phase, secrets, beforeRetry, hostOf }: Call,
): Promise<void> {
  const args = ["pip", "install", ...targetFlags(target, python, folder)];
  const run = {
    cwd: root,
    purpose: `installing packages for ${target.runtime}, ${target.architecture}`,
    secrets,
    ...(environment && { environment }),
    shows: { ...(phase !== undefined && { phase }) },
  };
  const result = await runOfflineFirst(context, [...args, ...what], run, beforeRetry);
  if (result.exitCode === 0) return;
  throw uvError(result.stderr, {
    command: "uv pip install",
    root,
    uvPath: context.path,
    secrets: [...context.secrets, ...secrets],
    ...(hostOf && { hostOf }),
  });
}

/** Sets every flag that `[tool.uv.pip]` or a uv.toml could set differently, because the command line wins. */
function targetFlags(target: Target, python: string, folder: string): string[] {
  return [
    `--target=${folder}`,
    // The interpreter that installs. The next two say what to install for.
    `--python=${python}`,
    `--python-version=${target.pythonFullVersion}`,
    `--python-platform=${target.platform}`,
    "--no-deps",
    "--no-installer-metadata",
    "--no-compile-bytecode",
    "--no-reinstall",
    // Falls back to hard links and copies. A configured "symlink" would leave a tree of links into the cache.
    "--link-mode=clone",
  ];
}

/** Empties the folder, and keeps the owner and mode that the caller gave it. */
async function emptyFolder(folder: string): Promise<void> {
  for (const name of await fs.readdir(folder)) await fs.rm(path.join(folder, name), { recursive: true, force: true });
}
