import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How an image starts its process. Lambda's ImageConfig overrides it. */
export interface ImageSettings {
  readonly architecture: string;
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
  readonly workingFolder: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface PulledImage extends ImageSettings {
  /** Folder with its file system. */
  readonly root: string;
}

/** Why images cannot run on this machine. Undefined when they can. */
export function whyNoImageRuns(): string | undefined {
  if (process.getuid?.() !== 0) return "images run in a root file system of their own, which needs root";
  if (process.env["UVLAMBDA_TEST_IMAGE_TOOLS"] === undefined)
    return "UVLAMBDA_TEST_IMAGE_TOOLS is not set (tools/setup makes it)";
  return undefined;
}

/**
 * Pulls an image (`127.0.0.1:PORT/name@sha256:…`, plain HTTP) and unpacks its layers one over the other, with the
 * stored owners and modes.
 */
export function pullImage(reference: string, folder: string): void {
  writeFileSync(join(folder, "config.json"), run("crane", ["config", "--insecure", reference]));
  const root = join(folder, "root");
  mkdirSync(root, { mode: 0o755 });
  const file = join(folder, "layers.tar");
  run("crane", ["export", "--insecure", reference, file]);
  run("tar", [
    "--extract",
    "--same-permissions",
    "--same-owner",
    "--numeric-owner",
    "--directory",
    root,
    "--file",
    file,
  ]);
}

export function readImage(folder: string): PulledImage {
  const image = JSON.parse(readFileSync(join(folder, "config.json"), "utf8")) as OciImage;
  const config = image.config ?? {};
  const variables = (config.Env ?? []).map((line): [string, string] => {
    const at = line.indexOf("=");
    return [line.slice(0, at), line.slice(at + 1)];
  });
  return {
    root: join(folder, "root"),
    architecture: image.architecture,
    entryPoint: config.Entrypoint ?? [],
    command: config.Cmd ?? [],
    workingFolder: config.WorkingDir || "/",
    environment: Object.fromEntries(variables),
  };
}

interface OciImage {
  readonly architecture: string;
  readonly config?: {
    readonly Entrypoint?: readonly string[];
    readonly Cmd?: readonly string[];
    readonly WorkingDir?: string;
    readonly Env?: readonly string[];
  };
}

function run(program: "crane" | "tar", args: readonly string[]): Buffer {
  const path = program === "crane" ? join(process.env["UVLAMBDA_TEST_IMAGE_TOOLS"] ?? "", "crane") : program;
  const result = spawnSync(path, args, { maxBuffer: 64 * 1024 * 1024 });
  if (result.status !== 0)
    throw new Error(`${program} ${args.join(" ")}: ${result.error?.message ?? result.stderr.toString("utf8")}`);
  return result.stdout;
}
