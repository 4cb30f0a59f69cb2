import { LayerVersion } from "@pulumi/aws/lambda/layerVersion.js";
import * as pulumi from "@pulumi/pulumi";
import type { PackageRequest } from "../../packaging/request.js";
import type { ArchiveSource } from "./archive.js";
import { functionDefaults as defaults } from "../../inputs/schema/defaults.js";
import { definedOnly } from "../../lib/definedOnly.js";
import { retainOption } from "../engine/options/retainOption.js";

/** The owner of the layer, and the name of its resource. */
export interface LayerScope {
  readonly component: pulumi.ComponentResource;
  readonly name: string;
  readonly inputs: { readonly retainLayerVersions?: boolean };
}

/** AWS does not make names of layers unique, so the name of the stack is part of it. */
export function stackWideName(resourceName: string): string {
  return `${pulumi.getProject()}-${pulumi.getStack()}-${resourceName}`;
}

/** A layer with third-party packages. */
export function layerVersion(
  { component, name, inputs }: LayerScope,
  about: { readonly layerName: pulumi.Input<string>; readonly description?: pulumi.Input<string> },
  { runtime, architecture }: PackageRequest,
  source: ArchiveSource,
): LayerVersion {
  const args = { ...about, ...source, compatibleRuntimes: [runtime], compatibleArchitectures: [architecture] };
  return new LayerVersion(name, definedOnly(args), {
    parent: component,
    // Every change of packages replaces the version, even where the component is protected.
    protect: false,
    ...retainOption(inputs.retainLayerVersions ?? defaults.retainLayerVersions),
  });
}
