import { rewordError } from "../lib/errors.js";
import type { Reporter } from "../lib/log.js";
import type { MachineSettings } from "../lib/machine.js";
import { redact } from "../lib/redaction/redact.js";
import { machineFileSecrets, projectFileSecrets } from "../uv/settings/credentialFiles.js";
import { secretValues } from "../uv/settings/environment.js";
import type { PackageOptions } from "./packager.js";
import type { PackageRequest } from "./request.js";

/** What the work inside a call uses. */
export interface CallOptions extends PackageOptions {
  /** Everything that no message or file may show. Read only when it is needed: most calls show nothing. */
  readonly secrets: () => readonly string[];
}

/** Runs a call of the packager. Its messages, and the error that it ends with, are redacted here once more. */
export async function redactedCall<T>(
  machine: MachineSettings,
  { project }: PackageRequest,
  options: PackageOptions,
  action: (options: CallOptions) => Promise<T>,
): Promise<T> {
  const { buildEnvironment = {} } = options;
  let known: readonly string[] | undefined;
  const secrets = () =>
    (known ??= [
      ...new Set([
        ...secretValues(machine.environment, {}),
        ...secretValues(machine.environment, buildEnvironment),
        ...machineFileSecrets({ ...machine.environment, ...buildEnvironment }),
        ...projectFileSecrets(project),
      ]),
    ]);
  try {
    return await action({ ...options, secrets, reporter: redacting(options.reporter, secrets) });
  } catch (error) {
    throw rewordError(error, (text) => redact(text, secrets()));
  }
}

function redacting(reporter: Reporter, secrets: () => readonly string[]): Reporter {
  // A phase is reported many times, each time with another amount.
  let last = { message: "", redacted: "" };
  const redacted = (message: string) => {
    if (last.message !== message) last = { message, redacted: redact(message, secrets()) };
    return last.redacted;
  };
  return {
    progress: (message, amount) => reporter.progress(redacted(message), amount),
    warn: (message) => reporter.warn(redact(message, secrets())),
  };
}
