import * as pulumi from "@pulumi/pulumi";
import type { PackageRequest } from "../../packaging/request.js";
import type { BuiltPackage } from "../engine/builtPackage.js";
import { definedOnly } from "../../lib/definedOnly.js";
import { namedPackages } from "../../inputs/providedPackages.js";
import { buildToken } from "../../inputs/schema/tokens.js";

/** What the state keeps of one build: equal on every machine that builds the same thing. No paths, no clock. */
export interface BuildRecord {
  readonly outputHash: pulumi.Input<string>;
  readonly packages?: Readonly<Record<string, string>>;
  /** Short hash of each local package, and of the project's own files: the one that differs is what was edited. */
  readonly localPackages?: Readonly<Record<string, string>>;
  readonly projectCode?: string;
  /** Bytes; the state has them in words, see recordedSizes.ts. */
  readonly packageSize?: number;
  readonly unzippedSize?: number;
  readonly runtime: string;
  readonly architecture: string;
  readonly handler?: string;
  readonly bytecodeInterpreter?: string;
  /** The patterns by which packages are partial. */
  readonly dependencyExclude?: readonly string[];
}

/**
 * The record of one build, so that a preview says what would change and why. Registered by token only, and without a
 * version: with one, the engine would start a second plugin for it.
 */
export class Build extends pulumi.CustomResource {
  constructor(name: string, record: BuildRecord, opts: pulumi.CustomResourceOptions) {
    super(buildToken, name, { ...record }, opts);
  }
}

/** The record of `made`; without it (it cannot be built yet) the hash is unknown. */
export function buildRecord(request: PackageRequest, built: BuiltPackage | undefined): BuildRecord {
  const { runtime, architecture } = request;
  const callsNothing = request.contents === "dependencies" || request.image?.hasOwnCommand === true;
  const handler = callsNothing ? undefined : request.handler;
  if (built === undefined) return definedOnly({ outputHash: unknownOutput<string>(), runtime, architecture, handler });
  const { artifact, files } = built;
  const { localPackages, projectCode } = artifact;
  return definedOnly({
    outputHash: artifact.outputHash,
    packages: namedPackages(artifact),
    localPackages: Object.keys(localPackages).length === 0 ? undefined : localPackages,
    projectCode,
    packageSize: (files.code ?? files.layer)?.size,
    unzippedSize: artifact.unzippedSize,
    runtime,
    architecture,
    handler,
    bytecodeInterpreter: artifact.bytecodeInterpreter,
    dependencyExclude: artifact.partial.length > 0 ? request.dependencyExclude : undefined,
  });
}

/** A value that only the deployment can know. */
export function unknownOutput<T>(): pulumi.Output<T> {
  return pulumi.output(pulumi.unknown) as unknown as pulumi.Output<T>;
}
