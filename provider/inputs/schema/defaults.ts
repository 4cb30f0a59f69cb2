/** Every default of a function, as documented in schema.json. Those that reach AWS change only in a major version. */
export const functionDefaults = {
  handler: "handler.handler",
  runtime: "python3.14",
  architecture: "arm64",
  packageFormat: "zip",
  bytecode: false,
  memorySize: 128,
  timeout: 30,
  logRetentionDays: 365,
  retainLogs: false,
  tracingMode: "PassThrough",
  publish: false,
  aliasName: "prod",
  deadLetterQueue: false,
  retainLayerVersions: true,
} as const;

/** Errors where the function would fail. Missing hashes do not make it fail, and some indexes give none. */
export const checksDefaults = {
  handler: "error",
  binaries: "error",
  collisions: "error",
  sizes: "error",
  secrets: "error",
  hashes: "warn",
} as const;

export const bundlingDefaults = { mode: "local" } as const;

/** For durable functions: one day, one week. */
export const durableDefaults = { executionTimeout: 86_400, retentionPeriod: 7 } as const;

export const functionUrlDefaults = { authorizationType: "AWS_IAM", invokeMode: "BUFFERED" } as const;

/** In MB; the smallest there is. */
export const ephemeralStorageDefaults = { size: 512 } as const;

export const loggingDefaults = { logFormat: "Text" } as const;
