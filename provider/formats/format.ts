import { mergeTrees, type MergedTree } from "../tree/merge.js";
import type { FileTree } from "../tree/tree.js";
import type { Pack, PackedFile, PackForm } from "../archive/pack.js";
import type { LinkFile, OnHashed } from "../store/store.js";

/** Every format that a user can choose. The registry in `index.ts` has one object for each. */
export type PackageFormat = "zip" | "layer" | "image";

export type ArtifactKind = "code" | "layer" | "image";

/** One file (or, for images, folder) that a format made. */
export interface ArtifactFile {
  readonly kind: ArtifactKind;
  /** File name inside the artifact's folder. */
  readonly name: string;
  /** Hex SHA-256 of the bytes. */
  readonly sha256: string;
  /** Bytes of the archive, and of its content unpacked. */
  readonly size: number;
  readonly unzippedSize: number;
  /** Number of files inside. */
  readonly files: number;
}

/** What goes into an artifact: third-party packages, and separately local packages and the project's own files. */
export interface Contents {
  readonly dependencies: Pack;
  readonly code: readonly Pack[];
  /** The workspace, for the user's own Dockerfile. */
  readonly project?: Pack;
}

export interface MergedContents extends Contents {
  /**
   * Code and dependencies as one tree. Own code comes first: where it has the same path as a dependency, and the checks
   * allow that, its file ships.
   */
  readonly merged: MergedTree<PackedFile>;
}

export function mergedContents(contents: Contents): MergedContents {
  const packs = [...contents.code, contents.dependencies];
  return { ...contents, merged: mergeTrees(packs.map((pack) => pack.tree)) };
}

/** What a format needs to know about where its artifact runs. */
export interface FormatTarget {
  /** `public.ecr.aws/lambda/python:3.13` */
  readonly baseImage: string;
  /** Text of the Dockerfile to build the image with, instead of the built-in one. */
  readonly dockerfile?: string;
}

/** The parts of an image's recipe that decide what runs, in addition to the files of its context. */
export interface ImageIdentity {
  readonly target?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
}

/**
 * 262 MB, which AWS calls 250 MB, for a function's archive with its layers:
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const maxArchivesUnzipped = 262_144_000;

/** Where the project's own code is imported from in Lambda, in every format. */
export const codeRoot = "/var/task";

/** The entry of the store that an artifact is written into. */
export interface EntryFiles {
  /** Called for each file whose hash is known when it is written. */
  readonly onHashed: OnHashed;
  readonly link: LinkFile;
}

/** SEAM: a packaging format is one object of this type, registered in `index.ts`. */
export interface Format {
  readonly name: PackageFormat;
  /** Dependencies go into a separate archive, for a layer of the function. */
  readonly isLayered: boolean;
  /** Lambda attaches layers to functions of this format. */
  readonly takesLayers: boolean;
  /** The artifact is a folder that an image is built from, not archives. */
  readonly buildsImage: boolean;
  /** How its packs hold files: compressed only if an archive is joined from them. */
  readonly packForm: PackForm;
  /** Folder that dependencies are imported from at run time, for paths inside bytecode. */
  readonly dependencyRoot: string;
  /** The limit of Lambda for code and dependencies, unpacked, in bytes. */
  readonly maxUnzippedSize: number;
  /**
   * Writes the artifact's files into `folder` (empty, private). The same contents give the same bytes anywhere.
   */
  write(
    contents: MergedContents,
    folder: string,
    target: FormatTarget,
    entry?: EntryFiles,
  ): Promise<readonly ArtifactFile[]>;
  /** Identity of what would run. `recipe` is what an image is built with. */
  outputHash(tree: FileTree, files: readonly ArtifactFile[], recipe: ImageIdentity): string;
  /**
   * Why the files of an artifact in `folder` do not hold what `listed`, the tree of everything that ships, says.
   * Undefined when they do. Reads every byte.
   */
  mismatch(folder: string, files: readonly ArtifactFile[], listed: FileTree): Promise<string | undefined>;
  /** Content of the file that Python imports as `path` from an artifact in `folder`. Undefined when there is none. */
  readModule(folder: string, path: string): Promise<Buffer | undefined>;
}
