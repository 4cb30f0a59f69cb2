import { getCallerIdentity } from "./invokes/getCallerIdentity.js";
import { getPartition } from "./invokes/getPartition.js";
import { getRegion } from "./invokes/getRegion.js";
import type { InvokeFunction, ResourceType } from "./resource.js";
import { lambdaFunction } from "./resources/function.js";
import { logGroup } from "./resources/logGroup.js";
import { role } from "./resources/role.js";
import { rolePolicy } from "./resources/rolePolicy.js";
import { rolePolicyAttachment } from "./resources/rolePolicyAttachment.js";

/** What the stand-in serves. A new type is one file and one line. */
export const resources: readonly ResourceType[] = [role, rolePolicy, rolePolicyAttachment, logGroup, lambdaFunction];

export const functions: readonly InvokeFunction[] = [getCallerIdentity, getPartition, getRegion];
