type Operation = "create" | "update" | "replace" | "delete";

/** One function whose settings change from `before` to `before` with `after`. */
export interface Row {
  readonly before?: object;
  readonly after: object;
  /** What happens to which of its resources, by their names without the function's. */
  readonly changes: Readonly<Record<string, Operation>>;
  /** What happens when the change is undone, if it is not the opposite. */
  readonly back?: Readonly<Record<string, Operation>>;
  /** Outputs that only some functions have, after the change. */
  readonly outputs?: readonly string[];
}

const alias = ["aliasArn", "aliasInvokeArn", "aliasName"];
const vpcConfig = { subnetIds: ["subnet-0a1b2c3d"], securityGroupIds: ["sg-0a1b2c3d"] };
const keyArn = "arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555";
/** The queue of another function of the stack: the local AWS accepts only targets that exist. */
const queue = "${tags.dlqArn}";
const layer = "${retainLayerVersions.layerArn}";
const document = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:ListAllMyBuckets", Resource: "*" }],
});

/** Other files ship, so the record of the build and the archive change. */
const ships = { build: "update", function: "update" } as const;

/** Settings of the package. tests/packaging tests which files ship. */
const packaging: Readonly<Record<string, Row>> = {
  project: { after: { project: "../packaged-app", handler: "packaged_app.main.handler" }, changes: ships },
  groups: { after: { groups: ["dev"] }, changes: ships },
  onlyGroups: { after: { onlyGroups: ["dev"] }, changes: ships },
  prune: { after: { prune: ["greeting-lib"] }, changes: ships },
  include: { after: { include: ["README.md"] }, changes: ships },
  copyFiles: { after: { copyFiles: [{ from: "../packaged-app/README.md", to: "README.md" }] }, changes: ships },
  onlyInclude: { before: { include: ["README.md"] }, after: { onlyInclude: ["*.py"] }, changes: ships },
  dependencyExclude: { after: { dependencyExclude: ["METADATA"] }, changes: ships },
  bytecode: { after: { bytecode: true }, changes: ships },
  sameFiles: {
    after: {
      exclude: ["nothing-of-the-kind/**"],
      sourceBuilds: ["greeting-lib"],
      buildEnvironment: { UV_INDEX_OTHER_USERNAME: "somebody" },
      checks: { handler: "warn" },
    },
    changes: {},
  },
};

/**
 * Whether the Terraform provider behind the bridge (5.100) is too old for a row: tests/aws/README.md lists what it
 * lacks.
 */
export function isNewerThanBridge(row: Row): boolean {
  return JSON.stringify(row).includes("durableConfig");
}

/** Whether its URL is open to everybody: the bridge does not see `invokedViaFunctionUrl` of the permissions. */
export function isPublic(row: Row): boolean {
  return JSON.stringify(row).includes('"NONE"');
}

/** Settings without a row, and the tests that cover them. */
export const heldElsewhere: Readonly<Record<string, string>> = {
  package: "tests/packaging",
  source: "lambdas.test.ts",
  extras: "tests/packaging",
  bundling: "tests/packaging/dockerDaemon.test.ts: it needs Docker",
  image: "image.test.ts: it needs a builder",
};

