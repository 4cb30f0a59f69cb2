import { AwsError } from "../client/client.js";

const CODES = new Set([
  "AWS.SimpleQueueService.NonExistentQueue",
  "QueueDoesNotExist",
  "LifecyclePolicyNotFoundException",
  "RepositoryNotFoundException",
  "ResourceNotFoundException",
]);

/** True for responses which say that something does not exist. SQS, ECR and logs do so with status 400. */
export function isGone(error: unknown): boolean {
  return error instanceof AwsError && (error.status === 404 || CODES.has(error.code));
}

/** Returns undefined instead of the error that something does not exist. */
export async function orGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
