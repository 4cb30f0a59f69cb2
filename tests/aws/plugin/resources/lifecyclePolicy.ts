import { orGone } from "../gone.js";
import type { ResourceType } from "../resource.js";
import { ecrOf } from "./repository.js";

export const lifecyclePolicy: ResourceType = {
  token: "aws:ecr/lifecyclePolicy:LifecyclePolicy",

  async create(context, inputs) {
    const repositoryName = String(inputs["repository"]);
    const made = await ecrOf(context)("PutLifecyclePolicy", { repositoryName, lifecyclePolicyText: inputs["policy"] });
    return { id: repositoryName, state: { registryId: made["registryId"] } };
  },

  async read(context, id) {
    const found = await orGone(ecrOf(context)("GetLifecyclePolicy", { repositoryName: id }));
    if (found === undefined) return undefined;
    return { repository: id, registryId: found["registryId"], policy: found["lifecyclePolicyText"] };
  },

  async delete(context, id) {
    await ecrOf(context)("DeleteLifecyclePolicy", { repositoryName: id });
  },
};
