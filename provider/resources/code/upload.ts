import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketObjectv2 } from "@pulumi/aws/s3/bucketObjectv2.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import * as pulumi from "@pulumi/pulumi";
import type { PlacedFile } from "../engine/builtPackage.js";
import { artifactBucketPrefixFor, type UploadNames } from "../../inputs/resourceNames.js";
import { definedOnly } from "../../lib/definedOnly.js";
import { retainOption } from "../engine/options/retainOption.js";

/** What uploading archives to S3 needs. */
export interface UploadScope {
  readonly component: pulumi.ComponentResource;
  readonly resourceName: string;
  readonly names: UploadNames;
  readonly inputs: {
    readonly artifactBucket?: pulumi.Input<string>;
    readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  };
}

/** A bucket, and what must exist before the first object. */
interface Target {
  readonly bucket: pulumi.Input<string>;
  readonly dependsOn: readonly pulumi.Resource[];
  /** Others may use the objects in a bucket that this component did not create. */
  readonly isShared: boolean;
}

export interface UploadedArchive {
  readonly s3Bucket: pulumi.Output<string>;
  readonly s3Key: pulumi.Output<string>;
}

/** Puts archives into `artifactBucket`, or into the component's own bucket, which is created for the first archive. */
export function uploadsOf(context: UploadScope): (file: PlacedFile) => UploadedArchive {
  const { artifactBucket } = context.inputs;
  let target: Target | undefined;
  return (file) => {
    target ??= artifactBucket === undefined ? createdBucket(context) : givenBucket(artifactBucket);
    return uploaded(context, file, target);
  };
}

/** The hash in the key tells Lambda about new code, and lets the new object exist before the old one is deleted. */
function uploaded({ component, names }: UploadScope, file: PlacedFile, { bucket, ...target }: Target): UploadedArchive {
  const object = new BucketObjectv2(
    names.uploadedObject(file.kind),
    {
      bucket,
      key: `uvlambda/${file.sha256}.zip`,
      source: new pulumi.asset.FileAsset(file.path),
      contentType: "application/zip",
      // S3 allows ten tags on an object, and the provider may have more default tags.
      overrideProvider: { defaultTags: { tags: {} } },
    },
    { parent: component, protect: false, dependsOn: [...target.dependsOn], ...retainOption(target.isShared) },
  );
  return { s3Bucket: object.bucket, s3Key: object.key };
}

function givenBucket(bucket: pulumi.Input<string>): Target {
  return { bucket, dependsOn: [], isShared: true };
}

/** Not protected, even if the function is: the bucket is deleted when the archive becomes small again. */
function createdBucket({ component, resourceName, names, inputs }: UploadScope): Target {
  const opts = { parent: component, protect: false };
  const args = definedOnly({
    bucketPrefix: artifactBucketPrefixFor(resourceName),
    forceDestroy: true,
    tags: inputs.tags,
  });
  const { bucket } = new Bucket(names.artifactBucket, args, opts);
  const access = new BucketPublicAccessBlock(
    names.artifactBucketAccess,
    { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    opts,
  );
  const encryption = new BucketServerSideEncryptionConfiguration(
    names.artifactBucketEncryption,
    { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    opts,
  );
  return { bucket, dependsOn: [access, encryption], isShared: false };
}
