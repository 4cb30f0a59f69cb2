import { asStrings, type TomlTable } from "../../lib/toml.js";
import type { EnvironmentVariables } from "../../lib/processes/environmentVariables.js";
import { normaliseName } from "../../project/pyproject.js";
import { machineFiles, projectSettings, readSettings } from "./machineFiles.js";

/** What uv's settings say about building packages and using their wheels. */
export interface BuildRules {
  /**
   * The setting that forbids building the package with that normalised name, and where it is. Undefined when none does.
   */
  readonly forbidsBuild: (name: string) => string | undefined;
  /** The same for the package's wheels. */
  readonly forbidsWheel: (name: string) => string | undefined;
}

/** The rules of the project. */
export function projectBuildRules(root: string): BuildRules {
  const { file, settings } = projectSettings(root);
  return rulesOf(settings, ` in ${file}`);
}

/**
 * The rules that the machine adds: variables, and the uv.toml of the user and the system, where the project does not
 * override them.
 */
export function machineBuildRules(environment: EnvironmentVariables): BuildRules {
  const variables = {
    "no-build": isOn(environment["UV_NO_BUILD"]),
    "no-binary": isOn(environment["UV_NO_BINARY"]),
    "no-build-package": words(environment["UV_NO_BUILD_PACKAGE"]),
    "no-binary-package": words(environment["UV_NO_BINARY_PACKAGE"]),
  };
  const files = machineFiles(environment).map((file) => rulesOf(readSettings(file), ` in ${file}`));
  const all = [rulesOf(variables, " in this machine's environment (UV_NO_BUILD, UV_NO_BINARY, or the like)"), ...files];
  const first = (ask: (rules: BuildRules) => string | undefined) =>
    all.map(ask).find((setting) => setting !== undefined);
  return {
    forbidsBuild: (name) => first((rules) => rules.forbidsBuild(name)),
    forbidsWheel: (name) => first((rules) => rules.forbidsWheel(name)),
  };
}

/** As in uv, a package in `no-binary-package` may be built even if `no-build` forbids it for all others. */
function rulesOf(settings: TomlTable, where: string): BuildRules {
  const lists = (key: string) => new Set(asStrings(settings[key]).map(normaliseName));
  const [noBuild, noBinary] = [lists("no-build-package"), lists("no-binary-package")];
  return {
    forbidsBuild: (name) => {
      if (noBuild.has(name)) return `no-build-package${where}`;
      return settings["no-build"] === true && !noBinary.has(name) ? `no-build${where}` : undefined;
    },
    forbidsWheel: (name) => {
      if (noBinary.has(name)) return `no-binary-package${where}`;
      return settings["no-binary"] === true ? `no-binary${where}` : undefined;
    },
  };
}

function isOn(value: string | undefined): boolean {
  return /^(1|true|t|yes|y|on)$/i.test(value ?? "");
}

function words(value: string | undefined): string[] {
  return (value ?? "").split(/[\s,]+/).filter((word) => word !== "");
}
