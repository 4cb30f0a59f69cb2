import { InvokeCommand, LambdaClient, ListLayerVersionsCommand } from "@aws-sdk/client-lambda";
import { AwsClient } from "../aws/client/client.js";
import type { LocalAws } from "../aws/localAws.js";

/** The text of a stack's configuration file; keys such as `aws:endpoints[0].lambda` become nested values. */
export function stackConfigFile(settings: Readonly<Record<string, string>>): string {
  const config: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(settings)) {
    const [, list, inner] = /^(.+)\[0\]\.(.+)$/.exec(key) ?? [];
    if (list === undefined || inner === undefined) config[key] = value;
    else config[list] = [{ ...(config[list] as [object] | undefined)?.[0], [inner]: value }];
  }
  return `${JSON.stringify({ config }, undefined, 2)}\n`;
}

/** Invokes as a user does. Throws the function's own error when it fails. */
export async function invokeFunction(
  aws: LocalAws,
  functionName: string,
  event: unknown,
  region = aws.region,
): Promise<unknown> {
  return withLambda({ ...aws, region }, async (client) => {
    const answer = await client.send(new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(event) }));
    const payload = Buffer.from(answer.Payload ?? []).toString("utf8");
    if (answer.FunctionError !== undefined) throw new Error(`${functionName} failed: ${payload}`);
    return JSON.parse(payload) as unknown;
  });
}

/** Numbers of a layer's versions, ascending. */
export async function layerVersions(aws: LocalAws, layerName: string): Promise<number[]> {
  return withLambda(aws, async (client) => {
    const { LayerVersions = [] } = await client.send(new ListLayerVersionsCommand({ LayerName: layerName }));
    return LayerVersions.map(({ Version = 0 }) => Version).sort((a, b) => a - b);
  });
}

async function withLambda<T>(
  aws: Pick<LocalAws, "endpoint" | "region" | "env">,
  work: (client: LambdaClient) => Promise<T>,
): Promise<T> {
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = aws.env();
  const client = new LambdaClient({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: { accessKeyId, secretAccessKey },
  });
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}

export async function createBucket(aws: LocalAws, name: string): Promise<void> {
  const place = `<CreateBucketConfiguration><LocationConstraint>${aws.region}</LocationConstraint></CreateBucketConfiguration>`;
  await plainS3(aws).restXml("PUT", `/${name}`, {}, place);
}

export function plainS3({ endpoint, region, accountId }: LocalAws): AwsClient {
  return new AwsClient(() => endpoint, { region, accessKey: accountId });
}
