import { parseVersion } from "../../project/pep440.js";
import { plainVersion } from "../providedPackages.js";
import { imageRules } from "./imageRules.js";
import { environmentRules, tagRules } from "./mapRules.js";
import { maxLayers } from "../conflicts/layerConflicts.js";
import { functionNameLimit } from "../resourceNames.js";
import { noNameTwice, packageName, packageRules } from "./packageRules.js";
import { policyDocument, policySizes } from "./policyRules.js";
import { settingRules } from "./settingRules.js";
import {
  all,
  atMostCharacters,
  atMostItems,
  between,
  eachKey,
  lambdaName,
  matches,
  noTwice,
  oneOf,
  type Finding,
  type Rule,
} from "./valueRules.js";

const retentionDays = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const logGroupName = all(
  matches(/^(?!arn:)[^]*$/, "must be the log group's name, not its ARN"),
  matches(/^(?!aws\/)/, "must not begin with `aws/`, which CloudWatch reserves; `/aws/` is allowed"),
  matches(/^[.\-_/#A-Za-z0-9]+$/, "may have letters, digits and `.`, `-`, `_`, `/`, `#`"),
  atMostCharacters(512),
);

const layerVersionArn = matches(
  /^arn:aws[a-z-]*:lambda:[^:]+:\d{12}:layer:[A-Za-z0-9-_]+:\d+$/,
  "must be the ARN of a layer version: `arn:aws:lambda:<region>:<account>:layer:<name>:<version>`",
);

const managedPolicy = matches(
  /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/\S+$/,
  "must be the ARN of a managed policy: `arn:aws:iam::<account or aws>:policy/<name>`",
);

/** Lambda attaches one version of a layer at most. */
function oneVersionEach(layers: readonly unknown[]): Finding[] {
  const names = layers.map((arn) => (typeof arn === "string" ? arn.replace(/:\d+$/, "") : undefined));
  return names.flatMap((name, i) =>
    name !== undefined && names.indexOf(name) < i
      ? [{ message: "is another version of a layer that is already in the list", at: i, whole: true }]
      : [],
  );
}

function packageVersion(version: string): Finding[] {
  return parseVersion(plainVersion(version)) === undefined ? [{ message: "must be a version, as in `2.11.3`" }] : [];
}

const handler = all(
  matches(
    /^[^\s./\\-][^\s\\]*\.[^\s./\\]+$/,
    "must name a module and a function in it, as in `my_package.api.handler` or `my_package/api.handler`",
  ),
  matches(/^(?!.*(\.\.|\/\/|\.\/|\/\.))/, "must not have empty parts between its dots and slashes"),
  atMostCharacters(128),
);

/**
 * What AWS and uv allow, beyond the types in schema.json. Keys are property paths with `[]` for any item of a list and
 * `{}` for any value of a map. Ranges and patterns are those of Lambda's, IAM's and CloudWatch's API models.
 */
export const functionRules: Readonly<Record<string, Rule>> = {
  ...packageRules,
  handler,
  ...imageRules,
  name: lambdaName(functionNameLimit),
  tags: tagRules,
  memorySize: between(128, 10_240, "MB"),
  timeout: between(1, 900, "seconds"),
  "ephemeralStorage.size": between(512, 10_240, "MB"),
  environment: environmentRules,
  kmsKeyArn: matches(
    /^arn:aws[a-z-]*:kms:[^:]+:\d{12}:key\/\S+$/,
    "must be the ARN of a KMS key, ending in `:key/<id>`",
  ),
  role: matches(
    /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
    "must be the ARN of a role: `arn:aws:iam::<account>:role/<name>`",
  ),
  roleName: all(matches(/^[\w+=,.@-]+$/, "may have letters, digits and `+=,.@_-`"), atMostCharacters(64)),
  rolePath: all(matches(/^\/([\x21-\x7e]+\/)?$/, "must begin and end with `/`"), atMostCharacters(512)),
  permissionsBoundary: managedPolicy,
  policyArns: noTwice,
  "policyArns[]": managedPolicy,
  inlinePolicies: all(
    eachKey(matches(/^[\w+=,.@-]{1,128}$/, "a policy's name may have up to 128 letters, digits and `+=,.@_-`")),
    policySizes,
  ),
  "inlinePolicies{}": policyDocument,
  layers: all(atMostItems(maxLayers, "layers"), noTwice, oneVersionEach),
  "layers[]": layerVersionArn,
  provided: all(eachKey(packageName), noNameTwice),
  "provided{}": packageVersion,
  "powertools.version": matches(/^(latest|\d+\.\d+\.\d+)$/, "must be a release, as in `3.20.0`, or `latest`"),
  "powertools.layerArn": layerVersionArn,
  artifactBucket: all(
    matches(
      /^[a-z0-9][a-z0-9.-]*[a-z0-9]$/,
      "must be the name of a bucket: lowercase letters, digits, `-` and `.`, with a letter or digit at both ends",
    ),
    matches(/^.{3,63}$/, "must have 3 to 63 characters"),
    matches(/^(?!.*\.\.)(?!\d+(\.\d+){3}$)/, "must not have two dots in a row or look like an IP address"),
  ),
  logRetentionDays: oneOf(retentionDays, " (0 keeps them forever)"),
  logGroupName,
  logGroup: logGroupName,
  ...settingRules,
};

/** Strings that may be empty; everywhere else an empty string is a mistake. */
export const mayBeEmpty: ReadonlySet<string> = new Set([
  "description",
  "environment{}",
  "tags{}",
  "buildEnvironment{}",
  "image.buildArgs{}",
]);
