import type { LogGroupArgs } from "@pulumi/aws/cloudwatch/logGroup.js";
import type { RoleArgs } from "@pulumi/aws/iam/role.js";
import type { RolePolicyArgs } from "@pulumi/aws/iam/rolePolicy.js";
import type { FunctionArgs } from "@pulumi/aws/lambda/function.js";
import { getVersion } from "@pulumi/aws/utilities.js";
import * as pulumi from "@pulumi/pulumi";

/**
 * What every function consists of. The engine gets the same requests from the classes of @pulumi/aws, which a test
 * holds. But those ask for all 82 properties of the four types, of which a function without further settings uses 25,
 * and @pulumi/pulumi makes an output of four promises for each: a tenth of all that the plugin allocates in a preview.
 */
abstract class AwsResource extends pulumi.CustomResource {
  constructor(
    token: string,
    name: string,
    { args, outputs }: { readonly args: object; readonly outputs: readonly string[] },
    opts: pulumi.CustomResourceOptions,
  ) {
    const asked = Object.fromEntries(outputs.map((output) => [output, undefined]));
    super(token, name, { ...asked, ...args }, { version: getVersion(), ...opts });
  }
}

export class AwsFunction extends AwsResource {
  declare readonly arn: pulumi.Output<string>;
  declare readonly invokeArn: pulumi.Output<string>;
  declare readonly name: pulumi.Output<string>;
  declare readonly qualifiedArn: pulumi.Output<string>;
  declare readonly version: pulumi.Output<string>;

  constructor(name: string, args: FunctionArgs, opts: pulumi.CustomResourceOptions) {
    const outputs = ["arn", "invokeArn", "name", "qualifiedArn", "version"];
    super("aws:lambda/function:Function", name, { args, outputs }, opts);
  }
}

export class AwsRole extends AwsResource {
  declare readonly arn: pulumi.Output<string>;
  declare readonly name: pulumi.Output<string>;

  constructor(name: string, args: RoleArgs, opts: pulumi.CustomResourceOptions) {
    super("aws:iam/role:Role", name, { args, outputs: ["arn", "name"] }, opts);
  }
}

export class AwsRolePolicy extends AwsResource {
  constructor(name: string, args: RolePolicyArgs, opts: pulumi.CustomResourceOptions) {
    super("aws:iam/rolePolicy:RolePolicy", name, { args, outputs: [] }, opts);
  }
}

export class AwsLogGroup extends AwsResource {
  declare readonly arn: pulumi.Output<string>;
  declare readonly name: pulumi.Output<string>;

  constructor(name: string, args: LogGroupArgs, opts: pulumi.CustomResourceOptions) {
    super("aws:cloudwatch/logGroup:LogGroup", name, { args, outputs: ["arn", "name"] }, opts);
  }
}
