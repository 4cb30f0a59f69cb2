import { getAuthorizationToken } from "./invokes/getAuthorizationToken.js";
import { getCallerIdentity } from "./invokes/getCallerIdentity.js";
import { getParameter } from "./invokes/getParameter.js";
import { getPartition } from "./invokes/getPartition.js";
import { getRegion } from "./invokes/getRegion.js";
import type { InvokeFunction, ResourceType } from "./resource.js";
import { alias } from "./resources/alias.js";
import { api, integration, route, stage } from "./resources/apiGateway.js";
import { bucket } from "./resources/bucket.js";
import { bucketEncryption } from "./resources/bucketEncryption.js";
import { bucketNotification } from "./resources/bucketNotification.js";
import { bucketObject } from "./resources/bucketObject.js";
import { bucketPublicAccessBlock } from "./resources/bucketPublicAccessBlock.js";
import { eventRule, eventTarget } from "./resources/events.js";
import { eventSourceMapping } from "./resources/eventSourceMapping.js";
import { lambdaFunction } from "./resources/function.js";
import { functionEventInvokeConfig } from "./resources/functionEventInvokeConfig.js";
import { functionUrl } from "./resources/functionUrl.js";
import { layerVersion } from "./resources/layerVersion.js";
import { lifecyclePolicy } from "./resources/lifecyclePolicy.js";
import { logGroup } from "./resources/logGroup.js";
import { metricAlarm } from "./resources/metricAlarm.js";
import { permission } from "./resources/permission.js";
import { provisionedConcurrencyConfig } from "./resources/provisionedConcurrencyConfig.js";
import { queue } from "./resources/queue.js";
import { repository } from "./resources/repository.js";
import { role } from "./resources/role.js";
import { rolePolicy } from "./resources/rolePolicy.js";
import { rolePolicyAttachment } from "./resources/rolePolicyAttachment.js";

/** What the stand-in serves. A new type is one file and one line. */
export const resources: readonly ResourceType[] = [
  role,
  rolePolicy,
  rolePolicyAttachment,
  logGroup,
  metricAlarm,
  lambdaFunction,
  layerVersion,
  alias,
  permission,
  functionUrl,
  functionEventInvokeConfig,
  provisionedConcurrencyConfig,
  queue,
  bucket,
  bucketObject,
  bucketPublicAccessBlock,
  bucketEncryption,
  repository,
  lifecyclePolicy,
  api,
  integration,
  route,
  stage,
  eventRule,
  eventTarget,
  eventSourceMapping,
  bucketNotification,
];

export const functions: readonly InvokeFunction[] = [
  getAuthorizationToken,
  getCallerIdentity,
  getParameter,
  getPartition,
  getRegion,
];
