import type * as lambda from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import { definedOnly } from "../../lib/definedOnly.js";
import type { VpcConfig } from "../engine/componentTypes.js";

type NetworkArgs = Pick<
  lambda.FunctionArgs,
  "vpcConfig" | "replaceSecurityGroupsOnDestroy" | "replacementSecurityGroupIds"
>;

/** `vpcConfig` as the aws provider expects it, where settings for destroy are beside those of Lambda. */
export function networkArgs(vpcConfig: pulumi.Input<VpcConfig>): NetworkArgs {
  if (!pulumi.Output.isInstance(vpcConfig) && !(vpcConfig instanceof Promise)) return split(vpcConfig);
  const network = pulumi.output(vpcConfig);
  return {
    vpcConfig: network.apply((known) => split(known).vpcConfig),
    replaceSecurityGroupsOnDestroy: network.apply((known) => known.replaceSecurityGroupsOnDestroy),
    replacementSecurityGroupIds: network.apply((known) => known.replacementSecurityGroupIds),
  };
}

/** Field by field, so that an unknown field leaves the others known. */
function split<T extends VpcConfig>({ replaceSecurityGroupsOnDestroy, replacementSecurityGroupIds, ...vpcConfig }: T) {
  return definedOnly({ vpcConfig, replaceSecurityGroupsOnDestroy, replacementSecurityGroupIds });
}
