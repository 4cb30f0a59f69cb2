// Generated from schema.json by tools/schema-types/generate.ts; do not edit.

/** Processor that the function runs on. */
export type Architecture = "arm64" | "x86_64";

/** How dependencies and code reach Lambda. */
export type PackageFormat = "zip" | "layer" | "image";

/** A command that builds and pushes images without BuildKit. */
export type ImagePublisher = "docker" | "podman";

/** Whether Lambda samples requests for AWS X-Ray. */
export type TracingMode = "PassThrough" | "Active";

/** Where packages are installed and built. */
export type BundlingMode = "local" | "docker";

/** Where packages are installed and local packages are built. */
export interface Bundling {
  /** `local` installs wheels for the function's platform on any machine. */
  readonly mode?: BundlingMode;
  /** Image for mode `docker`, with a CPython of the runtime's version on its PATH. */
  readonly image?: string;
}

/** What happens when a check finds something. */
export type CheckLevel = "error" | "warn" | "off";

/** Level of each check that runs before anything is deployed. */
export interface Checks {
  /** The handler's module exists in the package and defines the function, and the function accepts the runtime's call. */
  readonly handler?: CheckLevel;
  /** Native extension modules fit the architecture and the glibc of the runtime. */
  readonly binaries?: CheckLevel;
  /** No importable file of the project's code has different content in a dependency, and no two names differ only by case. */
  readonly collisions?: CheckLevel;
  /** No file of the project holds a private key or credentials. */
  readonly secrets?: CheckLevel;
  /** `uv.lock` has a hash of every file that an index serves, so that nobody can replace one. */
  readonly hashes?: CheckLevel;
  /** The package fits the [limits of Lambda](https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html): 262 MB unzipped, which AWS calls 250 MB. */
  readonly sizes?: CheckLevel;
}

/** Level of each check of a layer that runs before anything is deployed. */
export interface LayerChecks {
  /** Native extension modules fit the architecture and the glibc of the runtime. */
  readonly binaries?: CheckLevel;
  /** No two names of files differ only by case. */
  readonly collisions?: CheckLevel;
  /** `uv.lock` has a hash of every file that an index serves, so that nobody can replace one. */
  readonly hashes?: CheckLevel;
  /** The layer fits the [limits of Lambda](https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html): 262 MB unzipped, which AWS calls 250 MB. */
  readonly sizes?: CheckLevel;
}

/** A file or folder from outside the project that ships with the function. */
export interface CopyFile {
  /** File or folder to copy. */
  readonly from: string;
  /** Target path, relative to the root of the package, with `/` between folders. */
  readonly to: string;
}

/** Starts from a snapshot of the initialised function. */
export interface SnapStart {
  /** Which versions get a snapshot. */
  readonly applyOn: SnapStartApplyOn;
}

/** Which versions of a function get a snapshot. */
export type SnapStartApplyOn = "PublishedVersions";

/** Who may call a function URL. */
export type UrlAuthorizationType = "AWS_IAM" | "NONE";

/** How a function URL sends the response. */
export type UrlInvokeMode = "BUFFERED" | "RESPONSE_STREAM";

/** Format of log events. */
export type LogFormat = "Text" | "JSON";

/** Level of a log event of the function. */
export type ApplicationLogLevel = "TRACE" | "DEBUG" | "INFO" | "WARN" | "ERROR" | "FATAL";

/** Level of a log event of Lambda. */
export type SystemLogLevel = "DEBUG" | "INFO" | "WARN";