/** By the name of the function, which is that of the setting. */
export const rows: Readonly<Record<string, Row>> = {
  ...packaging,
  unchanged: { after: {}, changes: {} },
  description: { after: { description: "new" }, changes: { function: "update" } },
  memorySize: { after: { memorySize: 256 }, changes: { function: "update" } },
  timeout: { after: { timeout: 60 }, changes: { function: "update" } },
  ephemeralStorage: { after: { ephemeralStorage: { size: 1024 } }, changes: { function: "update" } },
  environment: { after: { environment: { STAGE: "test" } }, changes: { function: "update" } },
  kmsKeyArn: { after: { kmsKeyArn: keyArn }, changes: { function: "update", "kms-policy": "create" } },
  tags: {
    before: { deadLetterQueue: true },
    after: { tags: { team: "greeters" } },
    changes: { function: "update", role: "update", logs: "update", dlq: "update" },
    outputs: ["dlqArn", "dlqUrl"],
  },
  runtime: { after: { runtime: "python3.13" }, changes: { function: "update" } },
  architecture: { after: { architecture: "arm64" }, changes: { function: "update" } },
  layerArchitecture: {
    before: { packageFormat: "layer" },
    after: { architecture: "arm64" },
    changes: { layer: "replace", function: "update" },
  },
  packageFormat: { after: { packageFormat: "layer" }, changes: { layer: "create", function: "update" } },
  retainLayerVersions: { before: { packageFormat: "layer" }, after: { retainLayerVersions: false }, changes: {} },
  layers: { after: { layers: [layer] }, changes: { function: "update" } },
  provided: {
    before: { layers: [layer] },
    after: { provided: { "greeting-lib": "1.0" } },
    changes: { build: "update", function: "update" },
  },
  powertools: { after: { powertools: { layerArn: layer } }, changes: { function: "update" } },
  handler: {
    before: { checks: { handler: "off" } },
    after: { handler: "other.handler" },
    changes: { function: "update" },
  },
  tracingMode: { after: { tracingMode: "Active" }, changes: { function: "update", "tracing-policy": "create" } },
  retainLogs: { after: { retainLogs: true }, changes: {} },
  logRetentionDays: { after: { logRetentionDays: 7 }, changes: { logs: "update" } },
  logGroupName: {
    before: { logGroupName: "/settings/one" },
    after: { logGroupName: "/settings/two" },
    changes: { logs: "replace", function: "update", "logs-policy": "update" },
  },
  logGroup: {
    after: { logGroup: "${tags.logGroupName}" },
    changes: { logs: "delete", function: "update", "logs-policy": "update" },
  },
  loggingConfig: {
    after: { loggingConfig: { logFormat: "JSON", applicationLogLevel: "WARN", systemLogLevel: "INFO" } },
    changes: { function: "update" },
  },
  policyArns: {
    after: { policyArns: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"] },
    changes: { "policy-AmazonS3ReadOnlyAccess": "create" },
  },
  inlinePolicies: { after: { inlinePolicies: { list: document } }, changes: { "inline-list": "create" } },
  role: {
    after: { role: "${tags.roleArn}" },
    changes: { role: "delete", "logs-policy": "delete", function: "update" },
  },
  permissionsBoundary: {
    after: { permissionsBoundary: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess" },
    changes: { role: "update" },
  },
  roleName: {
    after: { roleName: "settings-role" },
    changes: { role: "replace", "logs-policy": "replace", function: "update" },
  },
  /** The bucket is for large archives only. */
  artifactBucket: { after: { artifactBucket: "our-artifacts" }, changes: {} },
  rolePath: {
    after: { rolePath: "/apps/" },
    changes: { role: "replace", "logs-policy": "replace", function: "update" },
  },
  rename: {
    before: { name: "settings-before", deadLetterQueue: true, publish: true, functionUrl: {} },
    after: { name: "settings-after" },
    changes: {
      function: "replace",
      role: "replace",
      logs: "replace",
      dlq: "replace",
      "logs-policy": "replace",
      "dead-letter-policy": "replace",
      alias: "replace",
      url: "replace",
    },
    outputs: [...alias, "dlqArn", "dlqUrl", "url"],
  },
  named: {
    after: { name: "settings-named" },
    changes: { function: "replace", role: "replace", logs: "replace", "logs-policy": "replace" },
  },
  publish: { after: { publish: true }, changes: { function: "update", alias: "create" }, outputs: alias },
  publishedUrl: {
    before: { functionUrl: { authorizationType: "NONE" } },
    after: { publish: true },
    changes: {
      function: "update",
      alias: "create",
      url: "replace",
      "url-permission": "replace",
      "url-invoke-permission": "replace",
    },
    back: {
      function: "update",
      alias: "delete",
      url: "replace",
      "url-permission": "replace",
      "url-invoke-permission": "replace",
    },
    outputs: [...alias, "url"],
  },
  published: {
    before: { publish: true },
    after: { memorySize: 256 },
    changes: { function: "update", alias: "update" },
    outputs: alias,
  },
  publishedTags: {
    before: { publish: true },
    after: { tags: { team: "greeters" } },
    changes: { function: "update", role: "update", logs: "update" },
    outputs: alias,
  },
  aliasName: {
    before: { publish: true, functionUrl: {}, eventInvokeConfig: { maximumRetryAttempts: 1 } },
    after: { aliasName: "live" },
    changes: { alias: "replace", url: "replace", "event-invoke-config": "replace" },
    outputs: [...alias, "url"],
  },
  deadLetterQueue: {
    after: { deadLetterQueue: true },
    changes: { function: "update", dlq: "create", "dead-letter-policy": "create" },
    outputs: ["dlqArn", "dlqUrl"],
  },
  deadLetterTargetArn: {
    after: { deadLetterTargetArn: queue },
    changes: { function: "update", "dead-letter-policy": "create" },
  },
  functionUrl: { after: { functionUrl: {} }, changes: { url: "create" }, outputs: ["url"] },
  functionUrlForAll: {
    before: { functionUrl: {} },
    after: {
      functionUrl: {
        authorizationType: "NONE",
        invokeMode: "RESPONSE_STREAM",
        cors: { allowOrigins: ["https://a.example"], allowMethods: ["GET"], maxAge: 60 },
      },
    },
    changes: { url: "update", "url-permission": "create", "url-invoke-permission": "create" },
    outputs: ["url"],
  },
  eventInvokeConfig: {
    after: { eventInvokeConfig: { maximumRetryAttempts: 0, destinationConfig: { onFailure: { destination: queue } } } },
    changes: { "event-invoke-config": "create", "destinations-policy": "create" },
  },
  reservedConcurrentExecutions: { after: { reservedConcurrentExecutions: 1 }, changes: { function: "update" } },
  provisionedConcurrency: {
    after: { provisionedConcurrency: 1 },
    changes: { function: "update", alias: "create", "provisioned-concurrency": "create" },
    outputs: alias,
  },
  snapStart: {
    before: { runtime: "python3.13", publish: true },
    after: { snapStart: { applyOn: "PublishedVersions" } },
    changes: { function: "update", alias: "update" },
    outputs: alias,
  },
  durable: {
    before: { publish: true, functionUrl: {} },
    after: { durableConfig: {} },
    changes: { function: "replace", alias: "replace", url: "replace", "durable-policy": "create" },
    outputs: [...alias, "url"],
  },
  durableNamed: {
    before: { name: "settings-durable", publish: true },
    after: { durableConfig: { executionTimeout: 60 } },
    changes: { function: "replace", alias: "replace", "durable-policy": "create" },
    outputs: alias,
  },
  durableValues: {
    before: { durableConfig: {} },
    after: { durableConfig: { executionTimeout: 60, retentionPeriod: 1 } },
    changes: { function: "update", alias: "update" },
    outputs: alias,
  },
  codeSigningConfigArn: {
    after: {
      codeSigningConfigArn: "arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-0123456789abcdefg",
    },
    changes: { function: "update" },
  },
  replaceSecurityGroupsOnDestroy: {
    before: { vpcConfig },
    after: {
      vpcConfig: { ...vpcConfig, replaceSecurityGroupsOnDestroy: true, replacementSecurityGroupIds: ["sg-1"] },
    },
    changes: { function: "update" },
  },
  vpcConfig: { after: { vpcConfig }, changes: { function: "update", "vpc-policy": "create" } },
  fileSystemConfig: {
    before: { vpcConfig },
    after: {
      fileSystemConfig: {
        arn: "arn:aws:elasticfilesystem:us-east-1:000000000000:access-point/fsap-0123456789abcdef0",
        localMountPath: "/mnt/models",
      },
    },
    changes: { function: "update", "file-system-policy": "create" },
  },
};
