import type { PackageRequest } from "../../packaging/request.js";
import { publishedAlias } from "./alias.js";
import { Build, buildRecord } from "../build/buildRecord.js";
import { createCode } from "../code/createCode.js";
import { provisionedConcurrency } from "./provisionedConcurrency.js";
import { deadLetters } from "./deadLetter.js";
import { durableRights } from "./durable.js";
import { eventInvokeConfig } from "./eventInvoke.js";
import { functionOutputs } from "./functionOutputs.js";
import { lambdaFunction } from "./lambdaFunction.js";
import { functionLogs } from "./logs/logs.js";
import type { BuiltPackage } from "../engine/builtPackage.js";
import { functionRights } from "./role/rights.js";
import { functionRole } from "./role/role.js";
import type { FunctionOutputs } from "../engine/componentTypes.js";
import type { FunctionContext } from "./functionContext.js";
import { functionUrl } from "./url.js";

/** Everything that one function consists of. */
export async function createFunction(
  context: FunctionContext,
  request: PackageRequest,
  built: BuiltPackage | undefined,
): Promise<FunctionOutputs> {
  const { component, names } = context;
  const build = new Build(names.build, buildRecord(request, built), { parent: component, protect: false });
  if (built?.files.image !== undefined) {
    await registered(build);
    context.refuseUnbuildable(built);
  }
  const code = createCode(context, request, built);
  const logs = functionLogs(context);
  const dead = deadLetters(context);
  const role = functionRole(context, functionRights(context, logs, dead));
  const fn = lambdaFunction(context, request, { code, role, logs, dead });
  const alias = publishedAlias(context, fn, durableRights(context, role, fn));
  const url = functionUrl(context, fn, alias);
  eventInvokeConfig(context, fn, alias);
  provisionedConcurrency(context, fn, alias);
  return functionOutputs({ fn, alias, url, code, role, logs, dead }, built);
}

function registered({ urn }: Build): Promise<unknown> {
  return new Promise((resolve) => urn.apply(resolve));
}
