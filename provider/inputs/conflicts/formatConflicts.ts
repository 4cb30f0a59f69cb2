import type { Problem } from "../../lib/errors.js";
import { formatOf } from "../formatOf.js";
import { isSet } from "../isSet.js";
import { isPlainObject } from "../resolved.js";

type Values = Readonly<Record<string, unknown>>;

/** Settings that the format of `packageFormat` cannot have. Each message names both settings. */
export function formatConflicts(values: Values): Problem[] {
  const format = formatOf(values["packageFormat"]);
  if (format === undefined) return [];
  const { image } = values;
  if (!format.buildsImage) {
    const message = `needs \`packageFormat\` to be \`image\`, but it is \`${format.name}\``;
    return image === undefined ? [] : [{ property: "image", message }];
  }
  const refuse = (property: string, isGiven: boolean, why: string): Problem[] =>
    isGiven ? [{ property, message: `cannot be combined with \`packageFormat\` \`${format.name}\`: ${why}` }] : [];
  const noLayers = "Lambda attaches layers to zip archives only; add their packages to the project";
  return [
    ...(isPlainObject(image) ? [...dockerfileConflicts(image), ...publisherConflicts(image)] : []),
    ...refuse("layers", !format.takesLayers && isSet(values["layers"]), noLayers),
    ...refuse("provided", !format.takesLayers && isSet(values["provided"]), noLayers),
    ...refuse("powertools", !format.takesLayers && values["powertools"] !== undefined, noLayers),
    ...refuse(
      "codeSigningConfigArn",
      values["codeSigningConfigArn"] !== undefined,
      "Lambda checks the signatures of archives only",
    ),
    ...refuse("snapStart", values["snapStart"] !== undefined, "SnapStart does not support it"),
  ];
}

function refuseSettings(image: Values, settings: readonly string[], message: string): Problem[] {
  return settings.flatMap((setting) =>
    image[setting] === undefined ? [] : [{ property: `image.${setting}`, message }],
  );
}

function publisherConflicts(image: Values): Problem[] {
  if (image["publisher"] === undefined) return [];
  const message = "cannot be combined with `image.publisher`, which builds without BuildKit";
  return refuseSettings(image, ["builder", "buildArgs", "secrets", "cacheFrom", "cacheTo"], message);
}

function dockerfileConflicts(image: Values): Problem[] {
  if (image["dockerfile"] !== undefined)
    return refuseSettings(
      image,
      ["baseImage"],
      "cannot be combined with `image.dockerfile`, whose `FROM` lines say what it builds on",
    );
  const usual = "needs `image.dockerfile`: the built-in Dockerfile has one stage and takes no arguments or secrets";
  return refuseSettings(image, ["target", "buildArgs", "secrets"], usual);
}
