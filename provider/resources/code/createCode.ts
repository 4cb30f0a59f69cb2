import { formats } from "../../formats/index.js";
import { definedOnly } from "../../lib/definedOnly.js";
import type { PackageRequest } from "../../packaging/request.js";
import type { BuiltPackage } from "../engine/builtPackage.js";
import { archivesOf } from "./archive.js";
import type { CreateCode } from "./functionCode.js";
import { imageCode } from "./image/imageCode.js";
import { dependencyLayer } from "./dependencyLayer.js";

/** SEAM: creates what the request's format needs in addition to the function. */
export const createCode: CreateCode = (context, request, built) =>
  (formats[request.packageFormat].buildsImage ? imageCode : archiveCode)(context, request, built);

const archiveCode: CreateCode = (context, request, built) => {
  const archive = archivesOf(context, built);
  const layer = hasLayer(request, built) ? dependencyLayer(context, request, archive("layer")) : undefined;
  const { handler, runtime } = request;
  return {
    args: { ...archive("code"), handler, runtime },
    layers: layer === undefined ? [] : [layer.arn],
    outputs: definedOnly({ layerArn: layer?.arn, layerVersion: layer?.version }),
  };
};

/** A function without dependencies has no layer. A package that cannot be built yet is assumed to have dependencies. */
function hasLayer({ packageFormat }: PackageRequest, built: BuiltPackage | undefined): boolean {
  return built === undefined ? formats[packageFormat].isLayered : built.files.layer !== undefined;
}
