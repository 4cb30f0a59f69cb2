import * as path from "node:path";
import type { MachineSettings } from "../../lib/machine.js";
import { shellWord } from "../../lib/messages/shellWord.js";
import { isInside } from "../../lib/paths.js";
import { formats } from "../../formats/index.js";
import type { CommandPackager } from "../../packaging/packager.js";
import type { Artifact } from "../../packaging/request.js";
import { resolveTarget } from "../../runtimes/index.js";
import type { CommandInputs } from "./buildFlags.js";
import { buildRequest } from "./buildRequest.js";
import { isOn, type Arguments, type CommandContext } from "../command.js";
import { placeFiles } from "./placeFiles.js";
import { verifyBuild } from "./verify.js";

export interface BuildWork {
  readonly args: Arguments;
  readonly packager: CommandPackager;
  readonly machine: MachineSettings;
  readonly context: CommandContext;
  /** Name of the request, if there are several. */
  readonly name?: string;
  /** Folder for the artifacts, relative to the working folder. */
  readonly out: string | undefined;
}

export interface BuildResult extends ReturnType<typeof describe> {
  readonly cacheHit: boolean;
  readonly verified?: true;
  readonly sbom?: string;
}

export interface BuiltRequest {
  readonly result: BuildResult;
  /** Those of the second build, which has a packager of its own. */
  readonly uvProcesses: number;
}

/** Builds the inputs, and does what the other flags ask for. */
export async function buildOne(
  inputs: Partial<CommandInputs>,
  { args, packager, machine, context, name, out }: BuildWork,
): Promise<BuiltRequest> {
  const { reporter, today, cwd } = context;
  const folder = out === undefined ? undefined : path.resolve(cwd, out);
  const request = await buildRequest(inputs, cwd);
  const { target, warnings } = resolveTarget(request.runtime, request.architecture, today);
  for (const warning of warnings) reporter.warn(warning);
  const artifact = await packager.package(request, { reporter, ...(name !== undefined && { name }) });
  const verified = isOn(args, "verify") ? await verifyBuild(request, artifact, { ...context, machine }) : undefined;
  const sbom = isOn(args, "sbom") ? await packager.sbom(request, { reporter }) : undefined;
  const files = [...artifact.files.map(({ name }) => path.join(artifact.folder, name)), ...(sbom ? [sbom] : [])];
  const places = folder === undefined ? files : await placeFiles(files, folder);
  const isKept =
    folder !== undefined || machine.isCacheReadOnly !== true || isInside(artifact.folder, machine.cacheDir);
  if (!isKept)
    reporter.warn(
      "UVLAMBDA_CACHE_READONLY is set, so what was built is removed when this command ends. To keep it, name a folder with `--out`.",
    );
  if (isKept && formats[request.packageFormat].buildsImage)
    context.logLine(
      `To build the image, run: docker build --platform ${target.imagePlatform} ${shellWord(places[0]!)}`,
    );
  const result: BuildResult = {
    ...describe(artifact, places),
    cacheHit: artifact.cacheHit,
    ...(verified && { verified: true as const }),
    ...(sbom !== undefined && { sbom: places.at(-1)! }),
  };
  return { result, uvProcesses: verified?.uvProcesses ?? 0 };
}

function describe({ outputHash, files, packages, partial }: Artifact, places: readonly string[]) {
  const artifacts = files.map(({ kind, sha256, size, unzippedSize, files: count }, i) => ({
    kind,
    path: places[i],
    sha256,
    size,
    unzippedSize,
    files: count,
  }));
  return { outputHash, artifacts, packages, ...(partial.length > 0 && { partial }) };
}
