import assert from "node:assert/strict";
import { skipIf } from "../support/skip.js";
import type { AwsError } from "./client/client.js";
import { makeRole, plainClient } from "./fixtures.js";
import { startLocalAws, whyNoLocalAws, type LocalAws } from "./localAws.js";
import { create, FUNCTIONS, logs, WRONG } from "./validator.requests.js";

describe("strict validator", function () {
  this.timeout(60_000);
  let aws: LocalAws;
  let role: string;

  before(async function () {
    skipIf(this, whyNoLocalAws());
    aws = await startLocalAws();
    role = await makeRole(aws, "good");
    await plainClient(aws).json("ecr", "AmazonEC2ContainerRegistry_V20150921.CreateRepository", {
      repositoryName: "good",
    });
    await plainClient(aws).json("sqs", "AmazonSQS.CreateQueue", { QueueName: "there" });
    await create({ FunctionName: "there" })(aws, role);
    await until(async () => {
      const config = await plainClient(aws).rest("lambda", "GET", `${FUNCTIONS}/there/configuration`);
      return config["State"] === "Active";
    });
  });
  after(() => aws?.stop());

  for (const [name, code, message, call] of WRONG) {
    it(`refuses: ${name}`, async () => {
      await assert.rejects(call(aws, role), (error: AwsError) => {
        assert.match(error.message, message);
        assert.equal(error.code, code);
        return true;
      });
    });
  }

  it("accepts the same requests when they are right", async () => {
    await create({
      FunctionName: "right",
      MemorySize: 10_240,
      Timeout: 900,
      Environment: { Variables: { GOOD: "x" } },
    })(aws, role);
    await logs("CreateLogGroup", { logGroupName: "/aws/lambda/right" })(aws, role);
    await logs("PutRetentionPolicy", { logGroupName: "/aws/lambda/right", retentionInDays: 14 })(aws, role);
  });

  it("records every call", () => {
    assert.ok(aws.calls.some((call) => call.operation === "CreateFunction" && call.refused === undefined));
    assert.ok(aws.calls.some((call) => call.operation === "CreateFunction" && /5 layers/.test(call.refused ?? "")));
  });
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}
