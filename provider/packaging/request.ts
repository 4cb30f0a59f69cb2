import type { Conflict } from "../tree/merge.js";
import type { ContentHashes } from "./artifact/contentHashes.js";
import type { BinaryProblem } from "./checks/binaries/binaryProblem.js";
import type { LeftOutImport } from "./checks/leftOutImports.js";
import type { SecretFile } from "./checks/secrets.js";
import type { ArtifactFile, PackageFormat } from "../formats/format.js";

export type { PackageFormat };

export type Architecture = "arm64" | "x86_64";
export type CheckLevel = "error" | "warn" | "off";

/** A package that a layer brings. */
export interface ProvidedPackage {
  readonly name: string;
  /** The version in the layer. Undefined: any version. */
  readonly version?: string;
  /** What another version in the lock means: an error, because the wrong code would run, or an intended difference. */
  readonly otherVersion: "error" | "warning";
  /** The input that provides it. */
  readonly property: string;
  /** Whether the layer brings only part of it, because it was made with `dependencyExclude`. Default: no. */
  readonly isPartial?: boolean;
}

/** A pattern that named a file. Plain JSON. */
export interface UsedPattern {
  readonly input: "include" | "exclude" | "onlyInclude" | "dependencyExclude";
  readonly pattern: string;
}

export interface ImageRecipe {
  /** The base image of the built-in Dockerfile. */
  readonly baseImage?: string;
  /** Absolute path of another Dockerfile. */
  readonly dockerfile?: string;
  /** Its stage, and the arguments that decide what is built. */
  readonly target?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** The Dockerfile says what Lambda starts, so `handler` has no effect. */
  readonly hasOwnCommand?: boolean;
}

/** Whether the user chose what the image is built from: anything may be in it. */
export function isForeignImage(image: ImageRecipe | undefined): boolean {
  return image?.baseImage !== undefined || image?.dockerfile !== undefined;
}

/** What to package: plain values, paths absolute, defaults applied. Everything here may reach the output. */
export interface PackageRequest {
  /** Absolute folder of the uv project, links resolved. */
  readonly project: string;
  readonly package?: string;
  /** Absolute folder of the function's own modules when they are not the project's package. */
  readonly source?: string;
  readonly groups: readonly string[];
  readonly extras: readonly string[];
  readonly onlyGroups: readonly string[];
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Allow list for own files. Default: all of them. */
  readonly onlyInclude?: readonly string[];
  /** Files of third-party packages to leave out. Default: none. */
  readonly dependencyExclude?: readonly string[];
  readonly copyFiles: readonly { readonly from: string; readonly to: string }[];
  /** Absolute folder that the user's paths are relative to, for messages only. Default: paths are shown absolute. */
  readonly inputsFolder?: string;
  readonly prune: readonly string[];
  readonly handler: string;
  /** `python3.13` */
  readonly runtime: string;
  readonly architecture: Architecture;
  readonly packageFormat: PackageFormat;
  /** For the format `image`: what it is built from, instead of two layers on AWS's image for the runtime. */
  readonly image?: ImageRecipe;
  readonly bytecode: boolean;
  readonly sourceBuilds: readonly string[];
  /** Where packages are installed and built. Absent: on this machine. */
  readonly bundling?: { readonly mode: "local" | "docker"; readonly image?: string };
  /** Absolute folders whose files never ship: the Pulumi program's own. */
  readonly excludedFolders: readonly string[];
  /**
   * Globs of the Pulumi program's files, if it shares the folder of own files. `include` brings them back. Default:
   * none.
   */
  readonly programFiles?: readonly string[];
  /** `dependencies`: only the third-party packages, for a separate layer. Default: the function, including its code. */
  readonly contents?: "function" | "dependencies";
  /** Packages that layers bring at run time, and that are therefore left out. Default: none. */
  readonly provided?: readonly ProvidedPackage[];
  /** Whether layers that are not examined bring more modules. */
  readonly hasLayers: boolean;
  /** Layers of dependencies that were built here for the function to use. Default: none. */
  readonly layerArtifacts?: readonly Pick<Artifact, "folder" | "unzippedSize">[];
  readonly checks: {
    readonly handler: CheckLevel;
    readonly binaries: CheckLevel;
    readonly collisions: CheckLevel;
    readonly sizes: CheckLevel;
    /** Default: `error`. */
    readonly secrets?: CheckLevel;
    /** Default: `warn`. */
    readonly hashes?: CheckLevel;
  };
}

export interface Artifact extends ContentHashes {
  /** Hash of the normalised tree and the format number. It changes only when the bytes that run change. */
  readonly outputHash: string;
  readonly files: readonly ArtifactFile[];
  /** Absolute folder of `files` and of `tree.json`, a list of everything that ships, inside the store. */
  readonly folder: string;
  /** Third-party and local packages that ship, name to version. */
  readonly packages: Readonly<Record<string, string>>;
  /**
   * The provided packages, normalised name to the version in uv.lock. Packages without one version in the lock are
   * absent.
   */
  readonly provided: Readonly<Record<string, string>>;
  /** Bytes of code and dependencies unpacked. */
  readonly unzippedSize: number;
  /** Paths that have different bytes in two owners, and names that differ only in case. */
  readonly conflicts: readonly Conflict[];
  /** Names of packages that ship without some of their files: `dependencyExclude` names these. */
  readonly partial: readonly string[];
  /** Own files that `copyFiles` names one by one. */
  readonly namedFiles: readonly string[];
  /** Imports, in code that ships, of modules that the defaults or `onlyInclude` leave out. */
  readonly leftOutImports: readonly LeftOutImport[];
  /** Patterns that named files. */
  readonly usedPatterns: readonly UsedPattern[];
  /** Files of the project and of local packages with private keys or credentials. */
  readonly secrets: readonly SecretFile[];
  /** Native files that do not fit the runtime. */
  readonly misfits: readonly BinaryProblem[];
  /** Exact version of the interpreter that compiled the bytecode. */
  readonly bytecodeInterpreter?: string;
  /** True when nothing was built in this process. */
  readonly cacheHit: boolean;
}
