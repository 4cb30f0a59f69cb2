import { readFileSync } from "node:fs";
import * as path from "node:path";
import { InvalidInputError, type Problem } from "../lib/errors.js";
import type { MachineSettings } from "../lib/machine.js";
import { createPackager } from "../packaging/createPackager.js";
import { formats } from "../formats/index.js";
import type { Artifact } from "../packaging/request.js";
import type { PackageSchema } from "../inputs/schema/packageSchema.js";
import { functionProblems } from "../inputs/validate.js";
import { resolveTarget } from "../runtimes/index.js";
import { buildFlags, flagProblem, inputsOf } from "./buildFlags.js";
import { buildRequest } from "./buildRequest.js";
import { isOn, valueOf, type Arguments, type CommandBody, type Surroundings } from "./command.js";
import { placeFiles } from "./placeFiles.js";
import { verifyBuild } from "./verify.js";

export const build: CommandBody = {
  positionals: [],
  flags: buildFlags,
  notes: [
    "A flag with ... can be given more than once. The flags stand for the inputs of uvlambda.Function.",
    "Exit codes: 0 done, 1 the build failed, 2 something must be fixed first, 130 interrupted.",
  ].join("\n"),
  check: inputProblems,
  run: async (args, surroundings) => {
    try {
      return await runBuild(args, surroundings);
    } catch (error) {
      throw error instanceof InvalidInputError ? new InvalidInputError(error.problems.map(flagProblem)) : error;
    }
  },
};

function inputProblems(args: Arguments): Problem[] {
  const schema = JSON.parse(readFileSync(path.join(__dirname, "../../schema.json"), "utf8")) as PackageSchema;
  const resolved = {
    values: inputsOf(args) as Record<string, unknown>,
    secrets: new Set<string>(),
    sources: new Map<string, string[]>(),
  };
  return functionProblems(schema, resolved, () => []).map(flagProblem);
}

async function runBuild(args: Arguments, surroundings: Surroundings): Promise<string> {
  const { reporter, today, onInterrupt } = surroundings;
  const machine = settingsFor(args, surroundings);
  const request = await buildRequest(inputsOf(args), surroundings.cwd);
  const { target, warnings } = resolveTarget(request.runtime, request.architecture, today);
  for (const warning of warnings) reporter.warn(warning);

  const packager = createPackager(machine, reporter, { tidies: true });
  onInterrupt(() => packager.cancel());
  const artifact = await packager.package(request, { reporter });
  const verified = isOn(args, "verify")
    ? await verifyBuild(request, artifact, { ...surroundings, machine })
    : undefined;
  const sbom = isOn(args, "sbom") ? await packager.sbom(request, { reporter }) : undefined;

  const files = [...artifact.files.map(({ name }) => path.join(artifact.folder, name)), ...(sbom ? [sbom] : [])];
  const out = valueOf(args, "out");
  const places = out === undefined ? files : await placeFiles(files, path.resolve(surroundings.cwd, out));
  if (formats[request.packageFormat].buildsImage)
    reporter.progress(
      `To make the image: docker build --platform ${target.imagePlatform} ${JSON.stringify(places[0])}`,
    );
  const result = {
    ...describe(artifact, places),
    cacheHit: artifact.cacheHit,
    uvProcesses: packager.uvProcesses() + (verified?.uvProcesses ?? 0),
    ...(verified && { verified: true }),
    ...(sbom && { sbom: places.at(-1) }),
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}

function settingsFor(args: Arguments, { machine, cwd }: Surroundings): MachineSettings {
  const given = valueOf(args, "cache-dir");
  return given === undefined ? machine : { ...machine, cacheDir: path.resolve(cwd, given) };
}

function describe({ outputHash, files, packages }: Artifact, places: readonly string[]) {
  const artifacts = files.map(({ kind, sha256, size, unzippedSize, files: count }, i) => ({
    kind,
    path: places[i],
    sha256,
    size,
    unzippedSize,
    files: count,
  }));
  return { outputHash, artifacts, packages };
}
