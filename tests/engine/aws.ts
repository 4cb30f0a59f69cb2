import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { LocalAws } from "./run.js";

const credentials = { accessKeyId: "test", secretAccessKey: "test" };

/** Stack configuration that the stand-in and the real aws provider both understand. */
export function awsConfig(aws: LocalAws): string {
  const config = {
    "aws:region": aws.region,
    "aws:accessKey": credentials.accessKeyId,
    "aws:secretKey": credentials.secretAccessKey,
    "aws:skipCredentialsValidation": "true",
    "aws:skipMetadataApiCheck": "true",
  };
  return `${JSON.stringify({ config }, undefined, 2)}\n`;
}

export function awsEnvironment(aws: LocalAws): Record<string, string> {
  return { AWS_ENDPOINT_URL: aws.endpoint, AWS_REGION: aws.region };
}

/** Invokes the way a user does; throws with the function's own error when it fails. */
export async function invokeFunction(aws: LocalAws, functionName: string, event: unknown): Promise<unknown> {
  const client = new LambdaClient({ endpoint: aws.endpoint, region: aws.region, credentials });
  try {
    const answer = await client.send(new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(event) }));
    const payload = Buffer.from(answer.Payload ?? []).toString("utf8");
    if (answer.FunctionError !== undefined) throw new Error(`${functionName} failed: ${payload}`);
    return JSON.parse(payload);
  } finally {
    client.destroy();
  }
}
