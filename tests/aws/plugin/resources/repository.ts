import { orGone } from "../gone.js";
import { pick, type ResourceContext, type ResourceType } from "../resource.js";
import { tagChange, tagList, tagsOf, tagState } from "../tags.js";
import type { Values } from "../values.js";

export type Ecr = (operation: string, body: Values) => Promise<Record<string, unknown>>;

export function ecrOf({ aws }: ResourceContext): Ecr {
  return (operation, body) => aws.json("ecr", `AmazonEC2ContainerRegistry_V20150921.${operation}`, body);
}

export const repository: ResourceType = {
  token: "aws:ecr/repository:Repository",
  autoName: { property: "name", maximum: 256, lowerCase: true },
  defaults: { imageTagMutability: "MUTABLE" },

  async create(context, inputs) {
    const name = String(inputs["name"]);
    const [encryption] = (inputs["encryptionConfigurations"] as Values[] | undefined) ?? [];
    const tags = tagList(tagsOf(inputs));
    await ecrOf(context)("CreateRepository", {
      repositoryName: name,
      ...pick(inputs, "imageTagMutability", "imageTagMutabilityExclusionFilters", "imageScanningConfiguration"),
      ...(encryption === undefined ? {} : { encryptionConfiguration: encryption }),
      ...(tags.length === 0 ? {} : { tags }),
    });
    return { id: name, state: (await readRepository(context, name, inputs)) ?? {} };
  },

  read: readRepository,

  async update(context, { id, state, inputs, changed }) {
    const ecr = ecrOf(context);
    if (changed.has("imageTagMutability") || changed.has("imageTagMutabilityExclusionFilters")) {
      const settings = pick(inputs, "imageTagMutability", "imageTagMutabilityExclusionFilters");
      await ecr("PutImageTagMutability", { repositoryName: id, ...settings });
    }
    if (changed.has("imageScanningConfiguration")) {
      const imageScanningConfiguration = inputs["imageScanningConfiguration"] ?? { scanOnPush: false };
      await ecr("PutImageScanningConfiguration", { repositoryName: id, imageScanningConfiguration });
    }
    const { set, removed } = tagChange(state, inputs);
    if (removed.length > 0) await ecr("UntagResource", { resourceArn: state["arn"], tagKeys: removed });
    if (Object.keys(set).length > 0) await ecr("TagResource", { resourceArn: state["arn"], tags: tagList(set) });
    return (await readRepository(context, id, inputs)) ?? {};
  },

  async delete(context, id, state) {
    await ecrOf(context)("DeleteRepository", { repositoryName: id, force: state["forceDelete"] === true });
  },
};

interface Described {
  readonly repositoryArn: string;
  readonly registryId: string;
  readonly repositoryUri: string;
  readonly imageTagMutability: string;
  readonly imageScanningConfiguration?: { readonly scanOnPush: boolean };
  readonly encryptionConfiguration?: Values;
}

async function readRepository(context: ResourceContext, name: string, state: Values): Promise<Values | undefined> {
  const ecr = ecrOf(context);
  const answer = await orGone(ecr("DescribeRepositories", { repositoryNames: [name] }));
  const [found] = (answer?.["repositories"] as Described[] | undefined) ?? [];
  if (found === undefined) return undefined;
  const { tags } = await ecr("ListTagsForResource", { resourceArn: found.repositoryArn });
  const pairs = ((tags ?? []) as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]);
  return {
    name,
    arn: found.repositoryArn,
    registryId: found.registryId,
    repositoryUrl: found.repositoryUri,
    imageTagMutability: found.imageTagMutability,
    ...(found.imageScanningConfiguration === undefined
      ? {}
      : { imageScanningConfiguration: found.imageScanningConfiguration }),
    ...(found.encryptionConfiguration === undefined
      ? {}
      : { encryptionConfigurations: [found.encryptionConfiguration] }),
    ...tagState(Object.fromEntries(pairs) as Record<string, string>, state),
  };
}
