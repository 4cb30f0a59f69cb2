import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { ErrorCode } from "../../provider/lib/errors.js";
import { proposedCommand, proposedValue } from "../support/proposals.js";
import { pyproject, writeInto, type Files, type Fixture, type Wanted } from "./support/fixture.js";

export const answer = "def handler(event, context): return 1\n";
export const app = { "project/handler.py": answer };
export const workspace = (...members: string[]) => `[tool.uv.workspace]\nmembers = ${JSON.stringify(members)}\n`;

/** Follows a hint: changes the folder, and returns the next request. */
export type Follow = (at: Place, match: RegExpExecArray) => Promise<Partial<Wanted>> | Partial<Wanted>;

export interface Place {
  readonly folder: string;
  /** Runs a command as a shell reads it, in `project`. */
  readonly run: (command: string) => Promise<void>;
}

export interface Scenario {
  readonly name: string;
  readonly files: Files;
  readonly wheels?: Fixture["wheels"];
  /** Runs after the lock was made. */
  readonly then?: (folder: string) => void;
  readonly wanted?: Partial<Wanted>;
  readonly code: ErrorCode;
  /** Each fix that the hint names, and how to follow it. */
  readonly ways: readonly (readonly [says: RegExp, follow: Follow])[];
}

const write = (folder: string, files: Files) => writeInto(folder, files);
export const replace = (folder: string, file: string, from: string | RegExp, to: string) => {
  const place = path.join(folder, file);
  const text = fs.readFileSync(place, "utf8").replace(from, to);
  assert.notEqual(text, fs.readFileSync(place, "utf8"), file);
  fs.writeFileSync(place, text);
};
export const lock: Follow = async ({ run }, { input }) => (await run(proposedCommand(input, "uv lock").join(" ")), {});

const fallback = ["project/pyproject.toml", "_scm]\n", '_scm]\nfallback_version = "0.1"\n'] as const;

