import { packageRules } from "./packageRules.js";
import { all, atMostCharacters, matches, type Rule } from "./valueRules.js";

/** Like functionRules, for a `Layer`. */
export const layerRules: Readonly<Record<string, Rule>> = {
  ...packageRules,
  name: all(matches(/^[a-zA-Z0-9-_]+$/, "may have letters, digits, `-` and `_`"), atMostCharacters(140)),
};
