import { parseXml, xmlText } from "../../client/xml.js";
import { orGone } from "../gone.js";
import type { ResourceContext, ResourceType } from "../resource.js";
import type { Values } from "../values.js";

const SETTINGS = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

export const bucketPublicAccessBlock: ResourceType = {
  token: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  defaults: Object.fromEntries(SETTINGS.map((setting) => [setting, false])),

  async create(context, inputs) {
    await put(context, inputs);
    return { id: String(inputs["bucket"]), state: {} };
  },

  async read({ aws }, id) {
    const found = await orGone(aws.restXml("GET", `/${id}?publicAccessBlock`));
    if (found === undefined) return undefined;
    const xml = parseXml(found.body.toString("utf8"));
    const set = SETTINGS.map((setting) => [
      setting,
      xmlText(xml, "PublicAccessBlockConfiguration", capital(setting)) === "true",
    ]);
    return { bucket: id, ...(Object.fromEntries(set) as Values) };
  },

  async update(context, { inputs }) {
    await put(context, inputs);
    return {};
  },

  async delete({ aws }, id) {
    await aws.restXml("DELETE", `/${id}?publicAccessBlock`);
  },
};

async function put({ aws }: ResourceContext, inputs: Values): Promise<void> {
  const settings = SETTINGS.map(
    (setting) => `<${capital(setting)}>${inputs[setting] === true}</${capital(setting)}>`,
  ).join("");
  const body = `<PublicAccessBlockConfiguration>${settings}</PublicAccessBlockConfiguration>`;
  await aws.restXml("PUT", `/${inputs["bucket"]}?publicAccessBlock`, {}, body);
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
