import type * as lambda from "@pulumi/aws/lambda/index.js";
import type * as pulumi from "@pulumi/pulumi";
import type { PackageRequest } from "../../packaging/request.js";
import type { BuiltPackage } from "../engine/builtPackage.js";
import type { FunctionOutputs } from "../engine/componentTypes.js";
import type { FunctionContext } from "../function/functionContext.js";

/** The code of a function: the part that differs between the packaging formats. */
export interface FunctionCode {
  readonly args: Pick<
    lambda.FunctionArgs,
    "code" | "s3Bucket" | "s3Key" | "handler" | "runtime" | "packageType" | "imageUri" | "imageConfig"
  >;
  /** ARNs of layers with packages of the project, which come before all others. */
  readonly layers: readonly pulumi.Input<string>[];
  readonly outputs: Pick<FunctionOutputs, "layerArn" | "layerVersion" | "imageUri" | "repositoryUrl">;
}

/** Creates what a kind of code needs in addition to the function. */
export type CreateCode = (
  context: FunctionContext,
  request: PackageRequest,
  built: BuiltPackage | undefined,
) => FunctionCode;
