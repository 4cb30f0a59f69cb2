import * as pulumi from "@pulumi/pulumi";
import type { Reporter } from "../lib/log.js";
import type { MadePackage } from "./madePackage.js";
import { RowReporter, rowOf } from "./progress.js";

/** A component to be built and deployed. */
export interface Order<Outputs> {
  readonly inputs: pulumi.Inputs;
  readonly warnings: readonly string[];
  /** Runs once the component's row exists. Undefined: it cannot be built before the deployment. */
  make(reporter: Reporter): Promise<MadePackage | undefined>;
  /** Registers the children. */
  create(component: pulumi.ComponentResource, made: MadePackage | undefined): Outputs | Promise<Outputs>;
}

/** Inputs whose values are the machine's own, or secrets of the build: they must not reach the state. */
const unrecorded: ReadonlySet<string> = new Set(["project", "source", "buildEnvironment"]);

const orderKey = Symbol("order");

type Recorded<Outputs> = pulumi.Inputs & { readonly [orderKey]?: Order<Outputs> };

/** A component of this package: the build, then what belongs to it. */
export class PackagedComponent<Outputs extends object> extends pulumi.ComponentResource<Outputs> {
  constructor(token: string, name: string, order: Order<Outputs>, opts: pulumi.ComponentResourceOptions) {
    super(token, name, recordedInputs(order), opts);
  }

  /** Outputs reach the state only if they are registered before this ends; the base class registers none otherwise. */
  protected override async initialize(recorded: Recorded<Outputs>): Promise<Outputs> {
    const order = recorded[orderKey];
    if (order === undefined) throw new Error("a component was created without its order");
    const outputs = await order.create(this, await this.make(order));
    this.registerOutputs(outputs);
    return outputs;
  }

  /** What `initialize` gave; rejects when the build failed. */
  outputs(): Promise<Outputs> {
    return this.getData();
  }

  private async make(order: Order<Outputs>): Promise<MadePackage | undefined> {
    const reporter = new RowReporter(rowOf(this));
    try {
      order.warnings.forEach((warning) => reporter.warn(warning));
      return await order.make(reporter);
    } finally {
      reporter.stop();
    }
  }
}

/**
 * What the state records as the component's inputs: the engine compares them deeply, so a path of this machine would be
 * a change on the next one. The order itself travels under a symbol, which is not recorded: `initialize` runs before
 * this class has fields, and gets nothing but this object.
 */
function recordedInputs<Outputs>(order: Order<Outputs>): Recorded<Outputs> {
  const recorded = Object.fromEntries(Object.entries(order.inputs).filter(([key]) => !unrecorded.has(key)));
  const copyFiles = order.inputs["copyFiles"] as readonly { readonly to: string }[] | undefined;
  if (copyFiles !== undefined) recorded["copyFiles"] = copyFiles.map(({ to }) => ({ to }));
  const image = order.inputs["image"] as pulumi.Inputs | undefined;
  if (image !== undefined) {
    const { dockerfile: _path, secrets: _secrets, ...recordedImage } = image;
    recorded["image"] = recordedImage;
  }
  Object.defineProperty(recorded, orderKey, { value: order, enumerable: false });
  return recorded;
}
