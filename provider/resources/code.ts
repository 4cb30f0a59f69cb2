import type * as lambda from "@pulumi/aws/lambda/index.js";
import type * as pulumi from "@pulumi/pulumi";
import type { PackageRequest } from "../packaging/request.js";
import { archivesOf, type ArchiveSource } from "./archive.js";
import { functionDefaults as defaults } from "./defaults.js";
import { dependencyLayer } from "./dependencyLayer.js";
import { imageCode } from "./image.js";
import type { MadePackage } from "./madePackage.js";
import { present } from "./present.js";
import type { FunctionOutputs, PackageFormat } from "./schemaTypes.js";
import type { Scope } from "./scope.js";

/** What a function runs: the part of it that differs between the packaging formats. */
export interface FunctionCode {
  readonly args: Pick<
    lambda.FunctionArgs,
    "code" | "s3Bucket" | "s3Key" | "handler" | "runtime" | "packageType" | "imageUri" | "imageConfig"
  >;
  /** ARNs of layers with packages of the project, which come before all others. */
  readonly layers: readonly pulumi.Input<string>[];
  readonly outputs: Pick<FunctionOutputs, "layerArn" | "layerVersion" | "imageUri" | "repositoryUrl">;
}

type CreateCode = (scope: Scope, request: PackageRequest, made: MadePackage | undefined) => FunctionCode;

/** SEAM: one case for each packaging format; the compiler asks for a missing one. */
const formats: Readonly<Record<PackageFormat, CreateCode>> = {
  zip: (scope, request, made) => ({
    args: archiveArgs(request, archivesOf(scope, made)("code")),
    layers: [],
    outputs: {},
  }),
  layer: (scope, request, made) => {
    const archive = archivesOf(scope, made);
    const layer = hasLayer(made) ? dependencyLayer(scope, request, archive("layer")) : undefined;
    return {
      args: archiveArgs(request, archive("code")),
      layers: layer === undefined ? [] : [layer.arn],
      outputs: present({ layerArn: layer?.arn, layerVersion: layer?.version }),
    };
  },
  image: imageCode,
};

/** Creates what the format of `inputs.packageFormat` needs besides the function. */
export const functionCode: CreateCode = (scope, request, made) =>
  formats[scope.inputs.packageFormat ?? defaults.packageFormat](scope, request, made);

function archiveArgs({ handler, runtime }: PackageRequest, source: ArchiveSource) {
  return { ...source, handler, runtime };
}

/** A function without dependencies has none; a package that cannot be built yet is taken to have some. */
function hasLayer(made: MadePackage | undefined): boolean {
  return made === undefined || made.files.layer !== undefined;
}
