import { xmlText } from "../../client/xml.js";
import type { InvokeFunction } from "../resource.js";

export const getCallerIdentity: InvokeFunction = {
  token: "aws:index/getCallerIdentity:getCallerIdentity",
  call: async ({ aws }) => {
    const answer = await aws.query("sts", "2011-06-15", "GetCallerIdentity", {});
    const accountId = xmlText(answer, "Account");
    return { id: accountId, accountId, arn: xmlText(answer, "Arn"), userId: xmlText(answer, "UserId") };
  },
};
