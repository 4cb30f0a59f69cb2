import type { InvokeFunction } from "../resource.js";

interface Parameter {
  readonly ARN: string;
  readonly Name: string;
  readonly Type: string;
  readonly Value: string;
  readonly Version: number;
}

export const getParameter: InvokeFunction = {
  token: "aws:ssm/getParameter:getParameter",
  call: async ({ aws, region }, args) => {
    const withDecryption = args["withDecryption"] ?? true;
    const answer = await aws.json("ssm", "AmazonSSM.GetParameter", {
      Name: args["name"],
      WithDecryption: withDecryption,
    });
    const { ARN, Name, Type, Value, Version } = answer["Parameter"] as Parameter;
    const insecureValue = Type === "SecureString" ? "" : Value;
    return {
      id: Name,
      name: Name,
      arn: ARN,
      type: Type,
      value: Value,
      insecureValue,
      version: Version,
      withDecryption,
      region,
    };
  },
};
