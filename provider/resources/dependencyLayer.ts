import * as lambda from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { PackageRequest } from "../packaging/request.js";
import type { ArchiveSource } from "./archive.js";
import { functionDefaults as defaults } from "./defaults.js";
import { dependencyLayerNameFor } from "./names.js";
import type { Scope } from "./scope.js";

/** The layer with the function's dependencies. */
export function dependencyLayer(
  { component, names, inputs, resourceName }: Scope,
  { runtime, architecture }: PackageRequest,
  source: ArchiveSource,
): lambda.LayerVersion {
  const owner = pulumi.output(inputs.name ?? `${pulumi.getProject()}-${pulumi.getStack()}-${resourceName}`);
  return new lambda.LayerVersion(
    names.layer,
    {
      layerName: owner.apply(dependencyLayerNameFor),
      ...source,
      compatibleRuntimes: [runtime],
      compatibleArchitectures: [architecture],
    },
    // Every other version of dependencies is a replacement, also where the function is protected.
    { parent: component, protect: false, retainOnDelete: inputs.retainLayerVersions ?? defaults.retainLayerVersions },
  );
}
