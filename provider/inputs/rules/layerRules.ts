import { packageRules } from "./packageRules.js";
import { lambdaName, type Rule } from "./valueRules.js";

/** Like functionRules, for a `Layer`. */
export const layerRules: Readonly<Record<string, Rule>> = {
  ...packageRules,
  name: lambdaName(140),
};
