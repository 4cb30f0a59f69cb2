import { isPlainUser, urlSecrets } from "../../lib/redaction/urlParts.js";
import type { EnvironmentVariables } from "../../lib/processes/environmentVariables.js";

/**
 * The variables that uv gets from the machine. All others stay out: they could reach the output, or a build could read
 * them.
 */
const inheritedNames = new Set([
  // the system
  ...["PATH", "HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP", "DBUS_SESSION_BUS_ADDRESS"],
  ...["APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT"],
  // the network
  ...["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSL_CLIENT_CERT"],
  ...["UV_OFFLINE", "UV_SYSTEM_CERTS", "UV_NATIVE_TLS", "UV_INSECURE_HOST", "UV_HTTP_TIMEOUT", "UV_HTTP_RETRIES"],
  ...["UV_CONCURRENT_DOWNLOADS", "UV_CONCURRENT_BUILDS", "UV_CONCURRENT_INSTALLS", "UV_LOCK_TIMEOUT"],
  // indexes and credentials
  ...["UV_INDEX", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_CONFIG_FILE"],
  ...["UV_KEYRING_PROVIDER", "UV_CREDENTIALS_DIR", "NETRC", "SSH_AUTH_SOCK", "SSH_AGENT_PID"],
  // uv's own folders
  ...["UV_CACHE_DIR", "UV_PYTHON_DOWNLOADS", "UV_PYTHON_INSTALL_DIR", "UV_PYTHON_INSTALL_MIRROR"],
]);

const inheritedPatterns = [/^XDG_/, /^UV_INDEX_\w+_(USERNAME|PASSWORD)$/, /^GIT_/];

/** A git hook or a test sets these for its own repository. Git inside uv would apply them to the dependency's. */
const gitRepository =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|PREFIX|NAMESPACE)$/;

/** The variables that the user may set with the input `buildEnvironment`. */
const buildEnvironmentNames = [
  /^UV_INDEX_\w+_(USERNAME|PASSWORD)$/,
  /^UV_KEYRING_PROVIDER$/,
  /^NETRC$/,
  /^SSL_CERT_FILE$/,
  /^GIT_\w+$/,
];

/** The machine's environment can override these. */
const defaults: EnvironmentVariables = { UV_LOCK_TIMEOUT: "1800" };

/** Same on every machine, because build backends look at them. */
const fixed: EnvironmentVariables = {
  UV_NO_PROGRESS: "1",
  NO_COLOR: "1",
  // 1980, the first date that a zip file can hold.
  SOURCE_DATE_EPOCH: "315532800",
  PYTHONHASHSEED: "0",
  PYTHONDONTWRITEBYTECODE: "1",
  LC_ALL: "C.UTF-8",
  TZ: "UTC",
  // Any interpreter that exists will do, whatever `python-preference` says: it does not decide what ships.
  UV_PYTHON_PREFERENCE: "managed",
  // Nobody can answer a prompt.
  GIT_TERMINAL_PROMPT: "0",
};

/** The whole environment of a uv process. */
export function uvEnvironment(
  inherited: EnvironmentVariables,
  buildEnvironment: EnvironmentVariables,
): Record<string, string> {
  const kept = Object.entries(inherited).filter(([name]) => isInherited(name));
  return withGitSettings({ ...defaults, ...Object.fromEntries(kept), ...buildEnvironment, ...fixed });
}

/** Files of git packages must be as they were committed, whatever the user's settings do to line endings. */
const gitSettings = [
  ["core.autocrlf", "false"],
  ["core.eol", "lf"],
] as const;

/** After those that the environment already has: the last of a name wins. */
function withGitSettings(environment: Record<string, string>): Record<string, string> {
  const given = Number(environment["GIT_CONFIG_COUNT"] ?? 0) || 0;
  const result: Record<string, string> = { ...environment, GIT_CONFIG_COUNT: String(given + gitSettings.length) };
  for (const [i, [key, value]] of gitSettings.entries()) {
    result[`GIT_CONFIG_KEY_${given + i}`] = key;
    result[`GIT_CONFIG_VALUE_${given + i}`] = value;
  }
  return result;
}

/** The keys of `buildEnvironment` that are not allowed, each with a message that lists the allowed ones. */
export function buildEnvironmentProblems(buildEnvironment: EnvironmentVariables): { key: string; message: string }[] {
  return Object.keys(buildEnvironment)
    .filter((key) => !buildEnvironmentNames.some((pattern) => pattern.test(key)))
    .map((key) => ({
      key,
      message:
        `${JSON.stringify(key)} cannot be set for uv. Allowed: UV_INDEX_<NAME>_USERNAME, UV_INDEX_<NAME>_PASSWORD, ` +
        "UV_KEYRING_PROVIDER, NETRC, SSL_CERT_FILE, GIT_*.",
    }));
}

/** Values that no message, log or file may show, for `redact`. */
export function secretValues(inherited: EnvironmentVariables, buildEnvironment: EnvironmentVariables): string[] {
  const given = { ...inherited, ...buildEnvironment };
  const secrets = new Set<string>();
  for (const [name, value] of Object.entries(given)) {
    if (isCredential(name, given) || (name in buildEnvironment && !isPlain(name))) secrets.add(value);
    if (isInherited(name)) for (const secret of urlSecrets(value)) secrets.add(secret);
  }
  secrets.delete("");
  return [...secrets];
}

function isInherited(name: string): boolean {
  // Windows writes `Path`, and proxies are in lower case everywhere.
  const upper = name.toUpperCase();
  if (gitRepository.test(upper)) return false;
  return inheritedNames.has(upper) || inheritedPatterns.some((pattern) => pattern.test(upper));
}

/** A user name without a password is a token, so it is secret. With one, it is a word like `aws`. */
function isCredential(name: string, environment: EnvironmentVariables): boolean {
  if (/^UV_INDEX_\w+_PASSWORD$/.test(name) || /^GIT_CONFIG_VALUE_\d+$/.test(name)) return true;
  if (!/^UV_INDEX_\w+_USERNAME$/.test(name) || environment[name.replace(/USERNAME$/, "PASSWORD")]) return false;
  return !isPlainUser(environment[name] ?? "");
}

function isPlain(name: string): boolean {
  return (
    name === "UV_KEYRING_PROVIDER" ||
    name.endsWith("_USERNAME") ||
    name === "GIT_CONFIG_COUNT" ||
    name.startsWith("GIT_CONFIG_KEY_")
  );
}
