import type * as lambda from "@pulumi/aws/lambda/index.js";
import { unknownOutput } from "../build/buildRecord.js";
import type { AwsFunction } from "./awsResources.js";
import type { FunctionParts } from "./lambdaFunction.js";
import type { BuiltPackage } from "../engine/builtPackage.js";
import { definedOnly } from "../../lib/definedOnly.js";
import type { FunctionOutputs } from "../engine/componentTypes.js";

/** The function, and the resources that only some settings create. */
export interface Created extends FunctionParts {
  readonly fn: AwsFunction;
  readonly alias: lambda.Alias | undefined;
  readonly url: lambda.FunctionUrl | undefined;
}

/**
 * Outputs of the component. Outputs of resources that do not exist are absent. Without an artifact, its outputs are
 * unknown.
 */
export function functionOutputs(
  { fn, alias, url, code, role, logs, dead }: Created,
  built: BuiltPackage | undefined,
): FunctionOutputs {
  return definedOnly({
    functionArn: fn.arn,
    functionName: fn.name,
    invokeArn: fn.invokeArn,
    qualifiedArn: fn.qualifiedArn,
    version: fn.version,
    aliasArn: alias?.arn,
    aliasName: alias?.name,
    aliasInvokeArn: alias?.invokeArn,
    url: url?.functionUrl,
    dlqArn: dead?.queue?.arn,
    dlqUrl: dead?.queue?.url,
    roleArn: role.arn,
    roleId: role.name,
    roleName: role.name,
    logGroupArn: logs.arn,
    logGroupName: logs.name,
    ...code.outputs,
    ...packageOutputs(built),
  });
}

function packageOutputs(built: BuiltPackage | undefined) {
  if (built === undefined) {
    return {
      outputHash: unknownOutput<string>(),
      codeSha256: unknownOutput<string>(),
      packageSize: unknownOutput<number>(),
      unzippedSize: unknownOutput<number>(),
    };
  }
  const { outputHash, unzippedSize } = built.artifact;
  const { code } = built.files;
  if (code === undefined) return { outputHash, unzippedSize };
  const codeSha256 = Buffer.from(code.sha256, "hex").toString("base64");
  return { outputHash, unzippedSize, codeSha256, packageSize: code.size };
}
