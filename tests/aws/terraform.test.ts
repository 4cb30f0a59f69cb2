import assert from "node:assert/strict";
import { skipIf } from "../support/skip.js";
import { recordedStates } from "./recordings.js";
import { Terraform, whyNoTerraform } from "./terraform.js";

/** tests/engine/validated.ts checks the states of the engine tests at their end. */
describe("terraform validate", function () {
  this.timeout(180_000);
  let terraform: Terraform | undefined;

  before(async function () {
    skipIf(this, whyNoTerraform());
    terraform = await Terraform.start();
  });

  after(() => terraform?.stop());

  for (const { name, resources } of recordedStates()) {
    it(`accepts every resource of ${name}`, async () => {
      assert.deepEqual(await terraform!.problems(resources()), []);
    });
  }

  it("says what is wrong with a resource", async () => {
    const inputs = { roleName: "x", assumeRolePolicy: "not JSON" };
    const problems = await terraform!.problems([{ type: "aws:iam/role:Role", urn: "a::b::c::wrong", inputs }]);
    assert.match(problems.join(), /role_name|assume_role_policy/);
  });

  it("accepts what recipes create", async () => {
    const arn = "arn:aws:sqs:eu-central-1:123456789012:orders";
    const functionArn = "arn:aws:lambda:eu-central-1:123456789012:function:api";
    const dimensions = { QueueName: "orders" };
    const alarm = { name: "a", comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 1, statistic: "Maximum" };
    const made = {
      "aws:apigatewayv2/api:Api": { name: "shop", protocolType: "HTTP" },
      "aws:apigatewayv2/integration:Integration": {
        apiId: "x",
        integrationType: "AWS_PROXY",
        integrationUri: functionArn,
        payloadFormatVersion: "2.0",
      },
      "aws:apigatewayv2/route:Route": { apiId: "x", routeKey: "$default", authorizationType: "NONE" },
      "aws:apigatewayv2/stage:Stage": { apiId: "x", name: "$default", autoDeploy: true },
      "aws:cloudwatch/eventRule:EventRule": { name: "hourly", scheduleExpression: "rate(1 hour)", forceDestroy: false },
      "aws:cloudwatch/eventTarget:EventTarget": { rule: "hourly", arn: functionArn, input: "{}", forceDestroy: false },
      "aws:cloudwatch/metricAlarm:MetricAlarm": {
        ...alarm,
        dimensions,
        namespace: "AWS/SQS",
        metricName: "m",
        period: 60,
      },
      "aws:lambda/eventSourceMapping:EventSourceMapping": {
        eventSourceArn: arn,
        functionName: functionArn,
        functionResponseTypes: ["ReportBatchItemFailures"],
        filterCriteria: { filters: [{ pattern: "{}" }] },
      },
      "aws:s3/bucketNotification:BucketNotification": {
        bucket: "uploads",
        lambdaFunctions: [{ lambdaFunctionArn: functionArn, events: ["s3:ObjectCreated:*"], filterPrefix: "in/" }],
      },
    };
    const resources = Object.entries(made).map(([type, inputs]) => ({ type, urn: `a::b::c::${type}`, inputs }));
    assert.deepEqual(await terraform!.problems(resources), []);
  });

  it("checks a type that the bridge does not serve", async () => {
    const type = "aws:dynamodb/table:Table";
    const key = { hashKey: "id", attributes: [{ name: "id", type: "S" }] };
    const right = { type, urn: "a::b::c::right", inputs: { name: "orders", billingMode: "PAY_PER_REQUEST", ...key } };
    const wrong = { type, urn: "a::b::c::wrong", inputs: { name: "orders", billingMode: "GUESS", ...key } };
    assert.deepEqual(await terraform!.problems([right]), []);
    assert.match((await terraform!.problems([right, wrong])).join(), /r_1_wrong.*billing_mode/);
  });
});