export const scenarios: readonly Scenario[] = [
  {
    name: "no lock",
    files: { "project/pyproject.toml": pyproject({ name: "app" }), ...app },
    then: (folder) => fs.rmSync(path.join(folder, "project/uv.lock")),
    code: "LOCK_MISSING",
    ways: [[/Run `(uv lock)` in \S+project and commit/, lock]],
  },
  {
    name: "a stale lock",
    files: { "project/pyproject.toml": pyproject({ name: "app" }), ...app },
    wheels: [{ name: "alpha" }],
    then: (folder) => replace(folder, "project/pyproject.toml", "dependencies = []", 'dependencies = ["alpha"]'),
    code: "LOCK_STALE",
    ways: [[/Run `(uv lock)` in/, lock]],
  },
  {
    name: "a version from git, in a folder without git",
    files: {
      "project/pyproject.toml": [
        '[project]\nname = "app"\ndynamic = ["version"]\nrequires-python = ">=3.11"\n',
        '[build-system]\nrequires = ["setuptools", "setuptools-scm"]\nbuild-backend = "setuptools.build_meta"\n',
        '[tool.setuptools]\npy-modules = ["handler"]\n[tool.setuptools_scm]\nfallback_version = "0.1"\n',
      ].join(""),
      ...app,
    },
    then: (folder) => replace(folder, "project/pyproject.toml", /^fallback_version.*\n/m, ""),
    code: "LOCAL_BUILD_FAILED",
    ways: [[/fallback version in pyproject\.toml/, ({ folder }) => (replace(folder, ...fallback), {})]],
  },
  {
    name: "a project that uv is told to leave alone",
    files: { "project/pyproject.toml": pyproject({ name: "app" }), ...app },
    then: (folder) => {
      fs.appendFileSync(path.join(folder, "project/pyproject.toml"), "[tool.uv]\nmanaged = false\n");
      fs.rmSync(path.join(folder, "project/uv.lock"));
    },
    code: "PROJECT_UNREADABLE",
    ways: [
      [
        /`managed = false` in \[tool\.uv\][^]*remove that setting and run `(uv lock)` in \S+project/,
        (at, match) => {
          replace(at.folder, "project/pyproject.toml", "[tool.uv]\nmanaged = false\n", "");
          return lock(at, match);
        },
      ],
    ],
  },
  {
    name: "a merge that left its marks in the lock",
    files: { "project/pyproject.toml": pyproject({ name: "app" }), ...app },
    then: (folder) => {
      const file = path.join(folder, "project/uv.lock");
      const text = fs.readFileSync(file, "utf8");
      fs.writeFileSync(file, `<<<<<<< ours\n${text}=======\n${text}>>>>>>> theirs\n`);
    },
    code: "LOCK_UNREADABLE",
    ways: [
      [
        /[Tt]ake either side.* run `(uv lock)` in/,
        (at, match) => {
          replace(at.folder, "project/uv.lock", /^<<<<<<< ours\n([^]*)=======\n[^]*$/, "$1");
          return lock(at, match);
        },
      ],
    ],
  },
  {
    name: "a lock whose end is missing",
    files: { "project/pyproject.toml": pyproject({ name: "app", dependencies: ["alpha"] }), ...app },
    wheels: [{ name: "alpha" }],
    then: (folder) => replace(folder, "project/uv.lock", /\{ name = "alpha"[^]*$/, "{ name = "),
    code: "LOCK_UNREADABLE",
    ways: [
      [
        /[Rr]un `(uv lock)`/,
        (at, match) => {
          fs.rmSync(path.join(at.folder, "project/uv.lock"));
          return lock(at, match);
        },
      ],
    ],
  },
  {
    name: "a folder with a requirements.txt alone",
    files: { "project/pyproject.toml": pyproject({ name: "app" }), "project/requirements.txt": "alpha\n", ...app },
    wheels: [{ name: "alpha" }],
    then: (folder) => ["pyproject.toml", "uv.lock"].forEach((name) => fs.rmSync(path.join(folder, "project", name))),
    code: "PROJECT_UNREADABLE",
    ways: [
      [
        /`(uv init --bare) && (uv add -r requirements\.txt)`/,
        async ({ folder, run }, [, init = "", add = ""]) => {
          await run(init);
          await run(`${add} --find-links ${folder}/index`);
          return {};
        },
      ],
    ],
  },
  {
    name: "a folder of modules below a project",
    files: { "project/pyproject.toml": pyproject({ name: "app" }), "project/jobs/handler.py": answer },
    wanted: { project: "project/jobs" },
    code: "PROJECT_UNREADABLE",
    ways: [
      [
        /The nearest one is in \S+project\b.*`project`.*`source`/,
        () => ({ project: "project", source: "project/jobs" }),
      ],
    ],
  },
  {
    name: "a workspace without a project of its own",
    files: {
      "project/pyproject.toml": workspace("one", "two"),
      "project/one/pyproject.toml": pyproject({ name: "one" }),
      "project/two/pyproject.toml": pyproject({ name: "two" }),
      "project/one/handler.py": answer,
    },
    code: "INVALID_INPUT",
    ways: [[/set `package` to the member to deploy\. Members: (one), two/, (_, [, name = ""]) => ({ package: name })]],
  },
  {
    name: "a misspelt member, group, extra and package",
    files: {
      "project/pyproject.toml": pyproject({
        name: "app",
        dependencies: ["alpha"],
        project: "[project.optional-dependencies]\nfast = []\n[dependency-groups]\njobs = []\n",
      }),
      ...app,
    },
    wheels: [{ name: "alpha" }],
    wanted: { prune: ["alpa"] },
    code: "INVALID_INPUT",
    ways: [[/Did you mean "(alpha)"\? Packages: alpha, app/, (_, [, name = ""]) => ({ prune: [name] })]],
  },
  ...(["groups", "onlyGroups", "extras"] as const).map((list): Scenario => ({
    name: `a misspelt name in ${list}`,
    files: {
      "project/pyproject.toml": pyproject({
        name: "app",
        project: "[project.optional-dependencies]\njobs = []\n[dependency-groups]\njobs = []\n",
      }),
      ...app,
    },
    wanted: { [list]: ["job"] },
    code: "INVALID_INPUT",
    ways: [[/Did you mean "(jobs)"\? (?:Groups|Extras): jobs/, (_, [, name = ""]) => ({ [list]: [name] })]],
  })),
  {
    name: "a layer with another version than the lock's",
    files: { "project/pyproject.toml": pyproject({ name: "app", dependencies: ["alpha"] }), ...app },
    wheels: [{ name: "alpha" }, { name: "alpha", version: "0.9.0" }],
    wanted: { provided: [{ name: "alpha", version: "0.9.0", property: "provided", otherVersion: "error" }] },
    code: "INVALID_INPUT",
    ways: [[/To lock the layer's version, run `(uv lock --upgrade-package alpha==0\.9\.0)`/, lock]],
  },
  {
    name: "a link to shared code outside of the project",
    files: {
      "project/pyproject.toml": pyproject({
        name: "app",
        dependencies: ["words"],
        more: '[tool.uv.sources]\nwords = { path = "../other" }\n',
      }),
      "other/pyproject.toml": pyproject({ name: "words", backend: "uv_build" }),
      "other/src/words/__init__.py": "",
      "shared/words/text.py": "WORD = 1\n",
      "project/handler.py": `from words.text import WORD\n${answer}`,
    },
    then: (folder) => fs.symlinkSync("../shared/words", path.join(folder, "project/words")),
    code: "BAD_FILE",
    ways: [
      [
        /remove the link and name its target in `copyFiles`/,
        ({ folder }) => {
          fs.rmSync(path.join(folder, "project/words"));
          return { copyFiles: [{ from: "shared/words", to: "words" }] };
        },
      ],
      [
        /or make the target a package and a path dependency/,
        async ({ folder, run }) => {
          fs.rmSync(path.join(folder, "project/words"));
          fs.mkdirSync(path.join(folder, "shared/src"));
          fs.renameSync(path.join(folder, "shared/words"), path.join(folder, "shared/src/words"));
          write(folder, {
            "shared/pyproject.toml": pyproject({ name: "words", backend: "uv_build" }),
            "shared/src/words/__init__.py": "",
          });
          replace(folder, "project/pyproject.toml", "../other", "../shared");
          await run("uv lock");
          return {};
        },
      ],
      // For packages that the code does not need.
      [
        /Otherwise, remove it, or leave it out with `exclude`/,
        ({ folder }) => (write(folder, app), { exclude: ["words"] }),
      ],
    ],
  },
  {
    name: "copied files that are there already",
    files: { "project/pyproject.toml": pyproject({ name: "app" }), "project/a.txt": "1", "shared/a.txt": "2", ...app },
    wanted: { copyFiles: [{ from: "shared/a.txt", to: "a.txt" }] },
    code: "FILE_CONFLICT",
    ways: [
      [/Give another `to`/, () => ({ copyFiles: [{ from: "shared/a.txt", to: "b.txt" }] })],
      [/leave one of the files out with `exclude`/, () => ({ exclude: ["a.txt"] })],
    ],
  },
  {
    name: "dependencies that the lock alone restricts",
    files: { "project/pyproject.toml": pyproject({ name: "app", dependencies: ["alpha"] }), ...app },
    wheels: [{ name: "alpha" }],
    then: (folder) =>
      replace(
        folder,
        "project/uv.lock",
        '{ name = "alpha" }',
        '{ name = "alpha", marker = "sys_platform == \'win32\'" }',
      ),
    code: "TARGET_NOT_LOCKED",
    ways: [
      [
        /run `(uv lock)` in \S+project and find what restricts the lock/,
        (at, match) => {
          replace(at.folder, "project/uv.lock", `, marker = "sys_platform == 'win32'"`, "");
          return lock(at, match);
        },
      ],
    ],
  },
  {
    name: "a layer that holds all there is",
    files: { "project/pyproject.toml": pyproject({ name: "app", dependencies: ["alpha"] }) },
    wheels: [{ name: "alpha", files: { "handler.py": answer } }],
    wanted: { packageFormat: "layer" },
    code: "NO_CODE",
    ways: [[/`packageFormat: "zip"`/, (_, { input }) => ({ packageFormat: proposedValue(input, "packageFormat") })]],
  },
  {
    name: "a project of which nothing ships",
    files: { "project/pyproject.toml": pyproject({ name: "app" }), "project/tests/handler.py": answer },
    wanted: { checks: { handler: "off", binaries: "error", collisions: "error", sizes: "error" } },
    code: "NO_CODE",
    ways: [
      [/[Aa]dd your own module/, ({ folder }) => (write(folder, app), {})],
      [/with `source`/, () => ({ source: "project/tests" })],
    ],
  },
];
