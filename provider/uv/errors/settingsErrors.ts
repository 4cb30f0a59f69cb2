import { UvLambdaError, type ErrorCode } from "../../lib/errors.js";
import type { ErrorRow } from "./errorRow.js";

/** What uv says about its own settings: variables, uv.toml, and the folders that they name. */
export const settingsErrors: readonly ErrorRow[] = [
  {
    pattern: /Failed to parse environment variable `([^`]{1,200})` with invalid value/,
    explain: ([, name = ""], { lastLines }) => wrongVariable(name, lastLines),
  },
  {
    pattern: /invalid value '[^']*' for '--([a-z-]{1,50})/,
    explain: ([, flag = ""], { lastLines }) =>
      wrongVariable(`UV_${flag.toUpperCase().replaceAll("-", "_")}`, lastLines),
  },
  {
    pattern: /Failed to parse: `?(?!\S*(?:pyproject\.toml|uv\.lock))([^`]{1,1000}?\.toml)`? /,
    explain: ([, file = ""], { lastLines }) =>
      failed("UV_SETTINGS", `uv cannot use its settings in ${file}:\n${lastLines}`, `Correct ${file}.`),
  },
  {
    pattern: /failed to (?:open|read from) file `([^`]{1,1000})`: (?=No such file|Is a directory|Permission denied)/,
    explain: ([, file = ""], { lastLines }) =>
      failed(
        "UV_SETTINGS",
        `uv cannot read ${file}:\n${lastLines}`,
        `If it is the file that UV_CONFIG_FILE names, correct that variable or unset it. Otherwise, make ${file} readable.`,
      ),
  },
  {
    pattern: /Failed to read `--find-links` (?:directory|URL|path|file)?:? ?(\S{1,1000}) /,
    explain: ([, place = ""], { lastLines }) =>
      failed(
        "UV_SETTINGS",
        `uv cannot read ${place}, which find-links or an index names:\n${lastLines}`,
        `Git keeps no empty or ignored folders: restore ${place}. Or remove it from find-links (UV_FIND_LINKS) or tool.uv.index, and run \`uv lock\`.`,
      ),
  },
  {
    pattern: /Failed to initialize cache at `([^`]{1,1000})`/,
    explain: ([, folder = ""], { lastLines }) =>
      failed(
        "STORE_UNUSABLE",
        `uv cannot use its cache in ${folder}:\n${lastLines}`,
        "To fix this, set UV_CACHE_DIR to a folder of your own that you can write to.",
      ),
  },
  {
    // uv is asked again without --offline, so this is a setting.
    pattern: /[Nn]etwork connectivity is disabled|network was disabled/,
    explain: (_, { lastLines }) =>
      failed(
        "NETWORK",
        `uv's settings forbid the network, and its cache does not have everything:\n${lastLines}`,
        "Run once without UV_OFFLINE and without `offline = true` in uv.toml and tool.uv: that fills uv's cache.",
      ),
  },
];

function wrongVariable(name: string, lastLines: string): UvLambdaError {
  return failed("UV_SETTINGS", `uv refuses the value of ${name}:\n${lastLines}`, `Correct ${name}, or unset it.`);
}

function failed(code: ErrorCode, message: string, hint: string): UvLambdaError {
  return new UvLambdaError(code, message, { hint });
}
