/** Why a change of this property replaces the resource, or makes a new version of the function. */
export interface Row {
  readonly token: string;
  readonly property: string;
  readonly source: string;
}

/**
 * Sources are files of terraform-provider-aws, read as public copies of 2021 to 2026. replacement.test.ts compares
 * every row, and every property without a row, with what terraform-provider-aws 5.100 plans. What 5.100 does not know
 * is listed there; those rows come from reading alone.
 */
const FUNCTION_GO = "internal/service/lambda/function.go";
const PLANNED = "terraform-provider-aws 5.100, plan";

function rows(token: string, source: string, ...properties: string[]): Row[] {
  return properties.map((property) => ({ token, property, source }));
}

/** Changes that replace (ForceNew in the real provider's schema). A changed `region` always does, see REGION below. */
export const FORCE_NEW: readonly Row[] = [
  ...rows("aws:lambda/function:Function", `${FUNCTION_GO}: ForceNew`, "name", "packageType", "tenancyConfig"),
  ...rows(
    "aws:lambda/layerVersion:LayerVersion",
    "internal/service/lambda/layer_version.go: every argument is ForceNew (5.100's plan)",
    "skipDestroy",
    "layerName",
    "code",
    "s3Bucket",
    "s3Key",
    "s3ObjectVersion",
    "sourceCodeHash",
    "compatibleRuntimes",
    "compatibleArchitectures",
    "description",
    "licenseInfo",
  ),
  ...rows("aws:lambda/alias:Alias", "internal/service/lambda/alias.go: ForceNew", "functionName", "name"),
  ...rows(
    "aws:lambda/permission:Permission",
    "internal/service/lambda/permission.go: every argument is ForceNew",
    "action",
    "eventSourceToken",
    "function",
    "functionUrlAuthType",
    "invokedViaFunctionUrl",
    "principal",
    "principalOrgId",
    "qualifier",
    "sourceAccount",
    "sourceArn",
    "statementId",
    "statementIdPrefix",
  ),
  ...rows(
    "aws:lambda/functionUrl:FunctionUrl",
    "internal/service/lambda/function_url.go: ForceNew",
    "functionName",
    "qualifier",
  ),
  ...rows(
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    "internal/service/lambda/function_event_invoke_config.go: ForceNew",
    "functionName",
    "qualifier",
  ),
  ...rows(
    "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
    "internal/service/lambda/provisioned_concurrency_config.go: ForceNew",
    "functionName",
    "qualifier",
  ),
  ...rows("aws:iam/role:Role", "internal/service/iam/role.go: ForceNew", "name", "namePrefix", "path"),
  ...rows(
    "aws:iam/rolePolicy:RolePolicy",
    "internal/service/iam/role_policy.go: ForceNew",
    "name",
    "namePrefix",
    "role",
  ),
  ...rows(
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "internal/service/iam/role_policy_attachment.go: ForceNew",
    "role",
    "policyArn",
  ),
  ...rows(
    "aws:cloudwatch/logGroup:LogGroup",
    "internal/service/logs/group.go: ForceNew",
    "name",
    "namePrefix",
    "logGroupClass",
  ),
  ...rows("aws:cloudwatch/metricAlarm:MetricAlarm", "internal/service/cloudwatch/metric_alarm.go: ForceNew", "name"),
  ...rows("aws:sqs/queue:Queue", "internal/service/sqs/queue.go: ForceNew", "name", "namePrefix", "fifoQueue"),
  ...rows(
    "aws:s3/bucket:Bucket",
    "internal/service/s3/bucket.go: ForceNew",
    "bucket",
    "bucketPrefix",
    "objectLockEnabled",
    "objectLockConfiguration",
  ),
  ...rows("aws:s3/bucketObjectv2:BucketObjectv2", "internal/service/s3/object.go: ForceNew", "bucket", "key"),
  ...rows(
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "internal/service/s3/bucket_public_access_block.go: ForceNew",
    "bucket",
  ),
  ...rows(
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "internal/service/s3/bucket_server_side_encryption_configuration.go: ForceNew",
    "bucket",
    "expectedBucketOwner",
  ),
  ...rows(
    "aws:ecr/repository:Repository",
    "internal/service/ecr/repository.go: ForceNew",
    "name",
    "encryptionConfigurations",
  ),
  ...rows(
    "aws:ecr/lifecyclePolicy:LifecyclePolicy",
    "internal/service/ecr/lifecycle_policy.go: ForceNew",
    "repository",
    "policy",
  ),
  ...rows("aws:apigatewayv2/api:Api", "internal/service/apigatewayv2/api.go: ForceNew", "protocolType"),
  ...rows(
    "aws:apigatewayv2/integration:Integration",
    "internal/service/apigatewayv2/integration.go: ForceNew",
    "apiId",
    "integrationType",
  ),
  ...rows("aws:apigatewayv2/route:Route", "internal/service/apigatewayv2/route.go: ForceNew", "apiId"),
  ...rows("aws:apigatewayv2/stage:Stage", "internal/service/apigatewayv2/stage.go: ForceNew", "apiId", "name"),
  ...rows(
    "aws:cloudwatch/eventRule:EventRule",
    "internal/service/events/rule.go: ForceNew",
    "name",
    "namePrefix",
    "eventBusName",
  ),
  ...rows(
    "aws:cloudwatch/eventTarget:EventTarget",
    "internal/service/events/target.go: ForceNew",
    "rule",
    "targetId",
    "eventBusName",
  ),
  ...rows(
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    "internal/service/lambda/event_source_mapping.go: ForceNew",
    "eventSourceArn",
  ),
  ...rows(
    "aws:s3/bucketNotification:BucketNotification",
    "internal/service/s3/bucket_notification.go: ForceNew",
    "bucket",
  ),
  // Rows that no source was read for: what terraform-provider-aws 5.100 plans is the source.
  ...rows("aws:apigatewayv2/api:Api", PLANNED, "credentialsArn", "routeKey", "target"),
  ...rows("aws:apigatewayv2/integration:Integration", PLANNED, "integrationSubtype"),
  ...rows(
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    PLANNED,
    "amazonManagedKafkaEventSourceConfig",
    "queues",
    "selfManagedEventSource",
    "selfManagedKafkaEventSourceConfig",
    "startingPosition",
    "startingPositionTimestamp",
    "topics",
  ),
];

