import { InvalidInputError } from "../../lib/errors.js";
import { archivesOf } from "../code/archive.js";
import { Build, buildRecord, unknownOutput } from "../build/buildRecord.js";
import { constructorOf, type ComponentKind } from "../engine/construct.js";
import { layerVersion, stackWideName } from "../code/layerVersion.js";
import type { BuiltPackage } from "../engine/builtPackage.js";
import { layerChildNames, layerNameFor } from "../../inputs/resourceNames.js";
import { definedOnly } from "../../lib/definedOnly.js";
import { namedPackages } from "../../inputs/providedPackages.js";
import { layerRequest } from "../../inputs/packageRequest.js";
import type { LayerInputs, LayerOutputs } from "../engine/componentTypes.js";
import { layerToken } from "../../inputs/schema/tokens.js";
import { layerProblems } from "../../inputs/validate.js";

const layerKind: ComponentKind<LayerOutputs> = {
  token: layerToken,
  noun: "layer",
  passesOn: [],

  problems: async (services, { resolved }) =>
    layerProblems(services.schema, resolved, services.buildEnvironmentProblems),

  async plan(services, plain, { name }) {
    const inputs = plain as unknown as LayerInputs;
    const { directUploadLimit } = services;
    const request = await layerRequest(inputs, services.programFolder);
    return {
      request,
      warnings: [],
      create: (component, built) => {
        if (built !== undefined) refuseEmpty(built);
        if (built !== undefined) services.layers.note(request, built.artifact);
        const names = layerChildNames(name);
        new Build(names.build, buildRecord(request, built), { parent: component, protect: false });
        const layer = layerVersion(
          { component, name: names.layer, inputs },
          definedOnly({
            layerName: inputs.name ?? layerNameFor(stackWideName(name)),
            description: inputs.description,
          }),
          request,
          archivesOf({ component, resourceName: name, names, inputs, directUploadLimit }, built)("layer"),
        );
        return { layerArn: layer.arn, layerVersion: layer.version, ...contents(built) };
      },
    };
  },
};

/** `uvlambda:index:Layer`: third-party packages to be shared by functions. */
export const constructLayer = constructorOf(layerKind);

function contents(built: BuiltPackage | undefined): Pick<LayerOutputs, "outputHash" | "packages"> {
  if (built === undefined) return { outputHash: unknownOutput(), packages: unknownOutput() };
  return { outputHash: built.artifact.outputHash, packages: namedPackages(built.artifact) };
}

function refuseEmpty({ files }: BuiltPackage): void {
  if (files.layer !== undefined) return;
  const message =
    "has no third-party packages for these inputs, so the layer would be empty: local packages are code and ship with the functions. To fix this, name the member (`package`), `groups` or `extras` that need packages, or leave the layer out";
  throw new InvalidInputError([{ property: "project", message }]);
}
