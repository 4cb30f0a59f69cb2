import assert from "node:assert/strict";
import type { ErrorCode } from "../../../../provider/lib/errors.js";
import type { Selection } from "../../../../provider/uv/errors/uvCall.js";
import { uvError } from "../../../../provider/uv/errors/uvErrors.js";

const selection: Selection = {
  package: "apii",
  groups: ["nope", "web"],
  onlyGroups: ["only"],
  extras: ["Fast_x"],
  naming: {
    asked: { groups: ["web", "nope"], onlyGroups: ["only"], extras: ["Fast_x"], prune: [] },
    members: ["api", "core"],
    groups: ["note", "web"],
    extras: [],
  },
};
/** uv names the first only. */
const unknown = ["groups[1]", "onlyGroups[0]", "extras[0]"];
const explain = (stderr: string, secrets: string[] = []) =>
  uvError(stderr, { command: "uv test", root: "/repo/p", uvPath: "/bin/uv", secrets, selection });

interface Case {
  readonly code: ErrorCode;
  readonly says: RegExp;
  readonly property?: string;
  /** Of all problems, if there are several. */
  readonly properties?: readonly string[];
  /** The output of uv 0.13, then that of 0.12.11 if it differs. */
  readonly texts: readonly string[];
}

const cases: Record<string, Case> = {
  "no lock": {
    code: "LOCK_MISSING",
    says: /\/repo\/p has no uv\.lock[^]*uv lock/,
    texts: [
      "error: Unable to find lockfile at `uv.lock`, but `--frozen` was provided. To create a lockfile, run `uv lock` or `uv sync` without the flag.",
    ],
  },
  "stale lock": {
    code: "LOCK_STALE",
    says: /is out of date: Missing workspace member `newone`[^]*uv lock/,
    texts: [
      "error: The lockfile at `uv.lock` needs to be updated, but `--frozen` was provided: Missing workspace member `newone`.\n\nhint: To update the lockfile, run `uv lock`.",
    ],
  },
  "newer schema": {
    code: "LOCK_UNREADABLE",
    says: /schema version 2; the uv at \/bin\/uv reads version 1/,
    texts: [
      "error: The lockfile at `uv.lock` uses an unsupported schema version (v2, but only v1 is supported). Downgrade to a compatible uv version, or remove the `uv.lock` prior to running `uv lock` or `uv sync`.",
    ],
  },
  "merge conflict": {
    code: "LOCK_UNREADABLE",
    says: /\/repo\/p\/uv\.lock:1:9[^]*<<<<<<< HEAD[^]*merge/,
    texts: [
      "error: Failed to parse `uv.lock`\n  cause: TOML parse error at line 1, column 9\n           |\n         1 | <<<<<<< HEAD\n",
      "error: Failed to parse `uv.lock`\n  Caused by: TOML parse error at line 1, column 9\n      |\n    1 | <<<<<<< HEAD\n",
    ],
  },
  "required version": {
    code: "UV_UNUSABLE",
    says: /requires uv >=99[^]*\/bin\/uv is uv 0\.13\.9/,
    texts: [
      "error: Required uv version `>=99` does not match the running version `0.13.9`. Update `uv` by running `uv self update`.",
    ],
  },
  "unknown package": {
    code: "INVALID_INPUT",
    property: "package",
    says: /"apii" is not a member of the workspace\. Did you mean "api"\? Members: api, core\./,
    texts: [
      "error: The workspace does not have a member apii: /repo/p",
      "error: Package `apii` not found in workspace",
    ],
  },
  "unknown group": {
    code: "INVALID_INPUT",
    properties: unknown,
    says: /"nope".*Did you mean "note"\? Groups: note, web\./,
    texts: ["error: Group `nope` is not defined in the project's `dependency-groups` table"],
  },
  "unknown group of its own": {
    code: "INVALID_INPUT",
    properties: unknown,
    says: /"only"/,
    texts: ["error: Group `only` is not defined in the project's `dependency-groups` table"],
  },
  "unknown extra": {
    code: "INVALID_INPUT",
    properties: unknown,
    says: /"Fast_x".*apii\. It has none\./,
    texts: ["error: Extra `fast-x` is not defined in the `optional-dependencies` table for `api`"],
  },
  "conflicting extras": {
    code: "INVALID_INPUT",
    property: "extras",
    says: /Extras `new` and `old` cannot be used together.*conf-app\[new\]/,
    texts: [
      "error: Extras `new` and `old` are incompatible with the declared conflicts: {`conf-app[new]`, `conf-app[old]`}",
    ],
  },
  "conflicting groups": {
    code: "INVALID_INPUT",
    property: "groups",
    says: /Groups `g1` and `g2` cannot be used together/,
    texts: [
      "error: Groups `g1` and `g2` are incompatible with the declared conflicts: {`p:g1`, `p:g2`}",
      "error: Groups `g1` and `g2` are incompatible with the conflicts: {`p:g1`, `p:g2`}",
    ],
  },
  "bad name": {
    code: "INVALID_INPUT",
    property: "groups[1]",
    says: /"nope" is not a valid name/,
    texts: ["error: invalid value 'nope' for '--group <GROUP>': Not a valid package or extra name: \"nope\"."],
  },
  "bad pyproject.toml": {
    code: "PROJECT_UNREADABLE",
    says: /pyproject\.toml:13:6 cannot be read/,
    texts: [
      "error: Failed to parse: pyproject.toml\n  cause: TOML parse error at line 13, column 6\n            |\n         13 | x = [\n",
      "error: Failed to parse: `pyproject.toml`\n  Caused by: TOML parse error at line 13, column 6\n       |\n    13 | x = [\n",
    ],
  },
  "changed file": {
    code: "HASH_MISMATCH",
    says: /alpha==1\.2\.3 does not match its hash in uv\.lock\. Expected sha256:4567, got sha256:1237/,
    texts: [
      "error: Failed to download `alpha==1.2.3`\n  cause: Hash mismatch for `alpha==1.2.3`\n\n         Expected:\n           sha256:4567\n\n         Computed:\n           sha256:1237\n",
      "  × Failed to download `alpha==1.2.3`\n  ╰─▶ Hash mismatch for `alpha==1.2.3`\n\n      Expected:\n        sha256:4567\n\n      Computed:\n        sha256:1237\n",
    ],
  },
  "wheel for this machine": {
    code: "UNSUITABLE_WHEEL",
    says: /markupsafe-3\.0\.2-cp311-cp311-linux_x86_64\.whl was built on this machine[^]*docker/,
    texts: [
      "error: Failed to build `markupsafe==3.0.2`\n  cause: The built wheel `markupsafe-3.0.2-cp311-cp311-linux_x86_64.whl` is not compatible with the target Python 3.13 on Linux x86_64. Consider using `--no-build` to disable building wheels.",
    ],
  },
  "wheels forbidden by settings": {
    code: "NO_WHEEL",
    says: /uv.s settings forbid the wheels of alpha: no-binary/,
    texts: [
      "error: Package `alpha` can't be installed because it is marked as `--no-binary` but has no source distribution",
      "error: Package `alpha` can't be installed because it is marked as both `--no-binary` and `--no-build`",
    ],
  },
  "no wheel": {
    code: "NO_WHEEL",
    says: /docopt[^]*sourceBuilds: \["docopt"\]/,
    texts: [
      "error: Package `docopt` can't be installed because it is marked as `--no-build` but has no binary distribution",
      "error: No solution found when resolving dependencies\n  cause: Because docopt==0.6.2 has no usable wheels and you require it, we can conclude",
    ],
  },
  "no interpreter": {
    code: "PYTHON_NOT_FOUND",
    says: /no interpreter for Python 3\.14 [^]*uv python install/,
    texts: [
      "error: No interpreter found for Python 3.14 in virtual environments, managed installations, or search path\n\nhint: A managed Python download is available",
    ],
  },
  "wrong interpreter": {
    code: "PYTHON_NOT_FOUND",
    says: /needs Python >=3\.14 for this, but found 3\.11\.7/,
    texts: [
      "error: The requested interpreter resolved to Python 3.11.7, which is incompatible with the project's Python requirement: `>=3.14` (from `project.requires-python`)",
    ],
  },
  "no credentials": {
    code: "INDEX_AUTH",
    says: /^127\.0\.0\.1:44721 refused[^]*UV_INDEX_<NAME>_PASSWORD/,
    texts: [
      "error: Failed to download `alpha==1.2.3`\n  cause: Failed to fetch: http://127.0.0.1:44721/a.whl\n  cause: HTTP status client error (401 Unauthorized) for url (http://127.0.0.1:44721/a.whl)",
      "  × Failed to download `alpha==1.2.3`\n  ├─▶ Failed to fetch:\n  │   `http://127.0.0.1:44721/a.whl`\n  ╰─▶ HTTP status client error (403\n      Forbidden) for url (http://127.0.0.1:44721/a.whl)",
    ],
  },
  "broken download": {
    code: "NETWORK",
    says: /^a==1 could not be downloaded: nohost\.invalid did not send the whole file[^]*Run the command again/,
    texts: [
      "error: Failed to download `a==1`\n  cause: Failed to fetch: `http://nohost.invalid/a.whl`\n  cause: error decoding response body\n  cause: end of file before message length reached",
      "error: Failed to download `a==1`\n  cause: Failed to extract archive: http://nohost.invalid/a.whl\n  cause: Invalid zip file structure",
    ],
  },
  "too many requests": {
    code: "NETWORK",
    says: /^a==1 could not be downloaded: nohost\.invalid limits how many requests it answers[^]*Wait a minute/,
    texts: [
      "  × Failed to download `a==1`\n  ├─▶ HTTP status client error (429 Too Many Requests) for url\n  │   (http://nohost.invalid/a.whl)",
      "error: Failed to download `a==1`\n  cause: Request failed after 1 retry in 2.0s\n  cause: Failed to fetch: http://nohost.invalid/a.whl\n  cause: HTTP status client error (429 Too Many Requests) for url (http://nohost.invalid/a.whl)",
    ],
  },
  "no network": {
    code: "NETWORK",
    says: /^nohost\.invalid could not be reached[^]*HTTPS_PROXY/,
    texts: [
      "error: Failed to download `a==1`\n  cause: Request failed after 1 retry in 1.1s\n  cause: Failed to fetch: http://nohost.invalid/a.whl\n  cause: dns error",
      "  × Failed to download `a==1`\n  ├─▶ Failed to fetch: `http://nohost.invalid/a.whl`\n  ├─▶ dns error\n  ╰─▶ failed to lookup address information",
    ],
  },
  "forbidden network": {
    code: "NETWORK",
    says: /settings forbid the network[^]*Run once without UV_OFFLINE/,
    texts: [
      "  × Failed to download `a==1`\n  ╰─▶ Network connectivity is\n      disabled, but the requested data wasn't found in\n      the cache for: `http://nohost.invalid/a.whl`",
    ],
  },
  "a variable that uv refuses": {
    code: "UV_SETTINGS",
    says: /value of UV_HTTP_TIMEOUT[^]*invalid digit[^]*Correct UV_HTTP_TIMEOUT, or unset it/,
    texts: [
      "error: Failed to parse environment variable `UV_HTTP_TIMEOUT` with invalid value `abc`: invalid digit found in string; value should be an integer number of seconds",
    ],
  },
  "a variable that stands for a flag": {
    code: "UV_SETTINGS",
    says: /value of UV_KEYRING_PROVIDER/,
    texts: [
      "error: invalid value 'bogus' for '--keyring-provider <KEYRING_PROVIDER>'\n  [possible values: disabled, subprocess]",
    ],
  },
  "a uv.toml with an error": {
    code: "UV_SETTINGS",
    says: /settings in \/a b\/uv\.toml:[^]*Correct \/a b\/uv\.toml\./,
    texts: ["error: Failed to parse: /a b/uv.toml\n  cause: TOML parse error at line 1, column 6"],
  },
  "no file of settings": {
    code: "UV_SETTINGS",
    says: /cannot read \/nowhere\/uv\.toml[^]*UV_CONFIG_FILE/,
    texts: ["error: failed to open file `/nowhere/uv.toml`: No such file or directory (os error 2)"],
  },
  "no folder of find-links": {
    code: "UV_SETTINGS",
    says: /cannot read \/nowhere\/wheels, which find-links/,
    texts: [
      "error: Failed to read `--find-links` directory: /nowhere/wheels\n  cause: No such file or directory (os error 2)",
    ],
  },
  "no cache": {
    code: "STORE_UNUSABLE",
    says: /cache in \/proc\/x[^]*UV_CACHE_DIR/,
    texts: ["error: Failed to initialize cache at `/proc/x`\n  cause: failed to create directory `/proc/x`"],
  },
  "full disk": {
    code: "STORE_FULL",
    says: /disk is full/,
    texts: ["error: Failed to write to the distribution cache\n  cause: No space left on device (os error 28)"],
  },
  "failed build": {
    code: "LOCAL_BUILD_FAILED",
    says: /srconly==0\.6\.2 could not be built[^]*boom/,
    texts: [
      "error: Failed to build `srconly==0.6.2`\n  cause: The build backend returned an error\n  cause: Call to `uv_build.build_wheel` failed (exit status: 1)\n         boom",
    ],
  },
  "something new": {
    code: "UV_FAILED",
    says: /^`uv test` failed:\nerror: The moon is in the wrong house$/,
    texts: [
      "Using CPython 3.11.2 interpreter at: /usr/bin/python3.11\nResolved 3 packages in 2ms\nerror: The moon is in the wrong house\n",
    ],
  },
  silence: { code: "UV_FAILED", says: /without a message/, texts: ["", "\n\n"] },
};

