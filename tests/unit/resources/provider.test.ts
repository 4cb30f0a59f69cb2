import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state.js";
import { UvLambdaProvider } from "../../../provider/provider.js";
import { Unbuildable } from "../../../provider/resources/code/image/unbuildable.js";
import { Workspace, fakeTools, mockEngine, promiseOf, schemaText } from "./support.js";

const buildUrn = "urn:pulumi:s::p::uvlambda:index:Function$uvlambda:index:Build::a::b-build";

/** What @pulumi/pulumi keeps of one construction. */
const { getStore } = state as unknown as { getStore: () => { settings: { options: { monitorAddr?: string } } } };

describe("UvLambdaProvider", () => {
  const workspace = new Workspace();
  const signals: AbortSignal[] = [];
  const provider = new UvLambdaProvider({
    version: "0.1.0",
    schema: schemaText,
    services: async (signal) => {
      signals.push(signal);
      return fakeTools(workspace);
    },
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

  it("refuses to import what is not in AWS", async () => {
    await assert.rejects(provider.read("id", buildUrn), /^Error: a build record is not in AWS, .*docs\/options\.md/);
    const api = "urn:pulumi:s::p::uvlambda:index:Function::api";
    await assert.rejects(
      provider.read("id", api),
      /^Error: a component cannot be imported with an id\. .*docs\/options/,
    );
  });

  it("names the type it does not know", async () => {
    await assert.rejects(provider.construct("x", "uvlambda:index:Nope", {}, {}), /uvlambda:index:Nope/);
    await assert.rejects(provider.check("urn:pulumi:s::p::uvlambda:index:Nope::x", {}, {}), /uvlambda:index:Nope/);
  });

  /** Constructs a function in the run with this monitor; its error, or "". */
  async function constructIn(monitorAddr: string, name: string): Promise<string> {
    await mockEngine();
    getStore().settings.options.monitorAddr = monitorAddr;
    const inputs = { project: "../app", name: "orders" };
    return provider.construct(name, "uvlambda:index:Function", inputs, {}).then(
      () => "",
      (error: unknown) => (error as pulumi.InputPropertiesError).errors[0]?.reason ?? String(error),
    );
  }

  it("keeps what it knows of one run from the others: names, failures, a cancel", async () => {
    assert.equal(await constructIn("one", "api"), "");
    assert.equal(await constructIn("other", "worker"), "");
    const before = signals.length;
    assert.match(await constructIn("one", "worker"), /"api" and "worker" both have the `name` "orders"/);
    assert.match(await constructIn("one", "third"), /both have/);
    assert.equal(signals.length, before);
    assert.equal(await constructIn("next", "api"), "");
    assert.ok(signals.every(({ aborted }) => !aborted));
    // At the end of a run.
    await provider.cancel();
    assert.ok(signals.every(({ aborted }) => aborted));
    assert.equal(await constructIn("last", "api"), "");
    assert.deepEqual(
      signals.slice(before).map(({ aborted }) => aborted),
      [true, false],
    );
  });

  it("passes a cancel on that comes before the first construction", async () => {
    const given: AbortSignal[] = [];
    const early = new UvLambdaProvider({
      version: "0.1.0",
      schema: schemaText,
      services: async (signal) => (given.push(signal), fakeTools(workspace)),
      unbuildable: new Unbuildable(),
    });
    await early.cancel();
    await mockEngine();
    await early.construct("api", "uvlambda:index:Function", { project: "../app" }, {});
    assert.deepEqual(
      given.map(({ aborted }) => aborted),
      [true],
    );
  });

  it("serves and constructs without what a plugin never uses of @pulumi/pulumi", function () {
    this.timeout(60_000);
    // A process of its own: this one has loaded all of it.
    const script = `
      const { UvLambdaProvider, servePlugin } = require("./provider/provider.ts");
      const whenAsked = async () => { throw new Error("tools were asked for"); };
      const plugin = new UvLambdaProvider({ version: "0", schema: "{}", services: whenAsked });
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
