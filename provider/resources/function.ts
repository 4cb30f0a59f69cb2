import type { PackageRequest } from "../packaging/request.js";
import { publishedAlias } from "./alias.js";
import { Build, buildRecord } from "./build.js";
import { functionCode } from "./code.js";
import { provisionedConcurrency } from "./concurrency.js";
import { deadLetters } from "./deadLetter.js";
import { durableRights } from "./durable.js";
import { eventInvokeConfig } from "./eventInvoke.js";
import { functionOutputs } from "./functionOutputs.js";
import { lambdaFunction } from "./lambdaFunction.js";
import { functionLogs } from "./logs.js";
import type { MadePackage } from "./madePackage.js";
import { functionRights } from "./rights.js";
import { functionRole } from "./role.js";
import type { FunctionOutputs } from "./schemaTypes.js";
import type { Scope } from "./scope.js";
import { functionUrl } from "./url.js";

/** Everything that one function consists of. */
export function createFunction(scope: Scope, request: PackageRequest, made: MadePackage | undefined): FunctionOutputs {
  const { component, names } = scope;
  new Build(names.build, buildRecord(request, made), { parent: component, protect: false });
  const code = functionCode(scope, request, made);
  const logs = functionLogs(scope);
  const dead = deadLetters(scope);
  const role = functionRole(scope, functionRights(scope, logs, dead));
  const fn = lambdaFunction(scope, request, { code, role, logs, dead });
  const alias = publishedAlias(scope, fn, durableRights(scope, role, fn));
  const url = functionUrl(scope, fn, alias);
  eventInvokeConfig(scope, fn, alias);
  provisionedConcurrency(scope, fn, alias);
  return functionOutputs({ fn, alias, url, code, role, logs, dead }, made);
}
