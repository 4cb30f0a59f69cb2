/**
 * Names of the resources that a function called `name` creates. They are part of the resources' URNs: a changed name
 * replaces deployed resources unless the resource also gets an alias.
 */
export function functionChildNames(name: string) {
  return {
    function: name,
    build: `${name}-build`,
    layer: `${name}-layer`,
    image: `${name}-image`,
    repository: `${name}-repository`,
    repositoryLifecycle: `${name}-repository-lifecycle`,
    role: `${name}-role`,
    logGroup: `${name}-logs`,
    logsPolicy: `${name}-logs-policy`,
    tracingPolicy: `${name}-tracing-policy`,
    kmsPolicy: `${name}-kms-policy`,
    vpcPolicy: `${name}-vpc-policy`,
    fileSystemPolicy: `${name}-file-system-policy`,
    deadLetterPolicy: `${name}-dead-letter-policy`,
    destinationsPolicy: `${name}-destinations-policy`,
    durablePolicy: `${name}-durable-policy`,
    deadLetterQueue: `${name}-dlq`,
    alias: `${name}-alias`,
    url: `${name}-url`,
    urlPermission: `${name}-url-permission`,
    urlInvokePermission: `${name}-url-invoke-permission`,
    eventInvokeConfig: `${name}-event-invoke-config`,
    provisionedConcurrency: `${name}-provisioned-concurrency`,
    inlinePolicy: (policy: string) => `${name}-inline-${policy}`,
    attachedPolicy: (key: string) => `${name}-policy-${key}`,
    ...uploadNames(name),
  };
}

/** The same for a `Layer` called `name`. */
export function layerChildNames(name: string) {
  return { layer: name, build: `${name}-build`, ...uploadNames(name) };
}

export type FunctionChildNames = ReturnType<typeof functionChildNames>;

/** The same for the resources that upload the archives of a component called `name` through S3. */
function uploadNames(name: string) {
  return {
    artifactBucket: `${name}-artifacts`,
    artifactBucketAccess: `${name}-artifacts-access`,
    artifactBucketEncryption: `${name}-artifacts-encryption`,
    uploadedObject: (archive: string) => `${name}-${archive}-object`,
  };
}

export type UploadNames = ReturnType<typeof uploadNames>;

/** Characters in the name of a function in AWS, and of a role. */
export const functionNameLimit = 64;
export const roleNameLimit = 64;

/** Name in AWS of the role of a function that has a `name`. */
export function roleNameFor(functionName: string): string {
  return `${functionName}-role`;
}

/** Name in AWS of the layer with the dependencies of `owner`. Characters that Lambda refuses become `-`. */
export function dependencyLayerNameFor(owner: string): string {
  return `${layerNameFor(owner).slice(0, 127)}-dependencies`;
}

/** Name in AWS of a layer without a `name`. */
export function layerNameFor(owner: string): string {
  return owner.replace(/[^A-Za-z0-9_-]/g, "-").slice(0, 140);
}

/**
 * Name in AWS of the image repository of a function that has a `name`. ECR allows no capitals, and `-` and `_` only
 * between other characters.
 */
export function repositoryNameFor(functionName: string): string {
  const name = functionName.toLowerCase().replace(/([-_])[-_]+/g, "$1");
  return name.replace(/^[-_]/, "").replace(/[-_]$/, "").padEnd(2, "0");
}

/** Name in AWS of the dead-letter queue of a function that has a `name`. */
export function deadLetterQueueNameFor(functionName: string): string {
  return `${functionName}-dlq`;
}

/** Name in AWS of the log group of a function that has a `name`: the one that Lambda itself would use. */
export function logGroupNameFor(functionName: string): string {
  return `/aws/lambda/${functionName}`;
}

/**
 * Beginning of the log group's name for an auto-named function; AWS completes it. Characters that AWS refuses become
 * `-`.
 */
export function logGroupPrefixFor(resourceName: string): string {
  return `${logGroupNameFor(resourceName.replace(/[^A-Za-z0-9._/#-]/g, "-").slice(0, 400))}-`;
}

/**
 * Beginning of the name of a bucket for archives; AWS completes it to at most 63 characters. Characters that S3 refuses
 * become `-`.
 */
export function artifactBucketPrefixFor(resourceName: string): string {
  const stem = resourceName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-/, "");
  return `${stem.slice(0, 26)}-artifacts-`.replace(/^-/, "");
}
