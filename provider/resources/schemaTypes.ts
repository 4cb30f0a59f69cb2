// Generated from schema.json by tools/schema-types/generate.ts; do not edit.

import type { Input } from "@pulumi/pulumi";

/** Processor that the function runs on. */
export type Architecture = "arm64" | "x86_64";

/** How dependencies and code reach Lambda. */
export type PackageFormat = "zip";

/** Whether Lambda samples requests for AWS X-Ray. */
export type TracingMode = "PassThrough" | "Active";

/** What a finding of a check does. */
export type CheckLevel = "error" | "warn" | "off";

/** Level of each check that runs before anything is deployed. */
export interface Checks {
  /** The handler's module exists in the package and defines the function. */
  readonly handler?: CheckLevel;
  /** Native extension modules fit the architecture and the glibc of the runtime. */
  readonly binaries?: CheckLevel;
  /** No two packages own one importable file with different content. */
  readonly collisions?: CheckLevel;
  /** The package fits the [limits of Lambda](https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html): 250 MB unzipped. */
  readonly sizes?: CheckLevel;
}

/** A file or folder from outside the project that ships with the function. */
export interface CopyFile {
  /** File or folder to copy. */
  readonly from: string;
  /** Where it lands, relative to the root of the package, with `/` between folders. */
  readonly to: string;
}

/** Size of the function's `/tmp`. */
export interface EphemeralStorage {
  /** Size in MB, 512 to 10240. */
  readonly size: Input<number>;
}

export interface FunctionInputs {
  /** Folder of the uv project: a single project, a workspace member, or a workspace root together with `package`. */
  readonly project: string;
  /** Workspace member to package when `project` is a workspace root; the same as `--package` of uv. */
  readonly package?: string;
  /** Folder with the function's own modules, relative to `project`, when they are not the project's package. */
  readonly source?: string;
  /** Dependency groups to ship besides the project's dependencies. */
  readonly groups?: readonly string[];
  /** Extras (optional dependencies) of the project to ship. */
  readonly extras?: readonly string[];
  /** Dependency groups to ship instead of the project and its dependencies. */
  readonly onlyGroups?: readonly string[];
  /** Glob patterns of the project's own files to bring back although they are left out by default (tests, hidden files, certificates, build folders and the like). */
  readonly include?: readonly string[];
  /** Glob patterns of the project's own files to leave out. */
  readonly exclude?: readonly string[];
  /** Files and folders from outside the project that ship with the function. */
  readonly copyFiles?: readonly CopyFile[];
  /** Packages to leave out together with what only they need, for example `boto3`, which the runtime brings along. */
  readonly prune?: readonly string[];
  /** Function that Lambda calls: module path and function name, as in `my_package.api.handler` or `my_package/api.handler`. */
  readonly handler?: string;
  /** Python runtime of Lambda, as in `python3.13`. */
  readonly runtime?: string;
  /** Processor that the function runs on. */
  readonly architecture?: Architecture;
  /** How dependencies and code reach Lambda. */
  readonly packageFormat?: PackageFormat;
  /** Ship compiled bytecode (hash-based `.pyc`) for exactly the runtime's minor version; Lambda's file system is read-only, so nothing would compile it there. */
  readonly bytecode?: boolean;
  /** Packages, also git and path dependencies, that may be built from source on this machine. */
  readonly sourceBuilds?: readonly string[];
  /** Credentials for uv only, as environment variables: `UV_INDEX_<NAME>_USERNAME`, `UV_INDEX_<NAME>_PASSWORD`, `UV_KEYRING_PROVIDER`, `NETRC`, `SSL_CERT_FILE`, `GIT_*`. */
  readonly buildEnvironment?: Input<Record<string, Input<string>>>;
  /** Level of each check that runs before anything is deployed. */
  readonly checks?: Checks;
  /** Name of the function in AWS, up to 64 letters, digits, `-` and `_`. */
  readonly name?: Input<string>;
  /** What the function is for, up to 256 characters. */
  readonly description?: Input<string>;
  /** Tags of every resource created here that takes tags, up to 50. */
  readonly tags?: Input<Record<string, Input<string>>>;
  /** Memory in MB, 128 to 10240; processor time grows with it. */
  readonly memorySize?: Input<number>;
  /** Seconds that one invocation may take, 1 to 900. */
  readonly timeout?: Input<number>;
  /** Size of the function's `/tmp`. */
  readonly ephemeralStorage?: Input<EphemeralStorage>;
  /** Environment variables of the function. */
  readonly environment?: Input<Record<string, Input<string>>>;
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
  /** Further policies of the created role: name to policy document as JSON text. */
  readonly inlinePolicies?: Record<string, Input<string>>;
  /** ARNs of layer versions to attach, at most five; of equal files the later layer's wins. */
  readonly layers?: Input<Input<string>[]>;
  /** Days that the created log group keeps events: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653; 0 keeps them for ever. */
  readonly logRetentionDays?: Input<number>;
  /** Name of the created log group. */
  readonly logGroupName?: Input<string>;
  /** Name of an existing log group to write to. */
  readonly logGroup?: Input<string>;
  /** Keep the created log group and its events when the function is destroyed. */
  readonly retainLogs?: boolean;
  /** Whether requests are traced with AWS X-Ray; `Active` also lets the created role send traces. */
  readonly tracingMode?: TracingMode;
}

/** What is known before anything is deployed. */
export type FunctionPlain = Pick<
  FunctionInputs,
  | "project"
  | "package"
  | "source"
  | "groups"
  | "extras"
  | "onlyGroups"
  | "include"
  | "exclude"
  | "copyFiles"
  | "prune"
  | "handler"
  | "runtime"
  | "architecture"
  | "packageFormat"
  | "bytecode"
  | "sourceBuilds"
  | "checks"
  | "retainLogs"
  | "tracingMode"
>;

export interface FunctionOutputs {
  /** ARN of the function. */
  readonly functionArn: Input<string>;
  /** Name of the function in AWS. */
  readonly functionName: Input<string>;
  /** ARN by which API Gateway invokes the function. */
  readonly invokeArn: Input<string>;
  /** ARN of the function with its version; `$LATEST` as long as no version is published. */
  readonly qualifiedArn: Input<string>;
  /** Latest published version; `$LATEST` as long as none is published. */
  readonly version: Input<string>;
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
  /** SHA-256 of the function's own archive in base64, as Lambda reports it in `CodeSha256`. */
  readonly codeSha256: Input<string>;
  /** Size of the function's own archive in bytes. */
  readonly packageSize: Input<number>;
  /** Size of code and dependencies unpacked, in bytes. */
  readonly unzippedSize: Input<number>;
}
