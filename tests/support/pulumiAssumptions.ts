/*
 * What provider/resources/engine/pulumiInternals.ts and the components assume of @pulumi/pulumi, each by name. This is
 * a separate program, because it is run with other versions and under other Nodes: `node pulumiAssumptions.js FOLDER`,
 * where FOLDER contains a node_modules. It prints the names of the assumptions that do not hold, as JSON.
 */
import { createRequire } from "node:module";
import * as path from "node:path";

/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return -- any version is looked at, none has types here */

const [, , folder = "."] = process.argv;
const load = createRequire(path.join(folder, "package.json"));

const unused: Readonly<Record<string, object>> = {
  "./typescript-shim.js": {},
  "@npmcli/arborist": {},
  "normalize-package-data": {},
  "./automation/index.js": {},
  "source-map-support": { install: () => undefined },
};

/** All of @pulumi/pulumi must load without the modules that a plugin never uses. */
function loadLight(): any {
  const from = createRequire(load.resolve("@pulumi/pulumi/package.json"));
  for (const [name, exports] of Object.entries(unused)) {
    try {
      const file = from.resolve(name);
      from.cache[file] ??= { id: file, filename: file, loaded: true, exports, children: [], paths: [] } as any;
    } catch {
      // Not in this version: nothing to leave out.
    }
  }
  return load("@pulumi/pulumi");
}

const isObject = (value: unknown) => typeof value === "object" && value !== null;
const isFunction = (value: unknown) => typeof value === "function";

const assumptions: Readonly<Record<string, () => unknown>> = {
  "the whole loads without what a plugin never uses": () => isFunction(loadLight().ComponentResource),
  "the serialiser of functions is not loaded with it": () => {
    loadLight();
    return !Object.keys(load.cache).some((file) =>
      /node_modules[/\\]typescript[/\\]lib[/\\]typescript\.js$/.test(file),
    );
  },
  "runtime/settings.js can be loaded alone": () => isFunction(load("@pulumi/pulumi/runtime/settings.js").isDryRun),
  "settings.waitForRPCs": () => isFunction(load("@pulumi/pulumi/runtime/settings.js").waitForRPCs),
  "each run has its address in the store": () => {
    loadLight().runtime.setMocks({ newResource: () => ({ id: "id", state: {} }), call: () => ({}) });
    return typeof load("@pulumi/pulumi/runtime/state.js").getStore().settings.options.monitorAddr === "string";
  },
  "a request to read without properties can be given some": () => {
    const { ReadRequest } = load("@pulumi/pulumi/proto/provider_pb.js");
    return new ReadRequest().getProperties() === undefined && isFunction(ReadRequest.prototype.getProperties);
  },
  "settings.requirePulumiVersion": () => isFunction(load("@pulumi/pulumi/runtime/settings.js").requirePulumiVersion),
  "debuggablePromise and log.debug can be replaced for all who call them": async () => {
    const pulumi = loadLight();
    const debuggable = load("@pulumi/pulumi/runtime/debuggable.js");
    const { debug } = load("@pulumi/pulumi/log/index.js");
    const { debuggablePromise } = debuggable;
    const seen = new Set<string>();
    debuggable.debuggablePromise = (...args: unknown[]) => (seen.add("promise"), debuggablePromise(...args));
    pulumi.log.debug = () => (seen.add("debug"), Promise.resolve());
    pulumi.runtime.setMocks({ newResource: () => ({ id: "id", state: {} }), call: () => ({}) });
    await new Promise((resolve) => new pulumi.CustomResource("t:i:C", "name", {}).id.apply(resolve));
    Object.assign(debuggable, { debuggablePromise });
    pulumi.log.debug = debug;
    return debuggable.debugPromiseLeaks === false && seen.size === 2;
  },
  "settings.awaitFeatureSupport can be replaced, and keeps its answers in the store": () => {
    const settings = load("@pulumi/pulumi/runtime/settings.js");
    const store = load("@pulumi/pulumi/runtime/state.js").getStore();
    const { writable } = Object.getOwnPropertyDescriptor(settings, "awaitFeatureSupport") ?? {};
    return writable === true && typeof store.supportsSecrets === "boolean" && isObject(store.settings.options);
  },
  "Resource.callsites can be replaced, and gives all source positions": () => {
    const { Resource } = load("@pulumi/pulumi/resource.js");
    const { callsites } = Resource;
    const before = Resource.stackTrace(0).length;
    Resource.callsites = () => [];
    const after = Resource.stackTrace(0).length;
    Resource.callsites = callsites;
    return before > 0 && after === 0;
  },
  "provider/index.js has main": () => isFunction(load("@pulumi/pulumi/provider/index.js").main),
  "outputs know whether they are known and secret": async () => {
    const pulumi = loadLight();
    const secret = pulumi.secret("x");
    return (await secret.isSecret) === true && (await secret.isKnown) === true && (await secret.promise(true)) === "x";
  },
  "outputs name the resources they come from": async () =>
    (await loadLight().output("x").allResources()) instanceof Set,
  "a reference to a provider is its URN and its id, and a resource of another component its URN": async () => {
    const { DependencyProviderResource, DependencyResource } = load("@pulumi/pulumi/resource.js");
    const urn = "urn:pulumi:s::p::a:b:C::name";
    const reference = new DependencyProviderResource(urn);
    const parts = [await reference.urn.promise(true), await reference.id.promise(true)];
    return parts.join("::") === urn && (await new DependencyResource(urn).urn.promise(true)) === urn;
  },
  "pulumi.unknown makes an output unknown": async () => {
    const pulumi = loadLight();
    const output = pulumi.output(pulumi.unknown);
    return pulumi.isUnknown(await output.promise(true)) || (await output.isKnown) === false;
  },
  "containsUnknowns looks inside": () => {
    const pulumi = loadLight();
    return pulumi.containsUnknowns({ a: [pulumi.unknown] }) === true;
  },
  "initialize runs before the constructor of a component ends, with the arguments given to super": () => {
    const pulumi = loadLight();
    pulumi.runtime.setMocks({ newResource: () => ({ id: "id", state: {} }), call: () => ({}) });
    let seen: unknown;
    class Probe extends pulumi.ComponentResource {
      constructor() {
        super("t:i:T", "name", { mark: 1 }, {});
      }
      initialize(args: any) {
        seen = args.mark;
        return Promise.resolve({});
      }
    }
    new Probe();
    return seen === 1;
  },
  "getData gives what initialize gave": async () => {
    const pulumi = loadLight();
    class Probe extends pulumi.ComponentResource {
      initialize() {
        return Promise.resolve({ given: 1 });
      }
    }
    return (await new (Probe as any)("t:i:T", "other", {}, {}).getData()).given === 1;
  },
  "InputPropertiesError carries its errors": () => {
    const error = new (loadLight().InputPropertiesError)({
      message: "m",
      errors: [{ propertyPath: "p", reason: "r" }],
    });
    return error.errors[0].propertyPath === "p";
  },
};

async function main(): Promise<void> {
  const broken: string[] = [];
  for (const [name, holds] of Object.entries(assumptions)) {
    try {
      if (!(await holds())) broken.push(name);
    } catch (error) {
      broken.push(`${name} (${(error as Error).message})`);
    }
  }
  console.log(JSON.stringify({ checked: Object.keys(assumptions).length, broken }));
  process.exit(0);
}

void main();
