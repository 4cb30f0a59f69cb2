// Generated from schema.json by tools/schema-types/generate.ts; do not edit.

import type { Input } from "@pulumi/pulumi";
import type {
  ImagePublisher,
  UrlAuthorizationType,
  UrlInvokeMode,
  LogFormat,
  ApplicationLogLevel,
  SystemLogLevel,
  FunctionPlain,
  LayerPlain,
} from "../../inputs/schema/plainTypes.js";

/** How a container image is built, where it is pushed, and how Lambda starts it. */
export interface Image {
  /** Repository to push to, without a tag, as in `123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/api`: a repository in Amazon ECR, in the function's region, or in another registry that the machine is logged in to. */
  readonly repositoryUrl?: Input<string>;
  /** Image to build on, as in `FROM` of a Dockerfile. */
  readonly baseImage?: string;
  /** Your own Dockerfile, instead of the built-in one. */
  readonly dockerfile?: string;
  /** Stage of `dockerfile` to build. */
  readonly target?: string;
  /** Arguments for the `ARG` lines of `dockerfile`. */
  readonly buildArgs?: Record<string, Input<string>>;
  /** Secrets for `RUN --mount=type=secret,id=<name>` of `dockerfile`. */
  readonly secrets?: Record<string, Input<string>>;
  /** Name of the builder of Docker Buildx, as `docker buildx ls` lists it: a builder on this machine, a remote BuildKit, or a builder in Kubernetes. */
  readonly builder?: string;
  /** Build with `docker build` or `podman build` on this machine, and push with the same command, if there is no BuildKit. */
  readonly publisher?: ImagePublisher;
  /** Where the builder reads its cache from, in the form of `--cache-from` of Docker Buildx: `type=registry,ref=...`. */
  readonly cacheFrom?: Input<Input<string>[]>;
  /** Where the builder writes its cache to, in the form of `--cache-to` of Docker Buildx: `type=registry,ref=...,mode=max`. */
  readonly cacheTo?: Input<Input<string>[]>;
  /** Program that Lambda starts, and its first arguments. */
  readonly entryPoint?: Input<Input<string>[]>;
  /** Absolute folder that the program starts in. */
  readonly workingDirectory?: Input<string>;
}

/** The layer with Powertools for AWS Lambda that AWS publishes. */
export interface Powertools {
  /** Version of Powertools in the layer, as in `3.20.0`. */
  readonly version?: string;
  /** ARN of the layer version to attach, instead of the one in the [public parameter](https://docs.powertools.aws.dev/lambda/python/latest/getting-started/install/) of the function's region. */
  readonly layerArn?: Input<string>;
}

/** Size of the function's `/tmp`. */
export interface EphemeralStorage {
  /** Size in MB, 512 to 10240. */
  readonly size: Input<number>;
}

/** How long an execution of a durable function may last, and how long its history is kept. */
export interface DurableConfig {
  /** Seconds that one execution may last, waits included, 1 to 31622400 (366 days). */
  readonly executionTimeout?: Input<number>;
  /** Days that the history of an ended execution is kept, 1 to 90. */
  readonly retentionPeriod?: Input<number>;
}

/** The function's own HTTPS address. */
export interface FunctionUrl {
  /** Who may call. */
  readonly authorizationType?: UrlAuthorizationType;
  /** Whether the response is sent when it is complete or while it is produced. */
  readonly invokeMode?: Input<UrlInvokeMode>;
  /** What browsers may do from pages of other origins. */
  readonly cors?: Cors;
}

/** What browsers may do from pages of other origins. */
export interface Cors {
  /** Whether requests may carry cookies and other credentials. */
  readonly allowCredentials?: Input<boolean>;
  /** Headers that requests may have, at most 100. */
  readonly allowHeaders?: Input<Input<string>[]>;
  /** Methods that requests may use: `GET`, `PUT`, `HEAD`, `POST`, `PATCH`, `DELETE` or `*`. */
  readonly allowMethods?: Input<Input<string>[]>;
  /** Origins of the pages, as in `https://example.com`, or `*`; at most 100. */
  readonly allowOrigins?: Input<Input<string>[]>;
  /** Headers of the response that pages may read, at most 100. */
  readonly exposeHeaders?: Input<Input<string>[]>;
  /** Seconds that browsers may remember these rules, 0 to 86400. */
  readonly maxAge?: Input<number>;
}

/** How Lambda handles asynchronous invocations. */
export interface EventInvokeConfig {
  /** How often Lambda retries a failed invocation, 0 to 2. */
  readonly maximumRetryAttempts?: Input<number>;
  /** Seconds that an event may wait before it is dropped, 60 to 21600. */
  readonly maximumEventAgeInSeconds?: Input<number>;
  /** Where records of invocations go. */
  readonly destinationConfig?: DestinationConfig;
}

