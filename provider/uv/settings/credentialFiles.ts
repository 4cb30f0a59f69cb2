import * as os from "node:os";
import * as path from "node:path";
import { configHome, dataHome, homeFolder, possibleMachineFiles } from "./machineFiles.js";
import { readTextSync } from "../../lib/regularFile.js";
import { urlSecrets } from "../../lib/redaction/urlParts.js";
import type { EnvironmentVariables } from "../../lib/processes/environmentVariables.js";

/** Nobody keeps credentials or settings in larger files. */
const maxBytes = 8 * 1024 * 1024;

/** Files of a project that may hold credentials in their URLs. */
const projectFiles = ["uv.lock", "pyproject.toml", "uv.toml"];

/**
 * Secrets in the machine's files from which uv and git take credentials: netrc, uv's own store, settings with
 * indexes, git's store. Read only when something is about to be shown.
 */
export function machineFileSecrets(environment: EnvironmentVariables): string[] {
  const [home, config] = [homeFolder(environment), configHome(environment)];
  const data = dataHome(environment);
  const read = (...parts: (string | undefined)[]) =>
    parts.every((part) => part) ? (readTextSync(path.join(...(parts as string[])), maxBytes) ?? "") : "";
  const netrc = environment["NETRC"];
  return [
    ...netrcSecrets(netrc ? read(netrc) : `${read(home, ".netrc")}\n${read(home, "_netrc")}`),
    ...tomlSecrets(read(environment["UV_CREDENTIALS_DIR"], "credentials.toml")),
    ...tomlSecrets(read(data, "uv", "credentials", "credentials.toml")),
    ...[
      ...possibleMachineFiles(environment).map((file) => read(file)),
      read(environment["APPDATA"], "uv", "uv.toml"),
      read(home, ".git-credentials"),
      read(config, "git", "credentials"),
    ].flatMap(urlSecrets),
  ];
}

/** Files of the machine that uv opens by itself, as the environment names them. `/dev/null` means none. */
export function userFiles(environment: EnvironmentVariables): string[] {
  const home = homeFolder(environment);
  const named = ["NETRC", "SSL_CERT_FILE", "SSL_CLIENT_CERT"].map((name) => environment[name]);
  const known = [...named, home && path.join(home, ".netrc"), ...possibleMachineFiles(environment)];
  return known.filter((file): file is string => Boolean(file) && file !== os.devNull);
}

/** Secrets in the URLs of a project's files, in the folder and in the folders above it that uv reads. */
export function projectFileSecrets(folder: string): string[] {
  const secrets: string[] = [];
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    for (const name of projectFiles) {
      const text = readTextSync(path.join(at, name), 64 * maxBytes);
      if (text !== undefined && text.includes("://")) secrets.push(...urlSecrets(text));
    }
    if (at === path.dirname(at)) return secrets;
  }
}

/** The passwords and accounts in a netrc. User names are not secrets. */
function netrcSecrets(text: string): string[] {
  const words = text
    .split(/\r?\n/)
    .filter((line) => !line.trimStart().startsWith("#"))
    .join("\n")
    .match(/"(?:[^"\\]|\\.)*"|\S+/g);
  return [...(words ?? [])].flatMap((word, i, all) => {
    const keyword = all[i - 1];
    if (keyword !== "password" && keyword !== "account") return [];
    return word.startsWith('"') ? [word.slice(1, -1).replace(/\\(.)/g, "$1"), word] : [word];
  });
}

/** What `uv auth login` stores in plain text when there is no keyring. */
function tomlSecrets(text: string): string[] {
  return [...text.matchAll(/^[ \t]*(?:password|token)[ \t]*=[ \t]*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)')/gm)].flatMap(
    ([, basic, literal]) => (basic === undefined ? [literal ?? ""] : [basic, basic.replace(/\\(.)/g, "$1")]),
  );
}
