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
