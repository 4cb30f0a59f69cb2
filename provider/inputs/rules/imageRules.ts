import type { Problem } from "../../lib/errors.js";
import { formatOf } from "../formatOf.js";
import { isSet } from "../isSet.js";
import { isPlainObject, type ResolvedInputs } from "../resolved.js";
import { all, atMostCharacters, eachKey, matches, type Rule } from "./valueRules.js";

/** Like functionRules, for `image`. */
export const imageRules: Readonly<Record<string, Rule>> = {
  "image.repositoryUrl": matches(
    /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+$/,
    "must be a registry and a repository, as in `123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/api`, without `https://`, tag or digest",
  ),
  "image.baseImage": matches(
    /^[A-Za-z0-9][\w./:@-]*$/,
    "must be the name of an image, as in `public.ecr.aws/lambda/python:3.13`, with or without a digest",
  ),
  "image.target": matches(/^[A-Za-z0-9][\w.-]*$/, "must be the name of a stage of the Dockerfile"),
  "image.buildArgs": eachKey(matches(/^[A-Za-z_]\w*$/, "the name of an argument has letters, digits and `_`")),
  "image.secrets": eachKey(matches(/^[\w.-]+$/, "the name of a secret has letters, digits, `.`, `_` and `-`")),
  "image.builder": matches(/^[A-Za-z0-9][\w.-]*$/, "must be the name of a builder, as `docker buildx ls` lists it"),
  "image.workingDirectory": all(matches(/^\//, "must be an absolute path in the image"), atMostCharacters(1000)),
};

/** Settings that the format of `packageFormat` cannot have. Each message names both settings. */
export function formatConflicts(values: Readonly<Record<string, unknown>>): Problem[] {
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

type Settings = Readonly<Record<string, unknown>>;

function refuseSettings(image: Settings, settings: readonly string[], message: string): Problem[] {
  return settings.flatMap((setting) =>
    image[setting] === undefined ? [] : [{ property: `image.${setting}`, message }],
  );
}

function publisherConflicts(image: Settings): Problem[] {
  if (image["publisher"] === undefined) return [];
  const message = "cannot be combined with `image.publisher`, which builds without BuildKit";
  return refuseSettings(image, ["builder", "buildArgs", "secrets", "cacheFrom", "cacheTo"], message);
}

function dockerfileConflicts(image: Settings): Problem[] {
  if (image["dockerfile"] !== undefined)
    return refuseSettings(
      image,
      ["baseImage"],
      "cannot be combined with `image.dockerfile`, whose `FROM` lines say what it builds on",
    );
  const usual = "needs `image.dockerfile`: the built-in Dockerfile has one stage and takes no arguments or secrets";
  return refuseSettings(image, ["target", "buildArgs", "secrets"], usual);
}

/** A build argument can be read in the image, and its value is part of the tag. */
export function secretArguments({ secrets }: ResolvedInputs): Problem[] {
  const message = "is secret, and build arguments can be read in the image's history; pass it in `image.secrets`";
  return [...secrets]
    .filter((path) => /^image\.buildArgs\b/.test(path))
    .sort()
    .map((property) => ({ property, message }));
}
