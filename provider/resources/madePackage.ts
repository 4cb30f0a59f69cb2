import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { UvLambdaError, type ErrorCode } from "../lib/errors.js";
import type { Reporter } from "../lib/log.js";
import type { ArtifactFile, ArtifactKind } from "../formats/format.js";
import type { Artifact, PackageRequest } from "../packaging/request.js";
import { knownBuildEnvironment } from "./buildEnvironment.js";
import type { ResolvedInputs } from "./resolved.js";
import type { Tools } from "./tools.js";

/** One file of an artifact, and its path for the engine, relative to the program's folder. */
export interface PlacedFile extends ArtifactFile {
  readonly path: string;
}

/** A package that was built, with its files laid where the engine reads them. */
export interface MadePackage {
  readonly artifact: Artifact;
  readonly files: Readonly<Partial<Record<ArtifactKind, PlacedFile>>>;
}

/** Builds, and lays the files where the engine reads them. Undefined: it cannot be built before the deployment. */
export async function makePackage(
  tools: Tools,
  request: PackageRequest,
  { values }: ResolvedInputs,
  reporter: Reporter,
): Promise<MadePackage | undefined> {
  const { variables, isComplete } = knownBuildEnvironment(values);
  try {
    const artifact = await tools.packager.package(request, { reporter, buildEnvironment: variables });
    return { artifact, files: await placeFiles(tools.workFolder, artifact) };
  } catch (error) {
    if (isComplete || !pulumi.runtime.isDryRun() || !mayNeedCredentials(error)) throw error;
    reporter.warn(
      "buildEnvironment is not known before the deployment, and without it the packages cannot be fetched: this preview cannot say whether the function changes.",
    );
    return undefined;
  }
}

async function placeFiles(workFolder: Tools["workFolder"], artifact: Artifact): Promise<MadePackage["files"]> {
  const placed = await Promise.all(
    artifact.files.map(async (file) => {
      const source = path.join(artifact.folder, file.name);
      const place =
        file.kind === "image" ? workFolder.placeFolder(source, file.sha256) : workFolder.place(source, file.sha256);
      return [file.kind, { ...file, path: await place }] as const;
    }),
  );
  return Object.fromEntries(placed);
}

const credentialErrors: ReadonlySet<ErrorCode> = new Set(["INDEX_AUTH", "NETWORK", "UV_FAILED"]);

function mayNeedCredentials(error: unknown): boolean {
  return error instanceof UvLambdaError && credentialErrors.has(error.code);
}
