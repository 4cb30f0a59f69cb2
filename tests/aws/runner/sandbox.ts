import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Interpreter } from "./interpreter.js";

/** How this machine can give a function its own file system, or the `reason` why it cannot. */
export type Isolation =
  { readonly kind: "root" | "user-namespace" } | { readonly kind: "none"; readonly reason: string };

export interface SandboxFolders {
  /** Empty folder that becomes the root of the new file system. */
  readonly root: string;
  readonly task: string;
  readonly opt: string;
  /** Folder with bootstrap.py and awslambdaric. */
  readonly runtime: string;
}

const UNPRIVILEGED = { uid: 993, gid: 990 };
const ROOT_NAMESPACE = ["--mount", "--propagation", "private"];
const USER_NAMESPACE = ["--user", "--map-root-user", ...ROOT_NAMESPACE];

/** Finds out, once, what `unshare` may do here. */
export function detectIsolation(): Isolation {
  const asRoot = process.getuid?.() === 0;
  const tried = spawnSync("unshare", [...(asRoot ? ROOT_NAMESPACE : USER_NAMESPACE), "true"], { encoding: "utf8" });
  if (tried.status === 0) return { kind: asRoot ? "root" : "user-namespace" };
  const cause = tried.error?.message ?? tried.stderr.trim();
  return { kind: "none", reason: `no mount namespace can be made here (${cause}): run as root on Linux` };
}

/**
 * Starts a program in Lambda's file system. /var/task, /opt, /var/runtime, /var/lang and the root are read-only, /tmp
 * is writable, and no package of the host can be imported. The process leads its own group: kill the group to end it.
 */
export function startSandbox(
  isolation: Isolation,
  interpreter: Interpreter,
  folders: SandboxFolders,
  options: { readonly command: readonly string[]; readonly env: Record<string, string>; readonly tmpMegabytes: number },
): ChildProcess {
  if (isolation.kind === "none") throw new Error(isolation.reason);
  mkdirSync(folders.root, { recursive: true });
  const asRoot = isolation.kind === "root";
  const script = [
    join(__dirname, "sandbox.sh"),
    folders.root,
    folders.task,
    folders.opt,
    folders.runtime,
    interpreter.prefix,
    interpreter.minor,
    String(options.tmpMegabytes),
    asRoot ? `${UNPRIVILEGED.uid}:${UNPRIVILEGED.gid}` : "keep",
    "--",
    ...options.command,
  ];
  return spawnApart(asRoot ? ROOT_NAMESPACE : USER_NAMESPACE, script, options.env);
}

export interface ImageProcess {
  /** The unpacked image. */
  readonly root: string;
  readonly command: readonly string[];
  readonly workingFolder: string;
  readonly env: Record<string, string>;
  readonly tmpMegabytes: number;
}

/**
 * Starts a program of an image as an unprivileged user, with a read-only root and a writable /tmp. Needs root. The
 * process leads its own group.
 */
export function startImage({ root, command, workingFolder, env, tmpMegabytes }: ImageProcess): ChildProcess {
  const user = [String(UNPRIVILEGED.uid), String(UNPRIVILEGED.gid)];
  const script = [join(__dirname, "imageSandbox.sh"), root, String(tmpMegabytes), ...user, workingFolder, "--"];
  return spawnApart(ROOT_NAMESPACE, [...script, ...command], env);
}

function spawnApart(
  namespace: readonly string[],
  script: readonly string[],
  env: Record<string, string>,
): ChildProcess {
  return spawn("/usr/bin/unshare", [...namespace, "/bin/sh", ...script], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
}
