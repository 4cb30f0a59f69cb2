import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Recorded } from "../aws/validator/proxy.js";
import { checkout } from "../support/machine.js";

interface Statement {
  readonly Sid: string;
  readonly Action: string | readonly string[];
}

/** Actions of a statement that are never called in the local AWS, and what needs them in AWS. */
const unseen: Readonly<Record<string, string>> = {
  "lambda:GetFunctionCodeSigningConfig": "read by the real provider",
  "lambda:DeleteLayerVersion": "called for `retainLayerVersions: false`, which upload.test.ts and layer.test.ts try",
  "lambda:ListTags": "read by the real provider",
  "lambda:ListVersionsByFunction": "read by the real provider for the outputs version and qualifiedArn",
  "lambda:UpdateFunctionEventInvokeConfig": "the real provider puts; kept for its update path",
  "lambda:PublishVersion": "the real provider publishes in a call of its own",
  "lambda:GetFunctionConcurrency": "read by the real provider",
  "iam:ListAttachedRolePolicies": "called by the real provider before it deletes a role",
  "iam:ListInstanceProfilesForRole": "called by the real provider before it deletes a role",
  "iam:ListRoleTags": "the real provider 5.100 reads tags with the role; not known of the one in aws 7",
  "iam:ListRolePolicies": "called by the real provider before it deletes a role",
  "logs:DeleteRetentionPolicy": "called by the real provider when `logRetentionDays` becomes 0",
  "sqs:SetQueueAttributes": "called by the real provider when attributes of the queue change, as with a newer version",
  "iam:PassRole": "no call of its own: Lambda asks for it when a function gets its role",
  "s3:DeleteObjectVersion": "forceDestroy of the real provider empties versions too",
  "s3:ListBucketVersions": "forceDestroy of the real provider empties versions too",
};
/** Actions of the real provider's bucket resource, which reads everything, whatever the program sets. */
const readOfBuckets =
  /^s3:Get(AccelerateConfiguration|Bucket(Acl|CORS|Logging|ObjectLockConfiguration|Policy|RequestPayment|Versioning|Website)|LifecycleConfiguration|ObjectTagging|ReplicationConfiguration)$/;

/** Operations whose action has another name. */
const ACTIONS: Readonly<Record<string, string>> = {
  "lambda:GetLayerVersionByArn": "lambda:GetLayerVersion",
  "lambda:InvokeFunction": "",
  "s3:HeadBucket": "s3:ListBucket",
  "s3:ListObjectsV2": "s3:ListBucket",
  "s3:HeadObject": "s3:GetObject",
  "s3:GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
  "s3:GetBucketCors": "s3:GetBucketCORS",
  "s3:GetBucketLifecycle": "s3:GetLifecycleConfiguration",
  "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
  "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
  "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
  "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
  "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
  "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
  "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
  "s3:DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
  "s3:DeleteBucketTagging": "s3:PutBucketTagging",
};

/**
 * Calls that need no right, and calls of the tests themselves. When a configuration skips the check of credentials, as
 * for a local AWS, the real provider asks `iam:GetUser` for the account. It accepts a refusal.
 */
const FREE = new Set([
  "sts:GetCallerIdentity",
  "iam:GetUser",
  "lambda:Invoke",
  "s3:ListBuckets",
  "iam:SimulatePrincipalPolicy",
]);

function statements(): readonly Statement[] {
  const page = fs.readFileSync(path.join(checkout, "docs", "ci.md"), "utf8");
  const text = /<!-- policy -->\n\n```json\n([^]*?)```/.exec(page)?.[1];
  assert.ok(text, "docs/ci.md has no policy");
  return (JSON.parse(text) as { Statement: readonly Statement[] }).Statement;
}

const actionsOf = ({ Action }: Statement): readonly string[] => (typeof Action === "string" ? [Action] : Action);

/**
 * Fails when the policy of docs/ci.md does not allow a call, or when one of the statements in `exactly` allows an
 * action that nothing calls. Refused calls count too: the provider made them.
 */
export function assertDeployable(calls: readonly Recorded[], exactly: readonly string[] = []): void {
  const policy = statements();
  const allowed = new Set(policy.flatMap(actionsOf));
  const called = new Set(
    calls
      .map(({ service, operation }) => ACTIONS[`${service}:${operation}`] ?? `${service}:${operation}`)
      .filter((action) => !FREE.has(action)),
  );
  const missing = [...called].filter((action) => !allowed.has(action)).sort();
  assert.deepEqual(missing, [], "called, and not in the policy of docs/ci.md");
  const idle = exactly.flatMap((sid) => {
    const statement = policy.find((one) => one.Sid === sid);
    assert.ok(statement, `docs/ci.md has no statement ${sid}`);
    return actionsOf(statement).filter(
      (action) => !called.has(action) && !(action in unseen) && !readOfBuckets.test(action),
    );
  });
  assert.deepEqual(idle, [], `in ${exactly.join(", ")} of docs/ci.md, and never called`);
}
