import { attachmentKeys } from "./attachmentKeys.js";
import { constructorOf, type ComponentKind } from "./construct.js";
import { createFunction } from "./function.js";
import { claimScope } from "./logGroupClaims.js";
import { functionChildNames } from "./names.js";
import { packageRequest } from "./request.js";
import type { FunctionInputs, FunctionOutputs } from "./schemaTypes.js";
import { functionToken } from "./tokens.js";
import { functionProblems, functionWarnings } from "./validate.js";

const functionKind: ComponentKind<FunctionOutputs> = {
  token: functionToken,

  async problems(tools, { name, resolved, opts }) {
    const claimant = { name, scope: await claimScope(opts) };
    return [
      ...functionProblems(tools.schema, resolved, tools.buildEnvironmentProblems),
      ...tools.logGroups.claim(claimant, resolved),
    ];
  },

  async plan(tools, given, { name, resolved }) {
    const inputs = given as unknown as FunctionInputs;
    const request = await packageRequest(inputs, tools.programFolder);
    const own = {
      resourceName: name,
      inputs,
      names: functionChildNames(name),
      attachmentKeys: attachmentKeys(resolved),
      directUploadLimit: tools.directUploadLimit,
    };
    return {
      request,
      warnings: functionWarnings(resolved),
      create: (component, made) => createFunction({ ...own, component }, request, made),
    };
  },
};

/** `uvlambda:index:Function`: the build, then the function and what belongs to it. */
export const constructFunction = constructorOf(functionKind);
