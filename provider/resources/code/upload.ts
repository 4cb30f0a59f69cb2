import * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { PlacedFile } from "../engine/builtPackage.js";
import { artifactBucketPrefixFor, type UploadNames } from "../../inputs/resourceNames.js";
import { definedOnly } from "../../lib/definedOnly.js";
import { retainOption } from "../engine/retainOption.js";

/** What is needed to put archives into S3. */
export interface UploadScope {
  readonly component: pulumi.ComponentResource;
  readonly resourceName: string;
  readonly names: UploadNames;
  readonly inputs: {
    readonly artifactBucket?: pulumi.Input<string>;
    readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  };
}

/** A bucket, and what must be there before the first object. */
interface Target {
  readonly bucket: pulumi.Input<string>;
  readonly dependsOn: readonly pulumi.Resource[];
  /** Others may use objects of a bucket that is not ours. */
  readonly isShared: boolean;
}

export interface UploadedArchive {
  readonly s3Bucket: pulumi.Output<string>;
  readonly s3Key: pulumi.Output<string>;
}

/** Puts archives into `artifactBucket`, or into a bucket of the component's own, which the first archive creates. */
export function uploadsOf(context: UploadScope): (file: PlacedFile) => UploadedArchive {
  const { artifactBucket } = context.inputs;
  let target: Target | undefined;
  return (file) => {
    target ??= artifactBucket === undefined ? createdBucket(context) : givenBucket(artifactBucket);
    return uploaded(context, file, target);
  };
}

/** The hash in the key tells Lambda of new code, and lets the new object exist before the old one goes. */
function uploaded({ component, names }: UploadScope, file: PlacedFile, { bucket, ...target }: Target): UploadedArchive {
  const object = new s3.BucketObjectv2(
    names.uploadedObject(file.kind),
    {
      bucket,
      key: `uvlambda/${file.sha256}.zip`,
      source: new pulumi.asset.FileAsset(file.path),
      contentType: "application/zip",
      // S3 takes ten tags on an object; the provider's default tags may be more.
      overrideProvider: { defaultTags: { tags: {} } },
    },
    { parent: component, protect: false, dependsOn: [...target.dependsOn], ...retainOption(target.isShared) },
  );
  return { s3Bucket: object.bucket, s3Key: object.key };
}

function givenBucket(bucket: pulumi.Input<string>): Target {
  return { bucket, dependsOn: [], isShared: true };
}

/** Without protection, also around a protected function: it goes when the archive becomes small again. */
function createdBucket({ component, resourceName, names, inputs }: UploadScope): Target {
  const opts = { parent: component, protect: false };
  const args = definedOnly({
    bucketPrefix: artifactBucketPrefixFor(resourceName),
    forceDestroy: true,
    tags: inputs.tags,
  });
  const { bucket } = new s3.Bucket(names.artifactBucket, args, opts);
  const access = new s3.BucketPublicAccessBlock(
    names.artifactBucketAccess,
    { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    opts,
  );
  const encryption = new s3.BucketServerSideEncryptionConfiguration(
    names.artifactBucketEncryption,
    { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    opts,
  );
  return { bucket, dependsOn: [access, encryption], isShared: false };
}
