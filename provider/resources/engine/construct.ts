import type * as pulumi from "@pulumi/pulumi";
import type * as provider from "@pulumi/pulumi/provider/index.js";
import { InvalidInputError, type Problem } from "../../lib/errors.js";
import type { PackageRequest } from "../../packaging/request.js";
import { resolveTarget } from "../../runtimes/index.js";
import { awsProviderProblems } from "./awsProvider.js";
import { engineError } from "./failures.js";
import { plainInputs } from "./plainInputs.js";
import { resolveInputs } from "./resolveInputs.js";
import { componentOptions, optionWarnings, type UnusedOption } from "./options/componentOptions.js";
import { buildPackage } from "./builtPackage.js";
import { PackagedComponent, type Construction } from "./packagedComponent.js";
import type { ResolvedInputs } from "../../inputs/resolved.js";
import { resourceSchema } from "../../inputs/schema/packageSchema.js";
import type { ProviderServices } from "./services.js";

/** A component that a program asked for. */
export interface ComponentRequest {
  readonly name: string;
  readonly resolved: ResolvedInputs;
  readonly opts: pulumi.ComponentResourceOptions;
}

/** What to package, and what to create around it. */
export interface Plan<Outputs> {
  readonly request: PackageRequest;
  readonly warnings: readonly string[];
  readonly create: Construction<Outputs>["create"];
}

/** One type of component: how its inputs are checked, and what is made of them. */
export interface ComponentKind<Outputs extends object> {
  readonly token: string;
  /** Its name in messages. */
  readonly noun: string;
  /** Options of the component that it gives to resources in it. */
  readonly passesOn: readonly UnusedOption[];
  /** Everything that is wrong with the known inputs. */
  problems(services: ProviderServices, componentRequest: ComponentRequest): Promise<Problem[]>;
  /** `inputs` are those of the program, checked and without nulls. */
  plan(services: ProviderServices, inputs: pulumi.Inputs, componentRequest: ComponentRequest): Promise<Plan<Outputs>>;
}

export type Construct = (
  services: ProviderServices,
  name: string,
  inputs: pulumi.Inputs,
  opts: pulumi.ComponentResourceOptions,
) => Promise<provider.ConstructResult>;

/**
 * What the engine asks for when a program creates a component: check the inputs, build, create. Nothing is registered
 * before all known inputs are right. Throws errors that the engine prints well.
 */
export function constructorOf<Outputs extends object>(kind: ComponentKind<Outputs>): Construct {
  return async (services, name, inputs, served) => {
    const opts = await componentOptions(served);
    const resolved = await resolveInputs(inputs);
    try {
      const componentRequest = { name, resolved, opts };
      const problems = [...(await kind.problems(services, componentRequest)), ...(await awsProviderProblems(opts))];
      if (problems.length > 0) throw new InvalidInputError(problems);
      const plain = plainInputs(services.schema, resourceSchema(services.schema, kind.token), inputs, resolved);
      const { request, warnings, create } = await kind.plan(services, plain, componentRequest);
      const construction: Construction<Outputs> = {
        inputs: plain,
        warnings: [...optionWarnings(opts, kind.passesOn), ...warnings, ...runtimeWarnings(request, services.today)],
        build: (reporter) => buildPackage(services, request, resolved, { name, reporter }),
        create: (component, built) => {
          services.beforeCreation();
          return create(component, built);
        },
      };
      const component = new PackagedComponent(kind.token, name, construction, opts);
      return { urn: component.urn, state: await component.outputs() };
    } catch (error) {
      throw engineError(error, resolved.secrets, kind.noun);
    }
  };
}

function runtimeWarnings({ runtime, architecture }: PackageRequest, today: string): readonly string[] {
  return resolveTarget(runtime, architecture, today).warnings;
}
