import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { InvalidInputError } from "../../lib/errors.js";
import { attachmentKeys } from "./role/attachmentKeys.js";
import { layerWarnings } from "../layer/builtLayers.js";
import { constructorOf, type ComponentKind } from "../engine/construct.js";
import type { BuiltPackage } from "../engine/builtPackage.js";
import { rowOf } from "../engine/progress.js";
import { createFunction } from "./createFunction.js";
import { claimScope } from "./nameClaims.js";
import { automaticNameProblems } from "../../inputs/automaticNames.js";
import { functionChildNames } from "../../inputs/resourceNames.js";
import { adoptedLogs } from "./logs/adoptedLogs.js";
import { powertoolsLayer } from "./powertools.js";
import { packageRequest } from "../../inputs/packageRequest.js";
import type { FunctionInputs, FunctionOutputs } from "../engine/componentTypes.js";
import type { PackageRequest } from "../../packaging/request.js";
import { functionToken } from "../../inputs/schema/tokens.js";
import type { ProviderServices } from "../engine/services.js";
import { functionProblems, functionWarnings } from "../../inputs/validate.js";

const functionKind: ComponentKind<FunctionOutputs> = {
  token: functionToken,
  noun: "function",
  passesOn: ["customTimeouts"],

  async problems(services, { name, resolved, opts }) {
    const claimant = { name, scope: await claimScope(opts) };
    return [
      ...functionProblems(services.schema, resolved, services.buildEnvironmentProblems),
      ...automaticNameProblems(name, resolved, pulumi.runtime.getConfig("pulumi:autonaming") !== undefined),
      ...services.names.claim(claimant, resolved),
    ];
  },

  async plan(services, plain, { name, resolved, opts }) {
    const inputs = plain as unknown as FunctionInputs;
    const provided = resolved.values["provided"] as Readonly<Record<string, string>> | undefined;
    const baseRequest = await packageRequest(inputs, services.programFolder, provided);
    const layer = services.layers.find(provided ?? {}, baseRequest);
    const request: PackageRequest = { ...baseRequest, layerArtifacts: layer === undefined ? [] : [layer.artifact] };
    const names = functionChildNames(name);
    const context = {
      resourceName: name,
      inputs,
      names,
      customTimeouts: opts.customTimeouts,
      attachmentKeys: attachmentKeys(resolved),
      refuseUnbuildable: ({ artifact: { outputHash } }: BuiltPackage) => {
        const message = services.unbuildable.refusalOf({ name: names.build, outputHash });
        const property = inputs.image?.publisher === undefined ? "image.builder" : "image.publisher";
        if (message !== undefined) throw new InvalidInputError([{ property, message }]);
      },
      directUploadLimit: services.directUploadLimit,
    };
    return {
      request,
      warnings: [...functionWarnings(resolved), ...layerWarnings(layer, request)],
      create: async (component, built) => {
        await noteBuilder(services, inputs, { component, name: names.build }, built);
        const powertools = await powertoolsLayer(component, inputs.powertools, request, built);
        const adopted = await adoptedLogs(component, inputs.logGroup);
        return createFunction({ ...context, component, powertools, adoptedLogs: adopted }, request, built);
      },
    };
  },
};

/**
 * Remembers that an image cannot be built here. If one must be built, that is a warning in a preview, and in an
 * update an error before any resource of the function is created.
 */
async function noteBuilder(
  services: ProviderServices,
  { image }: FunctionInputs,
  { component, name }: { readonly component: pulumi.ComponentResource; readonly name: string },
  built: BuiltPackage | undefined,
): Promise<void> {
  if (built?.files.image === undefined) return;
  const problem = await services.builderProblem(image ?? {});
  if (problem === undefined) return;
  // The engine's check runs outside of this construct, and a log belongs to the construct that calls it.
  const warn = AsyncResource.bind((text: string) => rowOf(component).warn(text));
  services.unbuildable.add(
    { name, outputHash: built.artifact.outputHash },
    { problem, warn: pulumi.runtime.isDryRun() ? warn : undefined },
  );
}

/** `uvlambda:index:Function`: the build, then the function and what belongs to it. */
export const constructFunction = constructorOf(functionKind);
