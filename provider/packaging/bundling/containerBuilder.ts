import * as fs from "node:fs/promises";
import * as path from "node:path";
import { makeFolder } from "../../lib/makeFolder.js";
import { sha256Hex } from "../../lib/hash.js";
import { isInside } from "../../lib/paths.js";
import type { EnvironmentVariables } from "../../lib/processes/environmentVariables.js";
import { pathOnDisk } from "../../project/lock/localArchives.js";
import type { Target } from "../../runtimes/index.js";
import { uvInContainer } from "../../uv/container.js";
import type { UvContext } from "../../uv/context.js";
import { askDaemon, requireImage, type Docker, type Image } from "../../uv/docker.js";
import { installUv } from "../../uv/install.js";
import { configHome, dataHome, homeFolder, systemFile } from "../../uv/settings/machineFiles.js";
import type { BuilderWork } from "./builder.js";
import { misfit } from "../checks/binaries/binaries.js";
import { readElf } from "../checks/binaries/elf.js";
import { keyOf } from "../../store/key.js";
import type { BuildSession } from "../buildSession.js";

/**
 * A uv whose calls run in containers of the image that see the project and write into `scratch`. Throws DOCKER_FAILED.
 */
export async function openContainer(work: BuilderWork, reference: string, scratch: string): Promise<UvContext> {
  const { session, uv, target } = work;
  const image = { reference, platform: target.imagePlatform };
  const docker = { environment: { ...dockerVariables(session.machine.environment), ...uv.environment } };
  const daemon = await preparedDaemon(session, uv, docker, image);
  const home = path.join(scratch, ".home");
  await makeFolder(home, 0o700);
  const cache = await uvCache(session, image);
  const files = await configurationFiles(uv.environment);
  return uvInContainer(uv, {
    docker,
    image,
    name: `uvlambda-${sha256Hex(scratch).slice(0, 20)}`,
    user: daemon.rootless ? undefined : userAndGroup(),
    uv: await uvForLinux(work),
    readOnly: withoutNested([...readFolders(work), ...files.map(({ file }) => file)], scratch),
    writable: [scratch, cache],
    passed: Object.keys(uv.environment).filter((name) => isPassed(name)),
    variables: {
      ...Object.fromEntries(files.map(({ variable, value }) => [variable, value])),
      HOME: home,
      TMPDIR: home,
      UV_CACHE_DIR: cache,
      UV_PYTHON_DOWNLOADS: "never",
    },
  });
}

/** Asks only once: a build of many packages starts many containers. */
function preparedDaemon(session: BuildSession, uv: UvContext, docker: Docker, image: Image) {
  return session.once(`image ${image.platform} ${image.reference}`, async () => {
    const daemon = await askDaemon(uv, docker);
    await requireImage(uv, docker, image);
    return daemon;
  });
}

/** Variables that tell the docker command where its daemon and its logins are. */
function dockerVariables(environment: EnvironmentVariables): EnvironmentVariables {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith("DOCKER_")));
}

/**
 * Variables about uv's own folders and the machine's programs and agents, which mean nothing inside. All others go in.
 */
const machineOnly =
  /^(PATH|PATHEXT|HOME|USERPROFILE|TMPDIR|TEMP|TMP|\w*APPDATA|PROGRAMDATA|SYSTEM(ROOT|DRIVE)|WINDIR|COMSPEC|XDG_\w+|DBUS_\w+|SSH_AUTH_SOCK|SSH_AGENT_PID|NETRC|SSL_\w+|UV_CACHE_DIR|UV_CONFIG_FILE|UV_CREDENTIALS_DIR|UV_KEYRING_PROVIDER|UV_PYTHON_\w+)$/i;

function isPassed(name: string): boolean {
  return !machineOnly.test(name);
}

interface ConfigurationFile {
  readonly variable: string;
  readonly value: string;
  /** What the container must see of it. */
  readonly file: string;
}

