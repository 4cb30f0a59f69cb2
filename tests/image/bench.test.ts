import assert from "node:assert/strict";
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  InvokeCommand,
  type LambdaClient,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from "@aws-sdk/client-lambda";
import * as fs from "node:fs";
import * as path from "node:path";
import { makeRole, plainClient, sdkClient } from "../aws/fixtures.js";
import { startLocalAws, whyNoLocalAws, type LocalAws } from "../aws/localAws.js";
import { runCommand } from "../support/commands.js";
import { skipIf } from "../support/skip.js";
import { temporaryFolder, writeFiles } from "../support/trees.js";
import { startImageBench, type ImageBench } from "./bench.js";
import { whyNoImages } from "./parts.js";
import { crane } from "./registry.js";

const wait = { maxWaitTime: 20, minDelay: 1, maxDelay: 1 };

const source = (value: string): string => `import os
def handler(event, context):
    try:
        open("/var/task/new", "w")
        root = "writable"
    except OSError:
        root = "read-only"
    open("/tmp/new", "w").close()
    return {"value": "${value}", "event": event, "cwd": os.getcwd(), "uid": os.getuid(), "root": root,
            "colour": os.environ.get("COLOUR"), "task": os.environ["LAMBDA_TASK_ROOT"]}
def other(event, context):
    return "other"
`;

describe("image bench", function () {
  this.timeout(60_000);
  let folder: string;
  let aws: LocalAws;
  let lambda: LambdaClient;
  let bench: ImageBench;
  let role: string;

  before(async function () {
    skipIf(this, whyNoLocalAws() ?? whyNoImages());
    folder = temporaryFolder();
    aws = await startLocalAws();
    lambda = sdkClient(aws);
    role = await makeRole(aws, "runs");
    bench = await startImageBench({ folder: path.join(folder, "bench"), aws, uv: process.execPath });
    const create = "AmazonEC2ContainerRegistry_V20150921.CreateRepository";
    await plainClient(aws).json("ecr", create, { repositoryName: "team/app" });
  });
  after(async () => {
    lambda?.destroy();
    await bench?.stop();
    await aws?.stop();
    if (folder !== undefined) fs.rmSync(folder, { recursive: true, force: true });
  });

  const inEcr = (tag: string): string => `${aws.endpoint.replace("http://", "")}/team/app:${tag}`;

  /** Pushes the base with the module on top; the URI that Lambda is given. */
  async function push(tag: string, value: string): Promise<string> {
    writeFiles(path.join(folder, tag), { "var/task/app.py": source(value) });
    const layer = path.join(folder, `${tag}.tar`);
    await runCommand(["tar", "-C", path.join(folder, tag), "-cf", layer, "."], { cwd: folder, env: { PATH: "/bin" } });
    await crane("append", "-b", `${bench.registry.address}/lambda/python:3.11`, "-f", layer, "-t", inEcr(tag));
    return `${bench.proxy.host}/team/app@${await crane("digest", inEcr(tag))}`;
  }

  async function create(name: string, settings: Partial<CreateFunctionCommandInput>): Promise<void> {
    const fixed = { FunctionName: name, Role: role, PackageType: "Image", Code: {} } as const;
    await lambda.send(new CreateFunctionCommand({ ...fixed, ...settings }));
    await waitUntilFunctionActiveV2({ client: lambda, ...wait }, { FunctionName: name });
  }

  async function invoke(name: string): Promise<unknown> {
    const answer = await lambda.send(new InvokeCommand({ FunctionName: name, Payload: '{"a":1}' }));
    const payload = answer.Payload?.transformToString() ?? "null";
    if (answer.FunctionError !== undefined) throw new Error(payload);
    return JSON.parse(payload);
  }

  it("runs a pushed image as Lambda does", async () => {
    const ImageUri = await push("one", "first");
    const settings = { ImageConfig: { Command: ["app.handler"] }, Environment: { Variables: { COLOUR: "green" } } };
    await create("runs", { Code: { ImageUri }, ...settings });
    assert.deepEqual(await invoke("runs"), {
      value: "first",
      event: { a: 1 },
      cwd: "/var/task",
      uid: 993,
      root: "read-only",
      colour: "green",
      task: "/var/task",
    });
  });

  it("runs the new image after an update, with what ImageConfig says", async () => {
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: "runs", ImageUri: await push("two", "second") }));
    await waitUntilFunctionUpdatedV2({ client: lambda, ...wait }, { FunctionName: "runs" });
    const update = async (ImageConfig: object): Promise<unknown> => {
      await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: "runs", ImageConfig }));
      await waitUntilFunctionUpdatedV2({ client: lambda, ...wait }, { FunctionName: "runs" });
      return invoke("runs");
    };
    const answer = (await update({ Command: ["app.handler"], WorkingDirectory: "/tmp" })) as Record<string, unknown>;
    assert.deepEqual([answer["value"], answer["cwd"]], ["second", "/tmp"]);
    assert.equal(await update({ Command: ["app.other"] }), "other");
    const entry = { EntryPoint: ["/var/lang/bin/python3", "/var/runtime/none.py"], Command: ["app.handler"] };
    await assert.rejects(update(entry), /Runtime exited with error: exit status 2/);
  });

  it("refuses what Lambda refuses", async () => {
    const refused = (request: Promise<unknown>, message: RegExp): Promise<void> =>
      assert.rejects(request, { name: "InvalidParameterValueException", message });
    const ImageUri = await push("one", "first");
    const other = ImageUri.replace(bench.proxy.host, bench.registry.address);
    await refused(create("elsewhere", { Code: { ImageUri: other } }), /is not valid/);
    await refused(create("absent", { Code: { ImageUri: ImageUri.replace(/@.*/, ":none") } }), /does not exist/);
    await crane("index", "append", "-m", inEcr("one"), "-t", inEcr("index"));
    const index = { ImageUri: `${bench.proxy.host}/team/app:index` };
    await refused(create("index", { Code: index }), /media type .* is not supported/);
    const handler = new UpdateFunctionConfigurationCommand({ FunctionName: "runs", Handler: "app.handler" });
    await refused(lambda.send(handler), /don't provide handler/);
    const zip = new UpdateFunctionCodeCommand({ FunctionName: "runs", ZipFile: Buffer.from("PK") });
    await refused(lambda.send(zip), /provide ImageUri/);
  });

  it("leaves no process and no mount behind", async () => {
    await bench.stop();
    assert.ok(!fs.readFileSync("/proc/mounts", "utf8").includes(folder));
    await assert.rejects(fetch(`http://${bench.registry.address}/v2/`));
  });
});
