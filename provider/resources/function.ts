import * as pulumi from "@pulumi/pulumi";
import type { Reporter } from "../lib/log.js";
import type { Artifact, PackageRequest } from "../packaging/request.js";
import { publishedAlias } from "./alias.js";
import { Build, buildRecord, unknownOutput } from "./build.js";
import { provisionedConcurrency } from "./concurrency.js";
import { deadLetters } from "./deadLetter.js";
import { durableRights } from "./durable.js";
import { eventInvokeConfig } from "./eventInvoke.js";
import { functionOutputs } from "./functionOutputs.js";
import { lambdaFunction } from "./lambdaFunction.js";
import { functionLogs } from "./logs.js";
import { functionChildNames } from "./names.js";
import { RowReporter, rowOf } from "./progress.js";
import { functionRights } from "./rights.js";
import { functionRole } from "./role.js";
import type { FunctionInputs, FunctionOutputs } from "./schemaTypes.js";
import type { Scope } from "./scope.js";
import { functionToken } from "./tokens.js";
import { functionUrl } from "./url.js";

/** The package, and the archive that the engine reads, relative to the program's folder. */
export interface MadeFunction {
  readonly artifact: Artifact;
  readonly archive: string;
}

/** A function to be built and deployed; `make` runs once the component's row exists. */
export interface FunctionOrder {
  readonly inputs: FunctionInputs;
  readonly request: PackageRequest;
  readonly warnings: readonly string[];
  /** One for each of `inputs.policyArns`. */
  readonly attachmentKeys: readonly string[];
  /** Undefined: it cannot be built before the deployment. */
  make(reporter: Reporter): Promise<MadeFunction | undefined>;
}

/** Inputs whose values are the machine's own, or secrets of the build: they must not reach the state. */
const unrecorded: ReadonlySet<string> = new Set(["project", "source", "buildEnvironment"]);

const orderKey = Symbol("order");

type Recorded = pulumi.Inputs & { readonly [orderKey]?: FunctionOrder };

/** `uvlambda:index:Function`: the build, then the function and what belongs to it. */
export class FunctionComponent extends pulumi.ComponentResource<FunctionOutputs> {
  constructor(name: string, order: FunctionOrder, opts: pulumi.ComponentResourceOptions) {
    super(functionToken, name, recordedInputs(order), opts);
  }

  /** Outputs reach the state only if they are registered before this ends; the base class registers none otherwise. */
  protected override async initialize(
    recorded: Recorded,
    _opts?: pulumi.ComponentResourceOptions,
    name = "",
  ): Promise<FunctionOutputs> {
    const order = recorded[orderKey];
    if (order === undefined) throw new Error("a function was created without its order");
    const made = await this.make(order);
    const { inputs, attachmentKeys } = order;
    const scope = { component: this, resourceName: name, inputs, names: functionChildNames(name), attachmentKeys };
    const outputs = createResources(scope, order.request, made);
    this.registerOutputs(outputs);
    return outputs;
  }

  /** What `initialize` gave; rejects when the build failed. */
  outputs(): Promise<FunctionOutputs> {
    return this.getData();
  }

  private async make(order: FunctionOrder) {
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
function recordedInputs(order: FunctionOrder): Recorded {
  const recorded = Object.fromEntries(Object.entries(order.inputs).filter(([key]) => !unrecorded.has(key)));
  const { copyFiles } = order.inputs;
  if (copyFiles !== undefined) recorded["copyFiles"] = copyFiles.map(({ to }) => ({ to }));
  Object.defineProperty(recorded, orderKey, { value: order, enumerable: false });
  return recorded;
}

function createResources(scope: Scope, request: PackageRequest, made: MadeFunction | undefined): FunctionOutputs {
  const { component, names } = scope;
  new Build(names.build, buildRecord(request, made?.artifact), { parent: component, protect: false });
  const logs = functionLogs(scope);
  const dead = deadLetters(scope);
  const role = functionRole(scope, functionRights(scope, logs, dead));
  const code = made === undefined ? unknownOutput<pulumi.asset.Archive>() : new pulumi.asset.FileArchive(made.archive);
  const fn = lambdaFunction(scope, request, code, { role, logs, dead });
  const alias = publishedAlias(scope, fn, durableRights(scope, role, fn));
  const url = functionUrl(scope, fn, alias);
  eventInvokeConfig(scope, fn, alias);
  provisionedConcurrency(scope, fn, alias);
  return functionOutputs({ fn, alias, url, role, logs, dead }, made?.artifact);
}
