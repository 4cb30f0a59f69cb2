import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import type { RequirePulumiVersionRequest } from "@pulumi/pulumi/proto/engine_pb.js";
import * as settings from "@pulumi/pulumi/runtime/settings.js";
import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { UvLambdaProvider } from "../../../provider/provider.js";
import { Unbuildable } from "../../../provider/resources/code/image/unbuildable.js";
import { mockEngine, schemaText } from "./support.js";

type Answer = grpc.handleUnaryCall<RequirePulumiVersionRequest, unknown>;

const root = path.join(__dirname, "..", "..", "..");

describe("the oldest supported Pulumi", () => {
  afterEach(() => {
    settings.resetOptions("project", "stack", 1, "", "", true, "");
    return mockEngine();
  });

  /** What a construction throws with an engine that answers like this. */
  async function constructionFails(answers: Record<string, Answer>): Promise<string> {
    const engine = new grpc.Server();
    engine.addService(EngineService, answers);
    const port = await new Promise<number>((resolve, reject) =>
      engine.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    settings.resetOptions("project", "stack", 1, `127.0.0.1:${port}`, "127.0.0.1:1", true, "");
    const tools = async (): Promise<never> => {
      throw new Error("it was let through");
    };
    const provider = new UvLambdaProvider({
      version: "0.1.0",
      schema: schemaText,
      services: tools,
      unbuildable: new Unbuildable(),
    });
    try {
      await provider.construct("api", "uvlambda:index:Function", { project: "../app" }, {});
    } catch (error) {
      return (error as Error).message;
    } finally {
      engine.forceShutdown();
    }
    return "";
  }

  it("is asked for in the engine's own way, and named when the engine is older", async () => {
    let range = "";
    const message = await constructionFails({
      requirePulumiVersion: (call, answer) => {
        range = call.request.getPulumiVersionRange();
        answer({ code: grpc.status.UNKNOWN, details: "Pulumi CLI version 3.220.0 does not satisfy it." });
      },
    });
    assert.match(range, /^>=3\.\d+\.0$/);
    assert.equal(
      message,
      `uvlambda needs Pulumi ${range.slice(2)} or newer. Pulumi CLI version 3.220.0 does not satisfy it.\n` +
        "To fix this, upgrade the Pulumi CLI (https://www.pulumi.com/docs/install/).",
    );
    for (const file of ["PulumiPlugin.yaml", "docs/install.md"])
      assert.ok(
        fs.readFileSync(path.join(root, file), "utf8").includes(range.slice(2)),
        `${file} says another version`,
      );
  });

  it("does not take a broken connection for an old engine", async () => {
    const message = await constructionFails({
      requirePulumiVersion: (_, answer) => answer({ code: grpc.status.UNAVAILABLE, details: "gone" }),
    });
    assert.equal(message, "14 UNAVAILABLE: gone");
  });

  it("refuses engines that are too old to be asked", async () => {
    assert.match(await constructionFails({}), /^uvlambda needs Pulumi 3\.\d+\.0 or newer\. .*upgrade/is);
  });
});