/** Where records of asynchronous invocations go. */
export interface DestinationConfig {
  /** For events that failed on every attempt: a queue, topic, event bus, function or S3 bucket. */
  readonly onFailure?: Destination;
  /** For events that were processed: a queue, topic, event bus or function. */
  readonly onSuccess?: Destination;
}

/** A target for records of invocations. */
export interface Destination {
  /** ARN of the queue or topic (not FIFO), event bus, function or bucket. */
  readonly destination: Input<string>;
}

/** Network of the function. */
export interface VpcConfig {
  /** IDs of the subnets, at most 16. */
  readonly subnetIds: Input<Input<string>[]>;
  /** IDs of the security groups, at most five. */
  readonly securityGroupIds: Input<Input<string>[]>;
  /** Whether IPv6 traffic may leave dual-stack subnets. */
  readonly ipv6AllowedForDualStack?: Input<boolean>;
  /** Give the network interfaces other security groups when the function is destroyed. */
  readonly replaceSecurityGroupsOnDestroy?: Input<boolean>;
  /** IDs of the security groups that the interfaces get on destroy, at most five; needs `replaceSecurityGroupsOnDestroy`. */
  readonly replacementSecurityGroupIds?: Input<Input<string>[]>;
}

/** An Amazon EFS file system that the function sees as a folder. */
export interface FileSystemConfig {
  /** ARN of the file system's access point. */
  readonly arn: Input<string>;
  /** Where the function sees the file system: `/mnt/` and a name. */
  readonly localMountPath: Input<string>;
}

/** Format and level of the events in the log group. */
export interface LoggingConfig {
  /** Format of log events. */
  readonly logFormat?: Input<LogFormat>;
  /** Lowest level of the function's own events that is logged, for `logFormat` `JSON` only. */
  readonly applicationLogLevel?: Input<ApplicationLogLevel>;
  /** Lowest level of Lambda's events that is logged, for `logFormat` `JSON` only. */
  readonly systemLogLevel?: Input<SystemLogLevel>;
}

export interface FunctionInputs extends FunctionPlain {
  /** How the image is built, where it is pushed, and how Lambda starts it. */
  readonly image?: Image;
  /** Credentials for uv only, as environment variables: `UV_INDEX_<NAME>_USERNAME`, `UV_INDEX_<NAME>_PASSWORD`, `UV_KEYRING_PROVIDER`, `NETRC`, `SSL_CERT_FILE`, `GIT_*`. */
  readonly buildEnvironment?: Input<Record<string, Input<string>>>;
  /** Name of the function in AWS, up to 64 letters, digits, `-` and `_`. */
  readonly name?: Input<string>;
  /** What the function is for, up to 256 characters. */
  readonly description?: Input<string>;
  /** Tags of every created resource that takes tags, up to 50. */
  readonly tags?: Input<Record<string, Input<string>>>;
  /** Memory in MB, 128 to 10240; processor time grows with it. */
  readonly memorySize?: Input<number>;
  /** Seconds that one invocation may take, 1 to 900. */
  readonly timeout?: Input<number>;
  /** Size of the function's `/tmp`. */
  readonly ephemeralStorage?: Input<EphemeralStorage>;
  /** Environment variables of the function. */
  readonly environment?: Input<Record<string, Input<string>>>;
  /** ARN of a code signing configuration of Lambda. */
  readonly codeSigningConfigArn?: Input<string>;
  /** ARN of the KMS key that encrypts the environment variables. */
  readonly kmsKeyArn?: Input<string>;
  /** ARN of an existing role that the function runs as. */
  readonly role?: Input<string>;
  /** Name of the created role, up to 64 characters. */
  readonly roleName?: Input<string>;
  /** Path of the created role, beginning and ending with `/`. */
  readonly rolePath?: Input<string>;
  /** ARN of the policy that bounds the created role's rights. */
  readonly permissionsBoundary?: Input<string>;
  /** ARNs of managed policies to attach to the created role. */
  readonly policyArns?: Input<string>[];
  /** Further policies of the created role: a map from name to policy document, as JSON text. */
  readonly inlinePolicies?: Record<string, Input<string>>;
  /** ARNs of layer versions to attach, at most five. */
  readonly layers?: Input<Input<string>[]>;
  /** Packages that `layers` (or the layer of `powertools`) contain, as a map from name to version: usually the output `packages` of a `Layer`. */
  readonly provided?: Input<Record<string, Input<string>>>;
  /** Attach the layer with [Powertools](https://docs.powertools.aws.dev/lambda/python/latest/) that AWS publishes for the runtime, architecture and region, and leave exactly `aws-lambda-powertools` out of the function's package. */
  readonly powertools?: Powertools;
  /** Name of an existing bucket, in the function's region, for archives above 52,000,000 bytes, which Lambda accepts only from S3. */
  readonly artifactBucket?: Input<string>;
  /** Days that the created log group keeps events: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653; 0 keeps them forever. */
  readonly logRetentionDays?: Input<number>;
  /** Name of the created log group. */
  readonly logGroupName?: Input<string>;
  /** Name of an existing log group to write to. */
  readonly logGroup?: Input<string>;
  /** Format and level of the events in the log group. */
  readonly loggingConfig?: LoggingConfig;
  /** Name of the alias of a published function, up to 128 letters, digits, `-` and `_`, not only digits. */
  readonly aliasName?: Input<string>;
  /** ARN of an existing SQS queue or SNS topic, not a FIFO one, for events of asynchronous invocations that failed on every attempt. */
  readonly deadLetterTargetArn?: Input<string>;
  /** Give the function an HTTPS address. */
  readonly functionUrl?: FunctionUrl;
  /** Retries, maximum age and destinations of asynchronous invocations. */
  readonly eventInvokeConfig?: EventInvokeConfig;
  /** Concurrent invocations that are reserved for this function. */
  readonly reservedConcurrentExecutions?: Input<number>;
  /** Execution environments that the alias keeps ready, at least 1. */
  readonly provisionedConcurrency?: Input<number>;
  /** Make the function durable: it saves its progress and continues after failures and waits. */
  readonly durableConfig?: DurableConfig;
  /** Subnets and security groups of the function. */
  readonly vpcConfig?: VpcConfig;
  /** An Amazon EFS file system to mount; needs `vpcConfig`. */
  readonly fileSystemConfig?: FileSystemConfig;
}

