import * as pulumi from "@pulumi/pulumi";
import * as uvlambda from "@uvlambda/uvlambda";

const config = new pulumi.Config();

const api = new uvlambda.Function("api", {
  project: "../apps/api",
  handler: "api.main.handler",
  runtime: config.get("runtime") ?? "python3.13",
  memorySize: 256,
  timeout: 10,
  tags: { example: "typescript" },
});

export const functionName = api.functionName;
export const functionArn = api.functionArn;
