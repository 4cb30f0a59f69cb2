import * as pulumi from "@pulumi/pulumi";
import { InvalidInputError, UvLambdaError, unexpectedText } from "../../lib/errors.js";
import { systemError } from "../../lib/systemErrors.js";
import { NotDeployed } from "./failureGate.js";
import { isPrivate } from "../../inputs/resolved.js";

/** The engine prints the value at a property's path, secret or not; a path that leads nowhere has no value. */
const notShown = " (value not shown)";

/** The engine prints each property on a separate line, indented by two tabs. */
const continuation = "\n\t\t  ";

/**
 * The error in a form that the engine prints well: one line for each property that the user can fix. For anything
 * unexpected, one line asks for a report, with the details at debug level. `secrets` are the property paths of secret
 * inputs; `what` is the component: "function".
 */
export function engineError(error: unknown, secrets: ReadonlySet<string>, what: string): Error {
  if (error instanceof NotDeployed) return error;
  if (!(error instanceof UvLambdaError)) {
    const known = systemError(error);
    return known === undefined ? unexpected(error) : engineError(known, secrets, what);
  }
  if (error.code === "CANCELLED") return new Error("cancelled");
  return new pulumi.InputPropertiesError({
    message: headline(error, what),
    errors: error.problems.map(({ property, message }) => ({
      propertyPath: isPrivate(secrets, property) ? `${property}${notShown}` : property,
      reason: message.replaceAll("\n", continuation),
    })),
  });
}

function headline(error: UvLambdaError, what: string): string {
  if (!(error instanceof InvalidInputError)) return `the ${what} cannot be packaged (${error.code})`;
  const count = error.problems.length;
  return count === 1 ? "an input is wrong" : `${count} inputs are wrong`;
}

function unexpected(error: unknown): Error {
  const text = error instanceof Error ? error.message : String(error);
  void pulumi.log.debug(`uvlambda: ${error instanceof Error ? (error.stack ?? text) : text}`);
  return new Error(
    `${unexpectedText(error)}\nThis is a defect of uvlambda; please report it with the output of the same command with \`--debug\`.`,
  );
}
