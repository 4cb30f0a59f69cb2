import type * as pulumi from "@pulumi/pulumi";
import type { FunctionChildNames } from "../../inputs/resourceNames.js";
import type { BuiltPackage } from "../engine/builtPackage.js";
import type { FunctionInputs } from "../engine/componentTypes.js";
import type { FunctionLogs } from "./logs/adoptedLogs.js";

/**
 * What every concern of one function needs to create its resources. The inputs are as the program gave them, without
 * nulls.
 */
export interface FunctionContext {
  readonly component: pulumi.ComponentResource;
  readonly resourceName: string;
  readonly inputs: FunctionInputs;
  readonly names: FunctionChildNames;
  /** The component's own, for resources that AWS needs minutes for. Pulumi gives them to the component alone. */
  readonly customTimeouts: pulumi.CustomTimeouts | undefined;
  /** ARN of the layer with Powertools, if one is attached. */
  readonly powertools: pulumi.Input<string> | undefined;
  /** The existing log group that the function writes to. */
  readonly adoptedLogs: FunctionLogs | undefined;
  /** One for each ARN in `inputs.policyArns`. */
  readonly attachmentKeys: readonly string[];
  /** Throws when the image must be built and cannot be. To be called when the Build record is registered. */
  readonly refuseUnbuildable: (built: BuiltPackage) => void;
  /** Bytes; a larger archive goes through S3. */
  readonly directUploadLimit: number;
}