export interface FunctionOutputs {
  /** ARN of the function. */
  readonly functionArn: Input<string>;
  /** Name of the function in AWS. */
  readonly functionName: Input<string>;
  /** ARN by which API Gateway invokes the function. */
  readonly invokeArn: Input<string>;
  /** ARN of the function with its version; `$LATEST` until a version is published. */
  readonly qualifiedArn: Input<string>;
  /** Latest published version; `$LATEST` until one is published. */
  readonly version: Input<string>;
  /** ARN of the alias. */
  readonly aliasArn?: Input<string>;
  /** Name of the alias. */
  readonly aliasName?: Input<string>;
  /** ARN by which API Gateway invokes the alias. */
  readonly aliasInvokeArn?: Input<string>;
  /** The function's HTTPS address. */
  readonly url?: Input<string>;
  /** ARN of the created dead-letter queue. */
  readonly dlqArn?: Input<string>;
  /** URL of the created dead-letter queue. */
  readonly dlqUrl?: Input<string>;
  /** ARN of the role that the function runs as. */
  readonly roleArn: Input<string>;
  /** ID of the role, as `aws.iam.RolePolicy` takes it in `role`: its name. */
  readonly roleId: Input<string>;
  /** Name of the role that the function runs as. */
  readonly roleName: Input<string>;
  /** ARN of the log group, without `:*` at its end. */
  readonly logGroupArn: Input<string>;
  /** Name of the log group. */
  readonly logGroupName: Input<string>;
  /** Hash of everything that ships, code and dependencies together. */
  readonly outputHash: Input<string>;
  /** ARN of the version of the dependency layer, with format `layer`; absent without dependencies. */
  readonly layerArn?: Input<string>;
  /** Number of that version of the layer. */
  readonly layerVersion?: Input<string>;
  /** The image that runs, by its digest: `<repository>@sha256:...`. */
  readonly imageUri?: Input<string>;
  /** Repository of the image, without a tag. */
  readonly repositoryUrl?: Input<string>;
  /** SHA-256 of the function's own archive in base64, as Lambda reports it in `CodeSha256`. */
  readonly codeSha256?: Input<string>;
  /** Size of the function's own archive in bytes. */
  readonly packageSize?: Input<number>;
  /** Size of code and dependencies unpacked, in bytes. */
  readonly unzippedSize: Input<number>;
}

export interface LayerInputs extends LayerPlain {
  /** Credentials for uv only, as environment variables: `UV_INDEX_<NAME>_USERNAME`, `UV_INDEX_<NAME>_PASSWORD`, `UV_KEYRING_PROVIDER`, `NETRC`, `SSL_CERT_FILE`, `GIT_*`. */
  readonly buildEnvironment?: Input<Record<string, Input<string>>>;
  /** Name of the layer in AWS, up to 140 letters, digits, `-` and `_`. */
  readonly name?: Input<string>;
  /** What the layer is for, up to 256 characters; another description makes another version. */
  readonly description?: Input<string>;
  /** Name of an existing bucket, in the layer's region, for archives above 52,000,000 bytes, which Lambda accepts only from S3. */
  readonly artifactBucket?: Input<string>;
}

export interface LayerOutputs {
  /** ARN of the layer's version, for `layers` of functions. */
  readonly layerArn: Input<string>;
  /** Number of that version. */
  readonly layerVersion: Input<string>;
  /** Hash of all files in the layer. */
  readonly outputHash: Input<string>;
  /** Packages in the layer, name to version, for `provided` of functions. */
  readonly packages: Input<Record<string, Input<string>>>;
}
