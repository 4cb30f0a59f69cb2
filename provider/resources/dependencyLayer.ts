import * as lambda from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { PackageRequest } from "../packaging/request.js";
import { archiveSource } from "./archive.js";
import { functionDefaults as defaults } from "./defaults.js";
import { dependencyLayerNameFor } from "./names.js";
import type { MadePackage } from "./madePackage.js";
import type { Scope } from "./scope.js";

/** The layer with the function's dependencies; none when it has no dependencies. */
export function dependencyLayer(
  { component, names, inputs, resourceName }: Scope,
  { runtime, architecture }: PackageRequest,
  made: MadePackage | undefined,
): lambda.LayerVersion | undefined {
  if (made !== undefined && made.files.layer === undefined) return undefined;
  const owner = pulumi.output(inputs.name ?? `${pulumi.getProject()}-${pulumi.getStack()}-${resourceName}`);
  return new lambda.LayerVersion(
    names.layer,
    {
      layerName: owner.apply(dependencyLayerNameFor),
      ...archiveSource(made, "layer"),
      compatibleRuntimes: [runtime],
      compatibleArchitectures: [architecture],
    },
    // Every other version of dependencies is a replacement, also where the function is protected.
    { parent: component, protect: false, retainOnDelete: inputs.retainLayerVersions ?? defaults.retainLayerVersions },
  );
}
