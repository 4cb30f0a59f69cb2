import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { UvLambdaError, type ErrorCode } from "../../lib/errors.js";
import type { Reporter } from "../../lib/log.js";
import { formats } from "../../formats/index.js";
import type { ArtifactFile, ArtifactKind } from "../../formats/format.js";
import type { Artifact, PackageRequest } from "../../packaging/request.js";
import { knownBuildEnvironment } from "../../inputs/buildEnvironment.js";
import type { ResolvedInputs } from "../../inputs/resolved.js";
import type { ProviderServices } from "./services.js";

/** One file of an artifact, and its path for the engine, relative to the program's folder. */
export interface PlacedFile extends ArtifactFile {
  readonly path: string;
}

/** A package that was built, with its files placed where the engine reads them. */
export interface BuiltPackage {
  readonly artifact: Artifact;
  readonly files: Readonly<Partial<Record<ArtifactKind, PlacedFile>>>;
}

/** Builds, and places the files where the engine reads them. Undefined if it cannot be built before the deployment. */
export async function buildPackage(
  services: ProviderServices,
  request: PackageRequest,
  { values }: ResolvedInputs,
  { name, reporter }: { readonly name: string; readonly reporter: Reporter },
): Promise<BuiltPackage | undefined> {
  const { variables, isComplete } = knownBuildEnvironment(values);
  try {
    const artifact = await services.packager.package(request, { name, reporter, buildEnvironment: variables });
    return { artifact, files: await placeFiles(services.workFolder, request, artifact) };
  } catch (error) {
    if (isComplete || !pulumi.runtime.isDryRun() || !mayNeedCredentials(error)) throw error;
    reporter.warn(
      "buildEnvironment is not known before the deployment, and the packages cannot be fetched without it. This preview cannot say whether the function changes.",
    );
    return undefined;
  }
}

async function placeFiles(
  workFolder: ProviderServices["workFolder"],
  { packageFormat }: PackageRequest,
  artifact: Artifact,
): Promise<BuiltPackage["files"]> {
  const placed = await Promise.all(
    artifact.files.map(async (file) => {
      const source = path.join(artifact.folder, file.name);
      const place = formats[packageFormat].buildsImage
        ? workFolder.placeFolder(source, file.sha256)
        : workFolder.place(source, file.sha256);
      return [file.kind, { ...file, path: await place }] as const;
    }),
  );
  return Object.fromEntries(placed);
}

const credentialErrors: ReadonlySet<ErrorCode> = new Set(["INDEX_AUTH", "NETWORK", "UV_FAILED"]);

function mayNeedCredentials(error: unknown): boolean {
  return error instanceof UvLambdaError && credentialErrors.has(error.code);
}
