import { InvalidInputError } from "../lib/errors.js";
import { archivesOf } from "./archive.js";
import { Build, buildRecord, unknownOutput } from "./build.js";
import { constructorOf, type ComponentKind } from "./construct.js";
import { layerVersion, stackWideName } from "./layerVersion.js";
import type { MadePackage } from "./madePackage.js";
import { layerChildNames, layerNameFor } from "./names.js";
import { present } from "./present.js";
import { layerRequest } from "./request.js";
import type { LayerInputs, LayerOutputs } from "./schemaTypes.js";
import { layerToken } from "./tokens.js";
import { layerProblems } from "./validate.js";

const layerKind: ComponentKind<LayerOutputs> = {
  token: layerToken,
  noun: "layer",

  problems: async (tools, { resolved }) => layerProblems(tools.schema, resolved, tools.buildEnvironmentProblems),

  async plan(tools, given, { name }) {
    const inputs = given as unknown as LayerInputs;
    const { directUploadLimit } = tools;
    const request = await layerRequest(inputs, tools.programFolder);
    return {
      request,
      warnings: [],
      create: (component, made) => {
        if (made !== undefined) refuseEmpty(made);
        if (made !== undefined) tools.layers.note(request, made.artifact);
        const names = layerChildNames(name);
        new Build(names.build, buildRecord(request, made), { parent: component, protect: false });
        const layer = layerVersion(
          { component, name: names.layer, inputs },
          present({
            layerName: inputs.name ?? layerNameFor(stackWideName(name)),
            description: inputs.description,
          }),
          request,
          archivesOf({ component, resourceName: name, names, inputs, directUploadLimit }, made)("layer"),
        );
        return { layerArn: layer.arn, layerVersion: layer.version, ...contents(made) };
      },
    };
  },
};

/** `uvlambda:index:Layer`: third-party packages to be shared by functions. */
export const constructLayer = constructorOf(layerKind);

function contents(made: MadePackage | undefined): Pick<LayerOutputs, "outputHash" | "packages"> {
  if (made === undefined) return { outputHash: unknownOutput(), packages: unknownOutput() };
  const { outputHash, packages } = made.artifact;
  return { outputHash, packages };
}

function refuseEmpty({ files }: MadePackage): void {
  if (files.layer !== undefined) return;
  const message =
    "has no third-party packages for what was chosen here, so there is nothing to put into a layer: local packages are code and ship with the functions. Name the member (`package`), `groups` or `extras` that need packages, or leave the layer out";
  throw new InvalidInputError([{ property: "project", message }]);
}
