import type { InvokeFunction } from "../resource.js";

export const getRegion: InvokeFunction = {
  token: "aws:index/getRegion:getRegion",
  call: async ({ region }) => ({
    id: region,
    name: region,
    region,
    description: region,
    endpoint: `ec2.${region}.amazonaws.com`,
  }),
};
