import { GlobError, compileGlob } from "../../lib/patterns/glob.js";
import { normaliseName } from "../../project/pyproject.js";
import { runtimeProblem } from "../../runtimes/index.js";
import { atMostCharacters, matches, noTwice, staysInside, type Finding, type Rule } from "./valueRules.js";

export const packageName = matches(
  /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/,
  "must be a name as in pyproject.toml: letters, digits, `.`, `_` and `-`, with a letter or digit at both ends",
);

/** Names of packages, each once however it is written: which of two versions counts would be a guess. */
export function noNameTwice(map: Readonly<Record<string, unknown>>): Finding[] {
  const names = Object.keys(map);
  return names.flatMap((name, i) => {
    const earlier = names.slice(0, i).find((one) => normaliseName(one) === normaliseName(name));
    const message = `${JSON.stringify(name)} is the same package as ${JSON.stringify(earlier)}; name it once`;
    return earlier === undefined ? [] : [{ message, at: name, whole: true }];
  });
}

function glob(pattern: string): Finding[] {
  try {
    compileGlob(pattern);
    return [];
  } catch (error) {
    if (error instanceof GlobError) return [{ message: error.message }];
    throw error;
  }
}

function imageOnlyForDocker({ mode, image }: { mode?: unknown; image?: unknown }): Finding[] {
  if (image === undefined || mode === "docker") return [];
  return [{ at: "image", message: 'is only used with `mode: "docker"`', whole: true }];
}

function runtime(name: string): Finding[] {
  const message = runtimeProblem(name);
  return message === undefined ? [] : [{ message }];
}

/** Like functionRules, for what is packaged; keys that a resource does not have do no harm. */
export const packageRules: Readonly<Record<string, Rule>> = {
  package: packageName,
  "groups[]": packageName,
  groups: noTwice,
  "extras[]": packageName,
  extras: noTwice,
  "onlyGroups[]": packageName,
  onlyGroups: noTwice,
  "prune[]": packageName,
  "sourceBuilds[]": packageName,
  bundling: imageOnlyForDocker,
  "bundling.image": matches(
    /^[A-Za-z0-9][\w./:@-]*$/,
    "must be the name of an image, as in `registry/build-python:3.13`",
  ),
  "include[]": glob,
  "exclude[]": glob,
  "onlyInclude[]": glob,
  "dependencyExclude[]": glob,
  "copyFiles[].to": staysInside,
  runtime,
  description: atMostCharacters(256),
};
