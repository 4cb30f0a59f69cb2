import { startLocalAws } from "./localAws.js";

/**
 * Starts the local AWS, prints one line of JSON that says how to reach it, and ends at SIGTERM, SIGINT or when stdin
 * closes.
 */
async function main(): Promise<void> {
  const aws = await startLocalAws();
  const end = (): void => void aws.stop().then(() => process.exit(0));
  process.once("SIGTERM", end);
  process.once("SIGINT", end);
  process.stdin.once("close", end).resume();
  const { endpoint, region, accountId } = aws;
  process.stdout.write(
    `${JSON.stringify({ endpoint, region, accountId, stackConfig: aws.stackConfig(), env: aws.env() })}\n`,
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
