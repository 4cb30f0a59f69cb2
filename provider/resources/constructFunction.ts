import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type * as provider from "@pulumi/pulumi/provider/index.js";
import { InvalidInputError, UvLambdaError, type ErrorCode } from "../lib/errors.js";
import type { Reporter } from "../lib/log.js";
import type { PackageRequest } from "../packaging/request.js";
import { resolveTarget } from "../runtimes/index.js";
import { attachmentKeys } from "./attachmentKeys.js";
import { codeFile } from "./build.js";
import { engineError } from "./failures.js";
import { FunctionComponent, type MadeFunction } from "./function.js";
import { givenInputs } from "./givenInputs.js";
import { resolveInputs } from "./inputs.js";
import { claimScope } from "./logGroupClaims.js";
import { packageRequest } from "./request.js";
import type { ResolvedInputs } from "./resolved.js";
import { resourceSchema } from "./schema.js";
import type { FunctionInputs } from "./schemaTypes.js";
import { functionToken } from "./tokens.js";
import type { Tools } from "./tools.js";
import { functionProblems, functionWarnings, knownBuildEnvironment } from "./validate.js";

/**
 * What the engine asks for when a program creates a function: check the inputs, build, create. Nothing is registered
 * before all known inputs are right. Throws errors that the engine prints well.
 */
export async function constructFunction(
  tools: Tools,
  name: string,
  inputs: pulumi.Inputs,
  opts: pulumi.ComponentResourceOptions,
): Promise<provider.ConstructResult> {
  const resolved = await resolveInputs(inputs);
  try {
    const claimant = { name, scope: await claimScope(opts) };
    const problems = [
      ...functionProblems(tools.schema, resolved, tools.buildEnvironmentProblems),
      ...tools.logGroups.claim(claimant, resolved),
    ];
    if (problems.length > 0) throw new InvalidInputError(problems);
    const schema = resourceSchema(tools.schema, functionToken);
    const given = givenInputs(tools.schema, schema, inputs, resolved) as unknown as FunctionInputs;
    const request = await packageRequest(given, tools.programFolder);
    const order = {
      inputs: given,
      request,
      warnings: [...functionWarnings(resolved), ...runtimeWarnings(request, tools.today)],
      attachmentKeys: attachmentKeys(resolved),
      make: (reporter: Reporter) => makePackage(tools, request, resolved, reporter),
    };
    const component = new FunctionComponent(name, order, opts);
    return { urn: component.urn, state: await component.outputs() };
  } catch (error) {
    throw engineError(error, resolved.secrets);
  }
}

function runtimeWarnings({ runtime, architecture }: PackageRequest, today: string): readonly string[] {
  return resolveTarget(runtime, architecture, today).warnings;
}

/** Builds and lays the archive where the engine reads it. */
async function makePackage(
  { packager, workFolder }: Tools,
  request: PackageRequest,
  { values }: ResolvedInputs,
  reporter: Reporter,
): Promise<MadeFunction | undefined> {
  const { variables, isComplete } = knownBuildEnvironment(values);
  try {
    const artifact = await packager.package(request, { reporter, buildEnvironment: variables });
    const file = codeFile(artifact);
    return { artifact, archive: await workFolder.place(path.join(artifact.folder, file.name), file.sha256) };
  } catch (error) {
    if (isComplete || !pulumi.runtime.isDryRun() || !mayNeedCredentials(error)) throw error;
    reporter.warn(
      "buildEnvironment is not known before the deployment, and without it the packages cannot be fetched: this preview cannot say whether the function changes.",
    );
    return undefined;
  }
}

const credentialErrors: ReadonlySet<ErrorCode> = new Set(["INDEX_AUTH", "NETWORK", "UV_FAILED"]);

function mayNeedCredentials(error: unknown): boolean {
  return error instanceof UvLambdaError && credentialErrors.has(error.code);
}
