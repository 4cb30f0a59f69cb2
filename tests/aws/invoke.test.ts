import assert from "node:assert/strict";
import {
  CreateFunctionCommand,
  InvokeCommand,
  type LambdaClient,
  PublishLayerVersionCommand,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from "@aws-sdk/client-lambda";
import { skipIf } from "../support/skip.js";
import { writeZip } from "./archive/writeZip.js";
import { makeRole, sdkClient } from "./fixtures.js";
import { startLocalAws, whyNoLocalAws, type LocalAws } from "./localAws.js";
import { whyNotRunnable } from "./runner/runHandler.js";

const WAIT = { maxWaitTime: 20, minDelay: 1, maxDelay: 1 };

const SOURCE = `
import os
import shared
def handler(event, context):
    if event.get("fail"):
        raise ValueError("asked to fail")
    print("hello log")
    try:
        import hypercorn, botocore
        leaked = True
    except ImportError:
        leaked = False
    return {"value": VALUE, "shared": shared.value, "event": event, "leaked": leaked, "colour": os.environ["COLOUR"],
            "version": context.function_version, "memory": context.memory_limit_in_mb, "pid": os.getpid()}
`;

function archive(value: number): Buffer {
  return writeZip([{ name: "app.py", content: `VALUE = ${value}\n${SOURCE}` }]);
}

describe("local AWS", function () {
  this.timeout(60_000);
  let aws: LocalAws;
  let lambda: LambdaClient;

  before(async function () {
    skipIf(this, whyNoLocalAws() ?? whyNotRunnable("3.11"));
    aws = await startLocalAws({ region: "eu-west-1", account: "210987654321" });
    lambda = sdkClient(aws);
    const role = await makeRole(aws, "runs");
    const layer = await lambda.send(
      new PublishLayerVersionCommand({
        LayerName: "shared",
        Content: { ZipFile: writeZip([{ name: "python/shared.py", content: "value = 'from the layer'\n" }]) },
      }),
    );
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: "made-up-a1b2c3d",
        Role: role,
        Runtime: "python3.11",
        Handler: "app.handler",
        Code: { ZipFile: archive(1) },
        Layers: [layer.LayerVersionArn ?? ""],
        Environment: { Variables: { COLOUR: "green" } },
        MemorySize: 256,
      }),
    );
    await waitUntilFunctionActiveV2({ client: lambda, ...WAIT }, { FunctionName: "made-up-a1b2c3d" });
  });
  after(async () => {
    lambda?.destroy();
    await aws?.stop();
  });

  async function invoke(
    event: unknown,
    qualifier?: string,
  ): Promise<{ value: Record<string, unknown>; error?: string; log: string }> {
    const answer = await lambda.send(
      new InvokeCommand({
        FunctionName: "made-up-a1b2c3d",
        Payload: JSON.stringify(event),
        LogType: "Tail",
        ...(qualifier === undefined ? {} : { Qualifier: qualifier }),
      }),
    );
    return {
      value: JSON.parse(answer.Payload?.transformToString() ?? "null") as Record<string, unknown>,
      ...(answer.FunctionError === undefined ? {} : { error: answer.FunctionError }),
      log: Buffer.from(answer.LogResult ?? "", "base64").toString("utf8"),
    };
  }

  it("runs the deployed archive, and nothing of the host", async () => {
    const { value, log } = await invoke({ a: 1 });
    const { pid, ...rest } = value;
    assert.deepEqual(rest, {
      value: 1,
      shared: "from the layer",
      event: { a: 1 },
      leaked: false,
      colour: "green",
      version: "$LATEST",
      memory: "256",
    });
    assert.match(log, /hello log/);
    assert.equal((await invoke({})).value["pid"], pid, "a warm environment is used again");
  });

  it("reports a function's error as Lambda does", async () => {
    const { value, error } = await invoke({ fail: true });
    assert.equal(error, "Unhandled");
    assert.equal(value["errorType"], "ValueError");
    assert.equal(value["errorMessage"], "asked to fail");
    assert.match(String(value["stackTrace"]), /\/var\/task\/app\.py/);
  });

  it("runs the new code after an update and the old code in a published version", async () => {
    const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName: "made-up-a1b2c3d" }));
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: "made-up-a1b2c3d", ZipFile: archive(2) }));
    await waitUntilFunctionUpdatedV2({ client: lambda, ...WAIT }, { FunctionName: "made-up-a1b2c3d" });
    assert.equal((await invoke({})).value["value"], 2);
    const old = await invoke({}, Version);
    assert.equal(old.value["value"], 1);
    assert.equal(old.value["version"], Version);
  });
});
