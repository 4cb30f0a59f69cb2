import { InvalidInputError, UvLambdaError } from "../../lib/errors.js";
import type { Reporter } from "../../lib/log.js";
import { valueOf, type Arguments, type CommandContext } from "../command.js";
import { flagProblem, flagWords } from "./buildFlags.js";

/** Runs `action`. Where the inputs were given as flags, its warnings and errors name flags; in a request, inputs. */
export async function inWordsOf<T>(
  args: Arguments,
  context: CommandContext,
  action: (context: CommandContext) => Promise<T>,
): Promise<T> {
  if (valueOf(args, "request") !== undefined) return action(context);
  const reporter: Reporter = {
    progress: (message, amount) => context.reporter.progress(message, amount),
    warn: (message) => context.reporter.warn(flagWords(message)),
  };
  try {
    return await action({ ...context, reporter });
  } catch (error) {
    if (error instanceof InvalidInputError) throw new InvalidInputError(error.problems.map(flagProblem));
    if (!(error instanceof UvLambdaError)) throw error;
    const { code, message, hint, problems, cause } = error;
    const translated = problems.map((problem) => ({ ...problem, message: flagWords(problem.message) }));
    const details = { ...(hint !== undefined && { hint: flagWords(hint) }), problems: translated, cause };
    throw new UvLambdaError(code, flagWords(message), details);
  }
}
