import * as pulumi from "@pulumi/pulumi";
import type { ArtifactKind } from "../../formats/format.js";
import { unknownOutput } from "../build/buildRecord.js";
import type { BuiltPackage } from "../engine/builtPackage.js";
import { uploadsOf, type UploadScope } from "./upload.js";

/** Where AWS finds an archive: in the request itself, or in S3. */
export type ArchiveSource =
  | { readonly code: pulumi.Input<pulumi.asset.Archive> }
  | { readonly s3Bucket: pulumi.Output<string>; readonly s3Key: pulumi.Output<string> };

export type ArchiveKind = Extract<ArtifactKind, "code" | "layer">;

export interface ArchiveScope extends UploadScope {
  /** Bytes; a larger archive goes through S3. */
  readonly directUploadLimit: number;
}

/**
 * Gives the archives of one component, and creates what they need in S3. Without a package, an archive and its size
 * are unknown: the preview then assumes that it does not need S3.
 */
export function archivesOf(
  context: ArchiveScope,
  built: BuiltPackage | undefined,
): (kind: ArchiveKind) => ArchiveSource {
  const upload = uploadsOf(context);
  return (kind) => {
    if (built === undefined) return { code: unknownOutput<pulumi.asset.Archive>() };
    const file = built.files[kind];
    if (file === undefined) throw new Error(`the artifact ${built.artifact.outputHash} has no ${kind}`);
    return file.size > context.directUploadLimit ? upload(file) : { code: new pulumi.asset.FileArchive(file.path) };
  };
}