/** Existing files that uv reads on this machine, each with the variable that points uv to it inside. */
async function configurationFiles(environment: EnvironmentVariables): Promise<ConfigurationFile[]> {
  const home = homeFolder(environment) ?? "/";
  const netrc = environment["NETRC"] || path.join(home, ".netrc");
  const [config, data, system] = [configHome(environment), dataHome(environment), systemFile(environment)];
  const candidates: ConfigurationFile[] = [{ variable: "NETRC", value: netrc, file: netrc }];
  if (config !== undefined)
    candidates.push({ variable: "XDG_CONFIG_HOME", value: config, file: path.join(config, "uv") });
  if (data !== undefined)
    candidates.push({ variable: "XDG_DATA_HOME", value: data, file: path.join(data, "uv", "credentials") });
  // <folder>/uv/uv.toml
  if (system !== undefined)
    candidates.push({ variable: "XDG_CONFIG_DIRS", value: path.dirname(path.dirname(system)), file: system });
  for (const variable of ["SSL_CERT_FILE", "SSL_CERT_DIR", "SSL_CLIENT_CERT", "UV_CONFIG_FILE", "UV_CREDENTIALS_DIR"]) {
    const value = environment[variable];
    if (value) candidates.push({ variable, value, file: value });
  }
  const exist = await Promise.all(candidates.map(({ file }) => exists(file)));
  return candidates.filter((_, i) => exist[i]);
}

/** The workspace, and what its lock names outside of it. */
function readFolders({ project, closure }: BuilderWork): string[] {
  const archives = closure.locked.flatMap(({ wheels, sdist }) => (sdist === undefined ? wheels : [...wheels, sdist]));
  const files = archives.map(({ location }) => pathOnDisk(location, project.root)).filter((file) => file !== undefined);
  const repositories = closure.locked.flatMap(({ git }) => {
    const folder = git?.url.startsWith("file://") ? pathOnDisk(git.url, project.root) : undefined;
    return folder === undefined ? [] : [folder];
  });
  return [
    project.root,
    ...closure.local.map(({ folder }) => folder),
    ...files.map((file) => path.dirname(file)),
    ...repositories,
  ];
}

/** Docker refuses a duplicate mount. A path inside another mount needs none. */
function withoutNested(files: readonly string[], scratch: string): string[] {
  const unique = [...new Set(files)].filter((file) => !isInside(file, scratch));
  return unique.filter((file) => !unique.some((other) => other !== file && isInside(file, other)));
}

/** One for each image: it must not reuse what another image or this machine has built from source. */
function uvCache({ store }: BuildSession, { reference, platform }: Image): Promise<string> {
  return store.cacheFolder(`uv-${sha256Hex(`${platform} ${reference}`).slice(0, 20)}`);
}

/** Undefined if the system has no such ids. */
function userAndGroup(): string | undefined {
  const [user, group] = [process.getuid?.(), process.getgid?.()];
  return user === undefined || group === undefined ? undefined : `${user}:${group}`;
}

/**
 * A uv of this machine's version that runs in the image. The machine's own if it is a program for Lambda's system,
 * so that no network is needed. Otherwise (macOS, another architecture, a shim) the same version from the index.
 */
async function uvForLinux({ session, uv, project, target }: BuilderWork): Promise<string> {
  if (await runsOnLambda(uv.path, target)) return uv.path;
  const { machine } = target;
  const key = keyOf("uvbinary", { version: uv.version, machine });
  const { entry } = await session.store.getOrCreate("uvbinary", key, async (folder) => {
    uv.reporter.progress(`Fetching uv ${uv.version} for ${machine}, to run in the container`);
    await installUv(uv, { root: project.root, target, folder });
    return null;
  });
  return path.join(entry.folder, "bin", "uv");
}

async function runsOnLambda(file: string, target: Target): Promise<boolean> {
  const needs = await readElf(file);
  return needs !== undefined && misfit(needs, target) === undefined;
}

async function exists(file: string): Promise<boolean> {
  if (!path.isAbsolute(file)) return false;
  return fs.access(file).then(
    () => true,
    () => false,
  );
}
