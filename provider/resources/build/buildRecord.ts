import * as pulumi from "@pulumi/pulumi";
import type { PackageRequest } from "../../packaging/request.js";
import type { BuiltPackage } from "../engine/builtPackage.js";
import { definedOnly } from "../../lib/definedOnly.js";
import { namedPackages } from "../../inputs/providedPackages.js";
import { buildToken } from "../../inputs/schema/tokens.js";

/**
 * What the state keeps of one build. Every machine that builds the same thing gets the same record: no paths, no times.
 */
export interface BuildRecord {
  readonly outputHash: pulumi.Input<string>;
  readonly packages?: Readonly<Record<string, string>>;
  /** Short hashes of each local package and of the project's own files. The one that differs shows what was edited. */
  readonly localPackages?: Readonly<Record<string, string>>;
  readonly projectCode?: string;
  /** Bytes. The state holds readable text, see recordedSizes.ts. */
  readonly packageSize?: number;
  readonly unzippedSize?: number;
  readonly runtime: string;
  readonly architecture: string;
  readonly handler?: string;
  readonly bytecodeInterpreter?: string;
  /** The patterns that leave files of packages out. */
  readonly dependencyExclude?: readonly string[];
}

/**
 * The record of one build. It lets a preview say what would change and why. It is registered by token and without a
 * version: with a version, the engine would start a second plugin.
 */
export class Build extends pulumi.CustomResource {
  constructor(name: string, record: BuildRecord, opts: pulumi.CustomResourceOptions) {
    super(buildToken, name, { ...record }, opts);
  }
}

/** The record of `built`. Without it, the package cannot be built yet and the hash is unknown. */
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
