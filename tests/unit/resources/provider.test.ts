import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { UvLambdaProvider } from "../../../provider/provider.js";
import { Workspace, fakeTools, mockEngine, promiseOf, schemaText } from "./support.js";

const buildUrn = "urn:pulumi:s::p::uvlambda:index:Function$uvlambda:index:Build::a::b-build";

describe("UvLambdaProvider", () => {
  let cancelled = 0;
  const workspace = new Workspace();
  const onCancel = () => {
    cancelled++;
  };
  const provider = new UvLambdaProvider("0.1.0", schemaText, async () => fakeTools(workspace), onCancel);
  after(() => workspace.remove());

  it("constructs a function", async () => {
    await mockEngine();
    const { urn } = await provider.construct("api", "uvlambda:index:Function", { project: "../app" }, {});
    assert.match(await promiseOf(urn as never), /uvlambda:index:Function::api$/);
  });

  it("routes the life cycle of a Build by its URN; its id is its name", async () => {
    const record = { outputHash: "a" };
    assert.deepEqual(await provider.check(buildUrn, {}, record), { inputs: record });
    assert.deepEqual(await provider.diff("id", buildUrn, record, { outputHash: "b" }), { changes: true });
    assert.deepEqual(await provider.create(buildUrn, record), { id: "a::b-build", outs: record });
    assert.deepEqual(await provider.read("id", buildUrn, record), { id: "id", props: record });
    assert.deepEqual(await provider.update("id", buildUrn, {}, record), { outs: record });
    await provider.delete();
  });

  it("names the type it does not know", async () => {
    await assert.rejects(provider.construct("x", "uvlambda:index:Nope", {}, {}), /uvlambda:index:Nope/);
    await assert.rejects(provider.check("urn:pulumi:s::p::uvlambda:index:Nope::x", {}, {}), /uvlambda:index:Nope/);
  });

  it("passes a cancel on", async () => {
    await provider.cancel();
    assert.equal(cancelled, 1);
  });

  it("constructs without ever loading the TypeScript compiler that @pulumi/pulumi serialises functions with", function () {
    this.timeout(60_000);
    // A process of its own: this one has loaded all of it.
    const script = `
      const { UvLambdaProvider } = require("./provider/provider.ts");
      const whenAsked = async () => { throw new Error("tools were asked for"); };
      new UvLambdaProvider("0", "{}", whenAsked, () => {}).construct("x", "uvlambda:index:Function", {}, {}).catch((error) => {
        const loaded = Object.values(require.cache).filter((m) => /typescript|arborist/.test(m.filename) && Object.keys(m.exports).length > 0);
        const pulumi = require.cache[require.resolve("@pulumi/pulumi")] !== undefined;
        console.log(JSON.stringify({ error: error.message, pulumi, loaded: loaded.map((m) => m.filename) }));
      });`;
    const root = path.join(__dirname, "../../..");
    const { stdout, stderr } = spawnSync(process.execPath, ["--import=tsx", "-e", script], {
      cwd: root,
      encoding: "utf8",
    });
    assert.deepEqual(JSON.parse(stdout || "null"), { error: "tools were asked for", pulumi: true, loaded: [] }, stderr);
  });
});
