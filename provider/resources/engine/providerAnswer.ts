import * as pulumi from "@pulumi/pulumi";
import { InvalidInputError } from "../../lib/errors.js";
import { unknownOutput } from "../build/buildRecord.js";

/**
 * The answer of the aws provider. Whatever its types say, there is none while its own settings are unknown, which is
 * possible only in a preview. In a deployment the missing answer would reach AWS as an empty value, so it is an error
 * of `property`.
 */
export function answerOr(answer: string | undefined, property: string): pulumi.Input<string> {
  if (answer !== undefined && answer !== "") return answer;
  if (pulumi.runtime.isDryRun()) return unknownOutput<string>();
  const message =
    "the aws provider does not answer a question that this input depends on. To fix this, check that it has version 7";
  throw new InvalidInputError([{ property, message }]);
}
