import { randomUUID } from "node:crypto";
import type { InvokeFunction } from "../resource.js";
import { ecrOf } from "../resources/repository.js";

interface Token {
  readonly authorizationToken: string;
  readonly proxyEndpoint: string;
  readonly expiresAt: number | string;
}

export const getAuthorizationToken: InvokeFunction = {
  token: "aws:ecr/getAuthorizationToken:getAuthorizationToken",
  call: async (context, args) => {
    const registry = args["registryId"] === undefined ? {} : { registryIds: [args["registryId"]] };
    const answer = await ecrOf(context)("GetAuthorizationToken", registry);
    const {
      authorizationToken: always,
      proxyEndpoint,
      expiresAt,
    } = (answer["authorizationData"] as Token[])[0] as Token;
    const [userName = "", same = ""] = Buffer.from(always, "base64").toString("utf8").split(":");
    // Another password every time, as in AWS: a program that compares passwords would see a change.
    const password = `${same}-${randomUUID()}`;
    const authorizationToken = Buffer.from(`${userName}:${password}`).toString("base64");
    return {
      id: context.region,
      region: context.region,
      authorizationToken,
      proxyEndpoint,
      expiresAt: String(expiresAt),
      userName,
      password,
    };
  },
};
