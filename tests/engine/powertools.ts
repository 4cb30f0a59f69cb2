import { AwsClient } from "../aws/client/client.js";
import type { LocalAws } from "../aws/localAws.js";
import { zip } from "../support/wheels.js";

/** Version that `publishPowertools` publishes unless told otherwise. */
export const powertoolsVersion = "3.4.0";

/** Files of a package like Powertools that says where it is imported from. */
export const powertoolsFiles = (source: string): Readonly<Record<string, string>> => ({
  "aws_lambda_powertools/__init__.py": `class Logger:
    source = "${source}"

    def __init__(self, **settings):
        pass

    def info(self, message):
        print(message)
`,
});

/**
 * Publishes what AWS does: a layer with Powertools (its source is "the layer"), and the public parameter that names it,
 * for python3.11 on x86_64.
 */
export async function publishPowertools(
  { endpoint, region: ownRegion, accountId }: LocalAws,
  { region = ownRegion, version = powertoolsVersion } = {},
): Promise<void> {
  const aws = new AwsClient(() => endpoint, { region, accessKey: accountId });
  const files = Object.entries(powertoolsFiles("the layer")).map(([name, text]) => [`python/${name}`, text] as const);
  const content = { ZipFile: zip(Object.fromEntries(files)).toString("base64") };
  const layer = await aws.rest("lambda", "POST", "/2018-10-31/layers/powertools/versions", { Content: content });
  await aws.json("ssm", "AmazonSSM.PutParameter", {
    Name: `/aws/service/powertools/python/x86_64/python3.11/${version}`,
    Value: layer["LayerVersionArn"],
    Type: "String",
    Overwrite: true,
  });
}