describe("uv's output becomes a readable error", () => {
  for (const [name, { code, says, property, properties = property && [property], texts }] of Object.entries(cases)) {
    texts.forEach((text, index) => {
      it(`${code}: ${name}${index === 0 ? "" : `, wording ${index + 1}`}`, () => {
        const error = explain(text);
        assert.equal(error.code, code, error.message);
        assert.match([error.message, ...(error.hint === undefined ? [] : [error.hint])].join("\n"), says);
        if (properties !== undefined)
          assert.deepEqual(
            error.problems.map((p) => p.property),
            properties,
          );
        assert.doesNotMatch(error.message, /[×│├╰▶]|\u001b/);
      });
    });
  }

  it("never shows a secret, also where uv itself does", () => {
    const text =
      "error: Failed to fetch: http://h.example/a.whl?X-Amz-Signature=****\n  cause: HTTP status client error (404 Not Found) for url (http://h.example/a.whl?X-Amz-Signature=SIGSECRET)\n" +
      "fatal: https://user:T0PSECRET@git.example/x.git and T0KENVALUE";
    const { message } = explain(text, ["T0KENVALUE"]);
    for (const secret of ["SIGSECRET", "T0PSECRET", "T0KENVALUE"]) assert.ok(!message.includes(secret), message);
    assert.match(message, /404 Not Found/);
  });

  it("shows the last lines of a long output only", () => {
    const { message } = explain(Array.from({ length: 500 }, (_, i) => `line ${i}`).join("\n"));
    assert.ok(message.includes("line 499") && !message.includes("line 400"));
  });
});
