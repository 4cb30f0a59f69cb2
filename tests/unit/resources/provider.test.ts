import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { UvLambdaProvider } from "../../../provider/provider.js";
import { Unbuildable } from "../../../provider/resources/code/image/unbuildable.js";
import { Workspace, fakeTools, mockEngine, promiseOf, schemaText } from "./support.js";

const buildUrn = "urn:pulumi:s::p::uvlambda:index:Function$uvlambda:index:Build::a::b-build";

describe("UvLambdaProvider", () => {
  let cancelled = 0;
  const workspace = new Workspace();
  const onCancel = () => {
    cancelled++;
  };
  const provider = new UvLambdaProvider({
    version: "0.1.0",
    schema: schemaText,
    services: async () => fakeTools(workspace),
    onCancel,
    unbuildable: new Unbuildable(),
  });
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

  it("serves and constructs without what a plugin never uses of @pulumi/pulumi", function () {
    this.timeout(60_000);
    // A process of its own: this one has loaded all of it.
    const script = `
      const { UvLambdaProvider, servePlugin } = require("./provider/provider.ts");
      const whenAsked = async () => { throw new Error("tools were asked for"); };
      const plugin = new UvLambdaProvider({ version: "0", schema: "{}", services: whenAsked, onCancel: () => {} });
      const names = /typescript|arborist|automation|source-map-support|normalize-package-data/;
      console.log = () => {};
      (async () => {
        const plain = Error.prepareStackTrace;
        await servePlugin(plugin, []);
        const error = await plugin.construct("x", "uvlambda:index:Function", {}, {}).catch(({ message }) => message);
        const loaded = Object.values(require.cache).filter((m) => names.test(m.filename) && Object.keys(m.exports).length > 0);
        const pulumi = require("@pulumi/pulumi");
        const calls = [];
        const engine = { log: (request, done) => (calls.push(request.getMessage()), done()) };
        const { LocalStore } = require("@pulumi/pulumi/runtime/state.js");
        const promise = new Promise(() => {});
        const isWatched = require("@pulumi/pulumi/runtime/debuggable.js").debuggablePromise(promise, "a test") !== promise;
        const asked = [];
        const monitor = { supportsFeature: (request, done) => (asked.push(request.getId()), done(undefined, { getHassupport: () => request.getId() === "secrets" })) };
        const construction = async () => {
          const store = new LocalStore();
          Object.assign(store.settings, { monitor, engine, options: { monitorAddr: "address" } });
          return global.asyncLocalStorage.run(store, async () => {
            await require("@pulumi/pulumi/runtime/settings.js").awaitFeatureSupport();
            await pulumi.log.debug("Registering resource: x");
            await pulumi.log.debug("uvlambda: for --debug");
            return [store.supportsSecrets, store.supportsTransforms];
          });
        };
        const features = [await construction(), await construction()];
        const positions = pulumi.Resource.stackTrace(0);
        const found = { error, loaded: loaded.map((m) => m.filename), isMapped: Error.prepareStackTrace !== plain };
        process.stdout.write(JSON.stringify({ ...found, isWatched, positions, features, asked: new Set(asked).size === asked.length && asked.length > 5, calls }));
        process.exit(0);
      })().catch((error) => { console.error(error); process.exit(1); });`;
    const root = path.join(__dirname, "../../..");
    const { stdout, stderr } = spawnSync(process.execPath, ["--import=tsx", "-e", script], {
      cwd: root,
      encoding: "utf8",
      timeout: 50_000,
    });
    const expected = {
      error: "tools were asked for",
      loaded: [path.join(root, "node_modules/source-map-support/source-map-support.js")],
      isMapped: false,
      isWatched: false,
      positions: [],
      features: [
        [true, false],
        [true, false],
      ],
      asked: true,
      calls: ["uvlambda: for --debug", "uvlambda: for --debug"],
    };
    assert.deepEqual(JSON.parse(stdout || "null"), expected, stderr);
  });
});
