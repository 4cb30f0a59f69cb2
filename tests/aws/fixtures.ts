import { LambdaClient } from "@aws-sdk/client-lambda";
import { AwsClient } from "./client/client.js";
import type { LocalAws } from "./localAws.js";

export const LAMBDA_TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

/** Our own client. It sends any request, so wrong ones reach the validator. */
export function plainClient(aws: LocalAws): AwsClient {
  return new AwsClient(() => aws.endpoint, { region: aws.region, accessKey: aws.accountId });
}

/** AWS's SDK, as users have it. */
export function sdkClient(aws: LocalAws): LambdaClient {
  return new LambdaClient({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: { accessKeyId: aws.accountId, secretAccessKey: "local" },
    maxAttempts: 1,
  });
}

/** Makes a role that Lambda may assume. Returns its ARN. */
export async function makeRole(aws: LocalAws, name: string): Promise<string> {
  await plainClient(aws).query("iam", "2010-05-08", "CreateRole", {
    RoleName: name,
    AssumeRolePolicyDocument: LAMBDA_TRUST,
  });
  return `arn:aws:iam::${aws.accountId}:role/${name}`;
}
