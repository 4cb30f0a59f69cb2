import * as pulumi from "@pulumi/pulumi";
import { InvalidInputError } from "../../lib/errors.js";
import { unknownOutput } from "../build/buildRecord.js";

/**
 * What the aws provider answered. Nothing, whatever its types say, while its own settings are unknown: that can only be in
 * a preview. In a deployment it would reach AWS as an empty value, so it is an error of `property`.
 */
export function answerOr(answer: string | undefined, property: string): pulumi.Input<string> {
  if (answer !== undefined && answer !== "") return answer;
  if (pulumi.runtime.isDryRun()) return unknownOutput<string>();
  const message =
    "the aws provider does not answer a question that this input depends on. To fix this: check that it is of version 7";
  throw new InvalidInputError([{ property, message }]);
}
