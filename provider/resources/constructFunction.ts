import * as pulumi from "@pulumi/pulumi";
import { attachmentKeys } from "./attachmentKeys.js";
import { layerWarnings } from "./builtLayers.js";
import { constructorOf, type ComponentKind } from "./construct.js";
import { createFunction } from "./function.js";
import { claimScope } from "./logGroupClaims.js";
import { functionChildNames } from "./names.js";
import { powertoolsLayer } from "./powertools.js";
import { packageRequest } from "./request.js";
import type { FunctionInputs, FunctionOutputs } from "./schemaTypes.js";
import { functionToken } from "./tokens.js";
import type { Tools } from "./tools.js";
import { functionProblems, functionWarnings } from "./validate.js";

const functionKind: ComponentKind<FunctionOutputs> = {
  token: functionToken,
  noun: "function",

  async problems(tools, { name, resolved, opts }) {
    const claimant = { name, scope: await claimScope(opts) };
    return [
      ...functionProblems(tools.schema, resolved, tools.buildEnvironmentProblems),
      ...tools.logGroups.claim(claimant, resolved),
    ];
  },

  async plan(tools, given, { name, resolved }) {
    const inputs = given as unknown as FunctionInputs;
    const provided = resolved.values["provided"] as Readonly<Record<string, string>> | undefined;
    const asked = await packageRequest(inputs, tools.programFolder, provided);
    const layer = tools.layers.find(provided ?? {}, asked);
    const request = { ...asked, besides: layer === undefined ? [] : [layer.artifact] };
    const own = {
      resourceName: name,
      inputs,
      names: functionChildNames(name),
      attachmentKeys: attachmentKeys(resolved),
      directUploadLimit: tools.directUploadLimit,
    };
    return {
      request,
      warnings: [
        ...functionWarnings(resolved),
        ...layerWarnings(layer, request),
        ...(await builderWarnings(tools, inputs)),
      ],
      create: async (component, made) => {
        const powertools = await powertoolsLayer(component, inputs.powertools, request, made);
        return createFunction({ ...own, component, powertools }, request, made);
      },
    };
  },
};

/** Not in a preview, which builds no image. */
async function builderWarnings(tools: Tools, { image }: FunctionInputs): Promise<string[]> {
  if (image?.builder === undefined || pulumi.runtime.isDryRun()) return [];
  const problem = await tools.builderProblem(image.builder);
  return problem === undefined ? [] : [problem];
}

/** `uvlambda:index:Function`: the build, then the function and what belongs to it. */
export const constructFunction = constructorOf(functionKind);
