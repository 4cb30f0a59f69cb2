import * as pulumi from "@pulumi/pulumi";
import type { Reporter } from "../../lib/log.js";
import type { BuiltPackage } from "./builtPackage.js";
import { RowReporter, rowOf } from "./progress.js";

/** A component to be built and deployed. */
export interface Construction<Outputs> {
  readonly inputs: pulumi.Inputs;
  readonly warnings: readonly string[];
  /** Runs once the component's row exists. Undefined if it cannot be built before the deployment. */
  build(reporter: Reporter): Promise<BuiltPackage | undefined>;
  /** Registers the children. */
  create(component: pulumi.ComponentResource, built: BuiltPackage | undefined): Outputs | Promise<Outputs>;
}

/** Inputs that differ between machines or hold secrets of the build. They must not reach the state. */
const unrecorded: ReadonlySet<string> = new Set(["project", "source", "buildEnvironment"]);

const constructionKey = Symbol("construction");

type Recorded<Outputs> = pulumi.Inputs & { readonly [constructionKey]?: Construction<Outputs> };

/** A component of this package: the build, then what belongs to it. */
export class PackagedComponent<Outputs extends object> extends pulumi.ComponentResource<Outputs> {
  constructor(token: string, name: string, construction: Construction<Outputs>, opts: pulumi.ComponentResourceOptions) {
    super(token, name, recordedInputs(construction), opts);
  }

  /** Outputs reach the state only if they are registered before this ends: the base class registers none. */
  protected override async initialize(recorded: Recorded<Outputs>): Promise<Outputs> {
    const construction = recorded[constructionKey];
    if (construction === undefined) throw new Error("a component was created without its construction");
    const outputs = await construction.create(this, await this.build(construction));
    this.registerOutputs(outputs);
    return outputs;
  }

  /** The result of `initialize`. Rejects when the build failed. */
  outputs(): Promise<Outputs> {
    return this.getData();
  }

  private async build(construction: Construction<Outputs>): Promise<BuiltPackage | undefined> {
    const reporter = new RowReporter(rowOf(this));
    try {
      construction.warnings.forEach((warning) => reporter.warn(warning));
      return await construction.build(reporter);
    } finally {
      reporter.stop();
    }
  }
}

/**
 * What the state records as the component's inputs. The engine compares them deeply, so a path of this machine would
 * be a change on the next one. The construction itself is passed under a symbol, which is not recorded: `initialize`
 * runs before this class has fields, and gets nothing but this object.
 */
function recordedInputs<Outputs>(construction: Construction<Outputs>): Recorded<Outputs> {
  const recorded = Object.fromEntries(Object.entries(construction.inputs).filter(([key]) => !unrecorded.has(key)));
  const copyFiles = construction.inputs["copyFiles"] as readonly { readonly to: string }[] | undefined;
  if (copyFiles !== undefined) recorded["copyFiles"] = copyFiles.map(({ to }) => ({ to }));
  const image = construction.inputs["image"] as pulumi.Inputs | undefined;
  if (image !== undefined) {
    const { dockerfile: _path, secrets: _secrets, ...recordedImage } = image;
    recorded["image"] = recordedImage;
  }
  Object.defineProperty(recorded, constructionKey, { value: construction, enumerable: false });
  return recorded;
}
