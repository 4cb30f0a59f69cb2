import { getAuthorizationTokenOutput } from "@pulumi/aws/ecr/getAuthorizationToken.js";
import { LifecyclePolicy } from "@pulumi/aws/ecr/lifecyclePolicy.js";
import { Repository } from "@pulumi/aws/ecr/repository.js";
import type { RegistryLogin } from "./pluginResources.js";
import * as pulumi from "@pulumi/pulumi";
import { repositoryNameFor } from "../../../inputs/resourceNames.js";
import { definedOnly } from "../../../lib/definedOnly.js";
import type { Image } from "../../engine/componentTypes.js";
import type { FunctionContext } from "../../function/functionContext.js";

/** Enough to roll back for a while. Each image costs only its own layers. */
const keptImages = 30;

const amazonEcr = /^(\d{12})\.dkr[.-]ecr(-fips)?\.[^/]+/;

/** URL of the given repository, or of one that is created. */
export function imageRepository(context: FunctionContext): pulumi.Output<string> {
  const { repositoryUrl } = context.inputs.image ?? {};
  return repositoryUrl === undefined ? createdRepository(context).repositoryUrl : pulumi.output(repositoryUrl);
}

function createdRepository({ component, names, inputs }: FunctionContext): Repository {
  const args = definedOnly({
    name: inputs.name === undefined ? undefined : pulumi.output(inputs.name).apply(repositoryNameFor),
    imageScanningConfiguration: { scanOnPush: true },
    imageTagMutability: isReproducible(inputs.image) ? "IMMUTABLE" : "MUTABLE",
    forceDelete: true,
    tags: inputs.tags,
  });
  const repository = new Repository(names.repository, args, { parent: component });
  const rule = {
    rulePriority: 1,
    description: `Keep the last ${keptImages} images`,
    selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: keptImages },
    action: { type: "expire" },
  };
  const policy = JSON.stringify({ rules: [rule] });
  const rules = { repository: repository.name, policy };
  new LifecyclePolicy(names.repositoryLifecycle, rules, { parent: component, protect: false });
  return repository;
}

/** Building again gives another image for the same tag if the tag of the base image moves, or without BuildKit. */
function isReproducible({ baseImage = "", publisher }: Image = {}): boolean {
  return baseImage.includes("@sha256:") && publisher === undefined;
}

/** Credentials for Amazon ECR from the component's provider. Other registries use the machine's own credentials. */
export function registryLogins(
  component: pulumi.Resource,
  repositoryUrl: pulumi.Output<string>,
): pulumi.Output<RegistryLogin[]> {
  return repositoryUrl.apply((url) => {
    const [address, registryId] = amazonEcr.exec(url) ?? [];
    if (address === undefined || registryId === undefined) return pulumi.output([]);
    const { userName, password } = getAuthorizationTokenOutput({ registryId }, { parent: component });
    // The docker-build provider does not see a new password as a change.
    return pulumi.output([{ address, username: userName, password: pulumi.secret(password) }]);
  });
}
