import type * as lambda from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { PackageRequest } from "../../packaging/request.js";
import type { ArchiveSource } from "./archive.js";
import { layerVersion, stackWideName } from "./layerVersion.js";
import { dependencyLayerNameFor } from "../../inputs/resourceNames.js";
import type { FunctionContext } from "../function/functionContext.js";

/** The layer with the function's dependencies. */
export function dependencyLayer(
  { component, names, inputs, resourceName }: FunctionContext,
  request: PackageRequest,
  source: ArchiveSource,
): lambda.LayerVersion {
  const owner = pulumi.output(inputs.name ?? stackWideName(resourceName));
  const layerName = owner.apply(dependencyLayerNameFor);
  return layerVersion({ component, name: names.layer, inputs }, { layerName }, request, source);
}