/** What is known before anything is deployed. */
export interface FunctionPlain {
  /** Folder of the uv project: a single project, a workspace member, or a workspace root together with `package`. */
  readonly project: string;
  /** Workspace member to package when `project` is a workspace root; the same as `--package` of uv. */
  readonly package?: string;
  /** Folder with the function's own modules, relative to `project`, if they are not the project's package. */
  readonly source?: string;
  /** Dependency groups to ship in addition to the project's dependencies. */
  readonly groups?: readonly string[];
  /** Extras (optional dependencies) of the project to ship. */
  readonly extras?: readonly string[];
  /** Dependency groups to ship instead of the project and its dependencies. */
  readonly onlyGroups?: readonly string[];
  /** Glob patterns of the project's own files that ship even if the defaults leave them out (tests, hidden files, build folders and the like), or if the check `secrets` would refuse them. */
  readonly include?: readonly string[];
  /** Glob patterns of files to leave out, of the project and of local packages. */
  readonly exclude?: readonly string[];
  /** Glob patterns of the project's own files that ship, instead of all of them: an allow list. */
  readonly onlyInclude?: readonly string[];
  /** Glob patterns of files of third-party packages to leave out, such as tests, stubs and data. */
  readonly dependencyExclude?: readonly string[];
  /** Files and folders from outside the project that ship with the function. */
  readonly copyFiles?: readonly CopyFile[];
  /** Packages to leave out, together with the packages that only they need. */
  readonly prune?: readonly string[];
  /** Function that Lambda calls: module path and function name, as in `my_package.api.handler` or `my_package/api.handler`. */
  readonly handler?: string;
  /** Python runtime of Lambda, as in `python3.13`. */
  readonly runtime?: string;
  /** Processor that the function runs on. */
  readonly architecture?: Architecture;
  /** How dependencies and code reach Lambda. */
  readonly packageFormat?: PackageFormat;
  /** Ship compiled bytecode (hash-based `.pyc`) for exactly the runtime's minor version. */
  readonly bytecode?: boolean;
  /** Packages that may be built from source on this machine, including git and path dependencies. */
  readonly sourceBuilds?: readonly string[];
  /** Where packages are installed and built. */
  readonly bundling?: Bundling;
  /** Level of each check that runs before anything is deployed. */
  readonly checks?: Checks;
  /** Whether versions of the dependency layer stay in AWS when a newer one replaces them or the stack is destroyed, so that you can roll back to earlier versions of the function and rebuild them. */
  readonly retainLayerVersions?: boolean;
  /** Keep the created log group and its events when the function is destroyed. */
  readonly retainLogs?: boolean;
  /** Whether requests are traced with AWS X-Ray; `Active` also lets the created role send traces. */
  readonly tracingMode?: TracingMode;
  /** Publish a version with every change, and point the alias `aliasName` to the latest one. */
  readonly publish?: boolean;
  /** Create an encrypted SQS queue for events of asynchronous invocations that failed on every attempt; it keeps them for 14 days. */
  readonly deadLetterQueue?: boolean;
  /** Start published versions from a snapshot of the initialised function. */
  readonly snapStart?: SnapStart;
}

/** What is known before anything is deployed. */
export interface LayerPlain {
  /** Folder of the uv project: a single project, a workspace member, or a workspace root together with `package`. */
  readonly project: string;
  /** Workspace member to package when `project` is a workspace root; the same as `--package` of uv. */
  readonly package?: string;
  /** Dependency groups to ship in addition to the project's dependencies. */
  readonly groups?: readonly string[];
  /** Extras (optional dependencies) of the project to ship. */
  readonly extras?: readonly string[];
  /** Dependency groups to ship instead of the project and its dependencies. */
  readonly onlyGroups?: readonly string[];
  /** Glob patterns of files of third-party packages to leave out, such as tests, stubs and data. */
  readonly dependencyExclude?: readonly string[];
  /** Packages to leave out, together with the packages that only they need. */
  readonly prune?: readonly string[];
  /** Python runtime of Lambda, as in `python3.13`. */
  readonly runtime?: string;
  /** Processor that the functions run on. */
  readonly architecture?: Architecture;
  /** Ship compiled bytecode (hash-based `.pyc`) for exactly the runtime's minor version. */
  readonly bytecode?: boolean;
  /** Packages that may be built from source on this machine, including git and path dependencies. */
  readonly sourceBuilds?: readonly string[];
  /** Where packages are installed and built. */
  readonly bundling?: Bundling;
  /** Level of each check that runs before anything is deployed. */
  readonly checks?: LayerChecks;
  /** Whether versions of the layer stay in AWS when a newer one replaces them or the stack is destroyed, so that you can roll back to earlier versions of functions and rebuild them. */
  readonly retainLayerVersions?: boolean;
}
