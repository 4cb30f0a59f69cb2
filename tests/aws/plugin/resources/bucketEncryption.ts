import { parseXml, xmlList, xmlText, type XmlValue } from "../../client/xml.js";
import { orGone } from "../gone.js";
import type { ResourceContext, ResourceType } from "../resource.js";
import type { Values } from "../values.js";
import { escape } from "./bucket.js";

interface Rule {
  readonly applyServerSideEncryptionByDefault?: { readonly sseAlgorithm: string; readonly kmsMasterKeyId?: string };
  readonly bucketKeyEnabled?: boolean;
}

export const bucketEncryption: ResourceType = {
  token: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",

  async create(context, inputs) {
    await put(context, inputs);
    const id = String(inputs["bucket"]);
    return { id, state: (await readEncryption(context, id)) ?? {} };
  },

  read: readEncryption,

  async update(context, { id, inputs }) {
    await put(context, inputs);
    return (await readEncryption(context, id)) ?? {};
  },

  async delete({ aws }, id) {
    await aws.restXml("DELETE", `/${id}?encryption`);
  },
};

async function readEncryption({ aws }: ResourceContext, bucketName: string): Promise<Values | undefined> {
  const found = await orGone(aws.restXml("GET", `/${bucketName}?encryption`));
  if (found === undefined) return undefined;
  const rules = xmlList(parseXml(found.body.toString("utf8")), "ServerSideEncryptionConfiguration", "Rule");
  return { bucket: bucketName, rules: rules.map(ruleState) };
}

function ruleState(rule: XmlValue): Rule {
  const key = xmlText(rule, "ApplyServerSideEncryptionByDefault", "KMSMasterKeyID");
  const sseAlgorithm = xmlText(rule, "ApplyServerSideEncryptionByDefault", "SSEAlgorithm") ?? "";
  return {
    applyServerSideEncryptionByDefault: { sseAlgorithm, ...(key === undefined ? {} : { kmsMasterKeyId: key }) },
    bucketKeyEnabled: xmlText(rule, "BucketKeyEnabled") === "true",
  };
}

async function put({ aws }: ResourceContext, inputs: Values): Promise<void> {
  const rules = (inputs["rules"] as Rule[]).map(({ applyServerSideEncryptionByDefault: applied, bucketKeyEnabled }) => {
    const key =
      applied?.kmsMasterKeyId === undefined ? "" : `<KMSMasterKeyID>${escape(applied.kmsMasterKeyId)}</KMSMasterKeyID>`;
    const algorithm = applied === undefined ? "" : `<SSEAlgorithm>${escape(applied.sseAlgorithm)}</SSEAlgorithm>${key}`;
    const wrapped = `<ApplyServerSideEncryptionByDefault>${algorithm}</ApplyServerSideEncryptionByDefault>`;
    return `<Rule>${wrapped}<BucketKeyEnabled>${bucketKeyEnabled === true}</BucketKeyEnabled></Rule>`;
  });
  const body = `<ServerSideEncryptionConfiguration>${rules.join("")}</ServerSideEncryptionConfiguration>`;
  await aws.restXml("PUT", `/${inputs["bucket"]}?encryption`, {}, body);
}
