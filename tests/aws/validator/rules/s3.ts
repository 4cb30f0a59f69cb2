import { Refusal } from "../call.js";
import type { RuleTable } from "./index.js";
import type { Rule } from "./rule.js";

const bucketName: Rule = (_input, { http }) => {
  const name = decodeURIComponent(new URL(http.url, "http://local").pathname.split("/")[1] ?? "");
  const good = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes("..") && !/^\d+(\.\d+){3}$/.test(name);
  if (!good) throw new Refusal("InvalidBucketName", "The specified bucket is not valid.");
};

export const rules: RuleTable = { CreateBucket: [bucketName] };
