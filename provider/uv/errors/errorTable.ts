import { InvalidInputError, UvLambdaError, type ErrorCode } from "../../lib/errors.js";
import { lockMissing, lockStale } from "../../project/lock/lockErrors.js";
import { noPyproject, notAMember, unsuitableWheel } from "../../project/projectErrors.js";
import type { ErrorRow } from "./errorRow.js";
import { settingsErrors } from "./settingsErrors.js";
import { noExtra, noGroup, propertyOf, unknownNames } from "./unknownNames.js";
import type { NameList, Selection, UvCall } from "./uvCall.js";

/** The first row that matches wins: causes come before their effects. */
export const errorTable: readonly ErrorRow[] = [
  {
    pattern: /Unable to find lockfile at/,
    explain: (_, { root }) => lockMissing(root),
  },
  {
    pattern:
      /The lockfile at `uv\.lock` needs to be updated(?:, but `[^`]+` was provided: (Missing workspace member `[^`]+`))?/,
    explain: ([, why], { root }) => lockStale(root, why),
  },
  {
    pattern: /uses an unsupported schema version \(v(\d+), but only v(\d+)/,
    explain: ([, found, known], { root, uvPath }) =>
      failed(
        "LOCK_UNREADABLE",
        `uv.lock in ${root} has schema version ${found}; the uv at ${uvPath} reads version ${known}.`,
        "Use the version of uv that wrote the lock, for example with UVLAMBDA_UV.",
      ),
  },
  {
    pattern: /Failed to parse `uv\.lock`(?:.*? at line (\d+), column (\d+))?/,
    explain: ([, line, column], { root, lastLines }) =>
      failed(
        "LOCK_UNREADABLE",
        `${root}/uv.lock${line ? `:${line}:${column}` : ""} cannot be read:\n${lastLines}`,
        `If a merge left it like this, take one side, then run \`uv lock\` in ${root}.`,
      ),
  },
  {
    pattern: /Required uv version `([^`]+)` does not match the running version `([^`]+)`/,
    explain: ([, wanted, found], { uvPath }) =>
      failed(
        "UV_UNUSABLE",
        `The project requires uv ${wanted} (tool.uv.required-version), but ${uvPath} is uv ${found}.`,
        "Install that version, or point UVLAMBDA_UV at it.",
      ),
  },
  {
    pattern: /(?:The workspace does not have a member ([^:\s]+)|Package `([^`]+)` not found in workspace)/,
    explain: ([, a, b], { selection }) => notAMember(a ?? b ?? "", selection?.naming?.members ?? []),
  },
  {
    pattern: /Group `([^`]+)` is not defined/,
    explain: ([, name = ""], { selection }) => {
      const property = propertyOf(name, selection, ["groups", "onlyGroups"]);
      return unknown(property, noGroup(name, selection?.naming?.groups), selection);
    },
  },
  {
    pattern: /Extra `([^`]+)` is not defined in the `optional-dependencies` table for `([^`]+)`/,
    explain: ([, name = "", owner = ""], { selection }) => {
      const property = propertyOf(name, selection, ["extras"]);
      return unknown(property, noExtra(name, owner, selection?.naming?.extras), selection);
    },
  },
  {
    pattern:
      /((?:Extra|Group|Package|Project)[^{]{0,300}?) are incompatible with the (?:\S+ ){0,2}conflicts: (\{[^}]*\})/i,
    explain: ([, what = "", sets]) =>
      invalid(
        /^extra/i.test(what) ? "extras" : "groups",
        `${what} cannot be used together: tool.uv.conflicts has ${sets}.`,
      ),
  },
  {
    pattern: /invalid value '([^']*)' for '--(package|group|only-group|extra|prune)\b[^']*'/,
    explain: ([, value = "", flag = ""], { selection }) => {
      const property = flag === "package" ? "package" : propertyOf(value, selection, listsOfFlag[flag] ?? []);
      return invalid(
        property,
        `${JSON.stringify(value)} is not a valid name. Names have letters and digits, with -, _ or . between them.`,
      );
    },
  },
  ...settingsErrors,
  {
    pattern:
      /(?:Failed to parse: `?([^`\s]*pyproject\.toml)`?(?:.*? at line (\d+), column (\d+))?|No `pyproject\.toml` found)/,
    explain: ([, file, line, column], { root, lastLines }) =>
      file === undefined
        ? noPyproject(root)
        : failed(
            "PROJECT_UNREADABLE",
            `${root}: ${file}${line ? `:${line}:${column}` : ""} cannot be read:\n${lastLines}`,
          ),
  },
  {
    pattern: /Hash mismatch for `([^`]+)` Expected: (.{1,500}?) Computed: (\S+)/,
    explain: ([, what = "", expected, computed], { root }) =>
      failed(
        "HASH_MISMATCH",
        `${what} does not match its hash in uv.lock. Expected ${expected}, got ${computed}.`,
        `The file has changed since it was locked. If the change is legitimate, run \`uv lock --refresh --upgrade-package ${what.split(/[ =@]/, 1)[0]}\` in ${root}.`,
      ),
  },
  {
    pattern: /The built wheel `([^`]+)` is not compatible with the target/,
    explain: ([, wheel], { lastLines }) =>
      unsuitableWheel(`${wheel} was built on this machine and does not run on the target:\n${lastLines}`),
  },
  {
    pattern: /(?:Package `([^`]+)` can't be installed because it is marked as (?:both )?`--no-binary`)/,
    explain: ([, name]) =>
      failed(
        "NO_WHEEL",
        `uv's settings forbid the wheels of ${name}: no-binary, no-binary-package or [tool.uv.pip] in the project or in a uv.toml of this machine.`,
        `To fix this, remove it from that setting, or set \`sourceBuilds: ["${name}"]\` to build it on this machine.`,
      ),
  },
  {
    pattern:
      /Package `([^`]+)` can't be installed because it (?:is marked as `--no-build`|doesn't have a source distribution or wheel)|(?<!\S)(\S{1,300}) has no (?:usable )?wheels\b/,
    explain: ([, a, b], { lastLines }) =>
      failed(
        "NO_WHEEL",
        `${a ?? b} has no wheel for the target:\n${lastLines}`,
        `To fix this, set \`sourceBuilds: ["${(a ?? b ?? "").replace(/==.*/, "")}"]\` to build it on this machine, or lock another version.`,
      ),
  },
  {
    pattern:
      /requested interpreter resolved to Python (\S+), which is incompatible with .{0,500}?Python requirement: `([^`]+)`/,
    explain: ([, found, wanted]) =>
      failed("PYTHON_NOT_FOUND", `uv needs Python ${wanted} for this, but found ${found}.`, pythonHint),
  },
  {
    pattern: /Failed to inspect Python interpreter .{0,200}? at `([^`]+)`/,
    explain: ([, file], { lastLines }) =>
      failed(
        "PYTHON_NOT_FOUND",
        `${file}, the first Python that uv tried, does not work:\n${lastLines}`,
        "Activate an installed version in its version manager (`pyenv global`, `asdf set`, `mise use`), or run `uv python install`.",
      ),
  },
  {
    pattern: /No interpreter found(?: for ([^,]{1,300}?))? in /,
    explain: ([, wanted]) =>
      failed(
        "PYTHON_NOT_FOUND",
        `uv found no interpreter${wanted ? ` for ${wanted}` : ""} on this machine.`,
        pythonHint,
      ),
  },
  {
    pattern:
      /\b(401 Unauthorized|403 Forbidden|407 Proxy Authentication Required)\b|lack of valid authentication credentials|could not read (?:Username|Password) for|terminal prompts disabled|Permission denied \(publickey|Authentication failed for/,
    explain: (_, { flat, lastLines }) =>
      failed(
        "INDEX_AUTH",
        `${hostIn(flat)} refused the credentials, or got none:\n${lastLines}`,
        "Set UV_INDEX_<NAME>_USERNAME and UV_INDEX_<NAME>_PASSWORD for the index, in the environment or in `buildEnvironment`; for git, GIT_* or an ssh agent.",
      ),
  },
  {
    pattern: /\b429 Too Many Requests\b/,
    explain: (_, { flat, lastLines, hostOf }) =>
      failed(
        "NETWORK",
        `${downloadIn(flat)}${hostIn(flat, hostOf)} limits how many requests it answers:\n${lastLines}`,
        "Wait a minute and run the command again. A lower UV_CONCURRENT_DOWNLOADS sends fewer requests at the same time.",
      ),
  },
  {
    pattern:
      /end of file before message length reached|unexpected BufError|Invalid zip file structure|error decoding response body|unexpected end of file|early eof|invalid gzip header|corrupt deflate stream|unable to locate the end of central directory|connection closed before message completed|Bad (?:un)?compressed size|Bad CRC/i,
    explain: (_, { flat, lastLines, hostOf }) =>
      failed(
        "NETWORK",
        `${downloadIn(flat)}${hostIn(flat, hostOf)} did not send the whole file:\n${lastLines}`,
        "Run the command again. If the error comes back, the index or a proxy cuts downloads off. `uv cache clean` removes broken files from uv's cache.",
      ),
  },
  {
    pattern:
      /dns error|tcp connect error|Connection (?:refused|reset)|error sending request|[Oo]peration timed out|server error \(5\d\d|Could not resolve host|peer certificate|tls handshake/i,
    explain: (_, { flat, lastLines }) =>
      failed(
        "NETWORK",
        `${hostIn(flat)} could not be reached:\n${lastLines}`,
        "Check the network, the proxy (HTTPS_PROXY) and certificates (SSL_CERT_FILE, UV_SYSTEM_CERTS=1). With a warm uv cache no network is needed.",
      ),
  },
  {
    pattern: /No space left on device|Disk quota exceeded/,
    explain: (_, { lastLines }) =>
      failed(
        "STORE_FULL",
        `The disk is full:\n${lastLines}`,
        "To fix this, free some space, or set UV_CACHE_DIR and UVLAMBDA_CACHE_DIR to folders with more space.",
      ),
  },
  {
    pattern: /Failed to (?:download and )?build `([^`]+)`|[Bb]uild backend (?:failed|returned an error)/,
    explain: ([, what], { lastLines }) =>
      failed("LOCAL_BUILD_FAILED", `${what ?? "A package"} could not be built:\n${lastLines}`),
  },
];

const listsOfFlag: Readonly<Record<string, readonly NameList[]>> = {
  group: ["groups"],
  "only-group": ["onlyGroups"],
  extra: ["extras"],
  prune: ["prune"],
};

const pythonHint =
  "Any CPython from 3.8 on will do: install one, run `uv python install`, or let uv download one (UV_PYTHON_DOWNLOADS=automatic).";

function failed(code: ErrorCode, message: string, hint?: string): UvLambdaError {
  return new UvLambdaError(code, message, hint === undefined ? {} : { hint });
}

function invalid(property: string, message: string): UvLambdaError {
  return new InvalidInputError([{ property, message }]);
}

/** With what else uv would refuse after it. */
function unknown(property: string, message: string, selection: Selection | undefined): UvLambdaError {
  const all = unknownNames(selection ?? {});
  const isAmong = all.some((one) => one.property === property);
  return isAmong ? new InvalidInputError(all) : invalid(property, message);
}

/** Names the package whose file could not be downloaded, if uv does. */
function downloadIn(text: string): string {
  const what = packageIn(text);
  return what === undefined ? "" : `${what} could not be downloaded: `;
}

function packageIn(text: string): string | undefined {
  return /Failed to (?:download|fetch|extract|read|install|prepare)(?: distributions|:)? `([^`]{1,200})`/.exec(
    text,
  )?.[1];
}

/** The first host that a message names, else that of the package's file in the lock. */
function hostIn(text: string, hostOf: UvCall["hostOf"] = () => undefined): string {
  const known = hostOf(packageIn(text)?.replace(/[ =@].*/s, "") ?? "") ?? "The index";
  return /\bhttps?:\/\/(?:[^@/\s]*@)?([^/\s`'")]+)/.exec(text)?.[1] ?? known;
}
