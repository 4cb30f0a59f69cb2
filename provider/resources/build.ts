import * as pulumi from "@pulumi/pulumi";
import type { PackageRequest, Artifact } from "../packaging/request.js";
import { present } from "./present.js";
import { buildToken } from "./tokens.js";

/** What the state keeps of one build: equal on every machine that builds the same thing. No paths, no clock. */
export interface BuildRecord {
  readonly outputHash: pulumi.Input<string>;
  readonly packages?: Readonly<Record<string, string>>;
  readonly packageSize?: number;
  readonly unzippedSize?: number;
  readonly runtime: string;
  readonly architecture: string;
  readonly handler: string;
  readonly bytecodeInterpreter?: string;
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

/** The record of `artifact`; without one (it cannot be built yet) the hash is unknown. */
export function buildRecord(request: PackageRequest, artifact: Artifact | undefined): BuildRecord {
  const { runtime, architecture, handler } = request;
  if (artifact === undefined) return { outputHash: unknownOutput<string>(), runtime, architecture, handler };
  return present({
    outputHash: artifact.outputHash,
    packages: artifact.packages,
    packageSize: codeFile(artifact).size,
    unzippedSize: artifact.unzippedSize,
    runtime,
    architecture,
    handler,
    bytecodeInterpreter: artifact.bytecodeInterpreter,
  });
}

/** The archive with the function's own code. */
export function codeFile(artifact: Artifact): Artifact["files"][number] {
  const file = artifact.files.find(({ kind }) => kind === "code");
  if (file === undefined) throw new Error(`the artifact ${artifact.outputHash} has no code`);
  return file;
}

/** A value that only the deployment can know. */
export function unknownOutput<T>(): pulumi.Output<T> {
  return pulumi.output(pulumi.unknown) as unknown as pulumi.Output<T>;
}
