import type * as pulumi from "@pulumi/pulumi";
import type * as provider from "@pulumi/pulumi/provider/index.js";
import { InvalidInputError, type Problem } from "../lib/errors.js";
import type { PackageRequest } from "../packaging/request.js";
import { resolveTarget } from "../runtimes/index.js";
import { engineError } from "./failures.js";
import { givenInputs } from "./givenInputs.js";
import { resolveInputs } from "./inputs.js";
import { makePackage } from "./madePackage.js";
import { PackagedComponent, type Order } from "./packagedComponent.js";
import type { ResolvedInputs } from "./resolved.js";
import { resourceSchema } from "./schema.js";
import type { Tools } from "./tools.js";

/** A component that a program asked for. */
export interface Asked {
  readonly name: string;
  readonly resolved: ResolvedInputs;
  readonly opts: pulumi.ComponentResourceOptions;
}

/** What of `inputs` is to be packaged, and what is created around it. */
export interface Plan<Outputs> {
  readonly request: PackageRequest;
  readonly warnings: readonly string[];
  readonly create: Order<Outputs>["create"];
}

/** One type of component: how its inputs are judged, and what becomes of them. */
export interface ComponentKind<Outputs extends object> {
  readonly token: string;
  /** What it is called in messages. */
  readonly noun: string;
  /** Everything that is wrong with the known inputs. */
  problems(tools: Tools, asked: Asked): Promise<Problem[]>;
  /** `inputs` are those of the program, judged, null-free. */
  plan(tools: Tools, inputs: pulumi.Inputs, asked: Asked): Promise<Plan<Outputs>>;
}

export type Construct = (
  tools: Tools,
  name: string,
  inputs: pulumi.Inputs,
  opts: pulumi.ComponentResourceOptions,
) => Promise<provider.ConstructResult>;

/**
 * What the engine asks for when a program creates a component: check the inputs, build, create. Nothing is registered
 * before all known inputs are right. Throws errors that the engine prints well.
 */
export function constructorOf<Outputs extends object>(kind: ComponentKind<Outputs>): Construct {
  return async (tools, name, inputs, opts) => {
    const resolved = await resolveInputs(inputs);
    try {
      const asked = { name, resolved, opts };
      const problems = await kind.problems(tools, asked);
      if (problems.length > 0) throw new InvalidInputError(problems);
      const given = givenInputs(tools.schema, resourceSchema(tools.schema, kind.token), inputs, resolved);
      const { request, warnings, create } = await kind.plan(tools, given, asked);
      const order: Order<Outputs> = {
        inputs: given,
        warnings: [...warnings, ...runtimeWarnings(request, tools.today)],
        make: (reporter) => makePackage(tools, request, resolved, reporter),
        create,
      };
      const component = new PackagedComponent(kind.token, name, order, opts);
      return { urn: component.urn, state: await component.outputs() };
    } catch (error) {
      throw engineError(error, resolved.secrets, kind.noun);
    }
  };
}

function runtimeWarnings({ runtime, architecture }: PackageRequest, today: string): readonly string[] {
  return resolveTarget(runtime, architecture, today).warnings;
}
