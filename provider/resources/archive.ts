import * as pulumi from "@pulumi/pulumi";
import { unknownOutput } from "./build.js";
import type { MadePackage } from "./madePackage.js";

/** Where AWS finds an archive. */
export interface ArchiveSource {
  readonly code: pulumi.Input<pulumi.asset.Archive>;
}

/** The archive of that kind; without a package it is unknown. */
export function archiveSource(made: MadePackage | undefined, kind: "code" | "layer"): ArchiveSource {
  if (made === undefined) return { code: unknownOutput<pulumi.asset.Archive>() };
  const file = made.files[kind];
  if (file === undefined) throw new Error(`the artifact ${made.artifact.outputHash} has no ${kind}`);
  return { code: new pulumi.asset.FileArchive(file.path) };
}