/** Changes that replace only when the property is added or removed. Other changes of it update in place. */
export const TOGGLED: readonly Row[] = rows(
  "aws:lambda/function:Function",
  `${FUNCTION_GO}: customdiff.ForceNewIfChange`,
  "durableConfig",
);

/** Every resource with a `region` is replaced when that changes: the framework of terraform-provider-aws 6 does so. */
export const REGION = "region";

/** Changes of a function's configuration. With `publish`, they make a new version. */
export const FUNCTION_CONFIGURATION: readonly Row[] = rows(
  "aws:lambda/function:Function",
  `${FUNCTION_GO}: needsFunctionConfigUpdate`,
  "description",
  "handler",
  "fileSystemConfig",
  "imageConfig",
  "loggingConfig",
  "memorySize",
  "role",
  "timeout",
  "kmsKeyArn",
  "layers",
  "deadLetterConfig",
  "durableConfig",
  "snapStart",
  "tracingConfig",
  "vpcConfig",
  "runtime",
  "environment",
  "ephemeralStorage",
  "capacityProviderConfig",
  "publishTo",
);

/** Changes of a function's code. With `publish`, they make a new version. */
export const FUNCTION_CODE: readonly Row[] = rows(
  "aws:lambda/function:Function",
  `${FUNCTION_GO}: needsFunctionCodeUpdate`,
  "code",
  "codeSha256",
  "sourceCodeHash",
  "s3Bucket",
  "s3Key",
  "s3ObjectVersion",
  "sourceKmsKeyArn",
  "imageUri",
  "architectures",
);

export function replaces(token: string, property: string, toggled: boolean): boolean {
  const has = (table: readonly Row[]): boolean => table.some((row) => row.token === token && row.property === property);
  return property === REGION || has(FORCE_NEW) || (toggled && has(TOGGLED));
}

export function anyOf(table: readonly Row[], changed: ReadonlySet<string>): boolean {
  return table.some((row) => changed.has(row.property));
}
