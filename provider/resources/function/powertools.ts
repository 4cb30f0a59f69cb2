import { getParameter } from "@pulumi/aws/ssm/getParameter.js";
import type * as pulumi from "@pulumi/pulumi";
import { InvalidInputError } from "../../lib/errors.js";
import type { PackageRequest } from "../../packaging/request.js";
import { unknownOutput } from "../build/buildRecord.js";
import { answerOr } from "../engine/providerAnswer.js";
import type { BuiltPackage } from "../engine/builtPackage.js";
import { powertoolsPackage } from "../../inputs/providedPackages.js";
import type { Powertools } from "../engine/componentTypes.js";

/**
 * ARN of the layer with Powertools, from the public parameter in the region that `component` deploys to. Undefined
 * without `powertools`. Throws INVALID_INPUT when no version is known or AWS publishes none for the runtime.
 */
export async function powertoolsLayer(
  component: pulumi.ComponentResource,
  powertools: Powertools | undefined,
  request: PackageRequest,
  built: BuiltPackage | undefined,
): Promise<pulumi.Input<string> | undefined> {
  if (powertools === undefined) return undefined;
  if (powertools.layerArn !== undefined) return powertools.layerArn;
  const version = powertools.version ?? built?.artifact.provided[powertoolsPackage];
  if (version === undefined && built === undefined) return unknownOutput<string>();
  if (version === undefined) throw new InvalidInputError([noVersion]);
  return publishedArn(component, request, version);
}

const noVersion = {
  property: "powertools",
  message: `uv.lock does not have exactly one version of ${powertoolsPackage}, so the version to attach is not known. Run \`uv add ${powertoolsPackage}\` (\`--dev\` is enough), or set \`powertools.version\` or \`powertools.layerArn\``,
};

async function publishedArn(
  component: pulumi.ComponentResource,
  { runtime, architecture }: PackageRequest,
  version: string,
): Promise<pulumi.Input<string>> {
  const name = `/aws/service/powertools/python/${architecture}/${runtime}/${version}`;
  // A plain call, because an output that fails would end every other function of the program without a message.
  const parameter = await getParameter({ name }, { parent: component }).catch((error: unknown) => {
    throw new InvalidInputError([{ property: "powertools", message: notPublished(name, error) }]);
  });
  return answerOr(parameter.insecureValue || parameter.value, "powertools");
}

function notPublished(name: string, error: unknown): string {
  // The real provider says "1 error occurred:" first, and names the error in the next line.
  const reason = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ").trim();
  return [
    `the ARN of its layer cannot be read from the public SSM parameter ${name}: ${reason}`,
    "Either AWS publishes no such version for this runtime, or ssm:GetParameter is not allowed. To fix this, set `powertools.layerArn` or another `powertools.version`, or leave `powertools` out: a locked package then ships with the function.",
  ].join("\n");
}
