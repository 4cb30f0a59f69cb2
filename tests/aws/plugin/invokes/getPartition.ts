import type { InvokeFunction } from "../resource.js";

export const getPartition: InvokeFunction = {
  token: "aws:index/getPartition:getPartition",
  call: async ({ partition }) => {
    const dnsSuffix = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
    return { id: partition, partition, dnsSuffix, reverseDnsPrefix: dnsSuffix.split(".").reverse().join(".") };
  },
};
