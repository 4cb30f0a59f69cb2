import { UvLambdaError } from "../../lib/errors.js";
import { isPackage, readPyprojectIfAny } from "../../project/pyproject.js";
import { applyingPackages } from "../../project/wheels/wheelChoice.js";
import { machineBuildRules } from "../../uv/settings/buildSettings.js";
import type { Builder } from "../bundling/builder.js";
import type { Work } from "../work.js";
import { computedPackages } from "./projectFiles.js";
import type { ClosedWork } from "./readClosure.js";

/**
 * Throws BUILD_FORBIDDEN when comparing the lock would run build backends of the checkout and UVLAMBDA_NO_BUILDS is
 * set.
 */
export async function refuseComputedMetadata({ session, project }: Pick<Work, "session" | "project">): Promise<void> {
  if (session.machine.noBuilds !== true) return;
  const computed = computedPackages(project);
  if (computed.length > 0) throw forbiddenHere(computed.map((name) => `${name} (its dependencies are dynamic)`));
}

/**
 * Throws BUILD_FORBIDDEN when a package must be built although UVLAMBDA_NO_BUILDS or a setting of uv forbids it.
 * Throws NO_WHEEL when the project wants a package built from source that may not be built. `uv sync --frozen` would
 * accept or refuse the same.
 */
export async function checkBuildPolicy(work: ClosedWork & { readonly builder: Builder }): Promise<void> {
  const { session, uv, closure, builder } = work;
  const local = builtLocally(closure.local);
  const built = builder.sourceBuilds(closure.locked);
  if (session.machine.noBuilds === true && local.length + built.length > 0)
    throw forbiddenHere([...local.map((name) => `${name} (a local package)`), ...built]);
  const [ours, machine] = [closure.rules, machineBuildRules(session.machine.environment)];
  for (const name of [...local, ...built]) {
    const setting = ours.forbidsBuild(name) ?? (ours.forbidsWheel(name) ? undefined : machine.forbidsBuild(name));
    if (setting !== undefined) throw forbiddenBy(name, setting, local.includes(name));
  }
  refuseWantedSource(work, built, ours.forbidsWheel);
  const ignored = applyingPackages(closure.locked, work.target)
    .map((applying) => applying.package.name)
    .filter((name) => !built.includes(name) && machine.forbidsWheel(name) !== undefined);
  if (ignored.length > 0)
    uv.reporter.warn(
      `${machine.forbidsWheel(ignored[0] ?? "")} is ignored for ${ignored.join(", ")}: a machine's settings do not decide what ships. ` +
        "To build a package from source, use `tool.uv.no-binary-package` in the project and `sourceBuilds`.",
    );
}

/** The packages that the project wants built from source but that may not be built. */
function refuseWantedSource(
  { closure, target }: ClosedWork,
  built: readonly string[],
  forbidsWheel: (name: string) => string | undefined,
): void {
  for (const { package: locked } of applyingPackages(closure.locked, target)) {
    const setting = forbidsWheel(locked.name);
    if (setting === undefined || built.includes(locked.name)) continue;
    const hasSource = locked.sdist !== undefined || locked.kind === "git";
    const name = JSON.stringify(locked.name);
    throw new UvLambdaError(
      "NO_WHEEL",
      `${setting} requires that ${locked.name} is built from source, not installed from a wheel.`,
      {
        hint: hasSource
          ? `To fix this, set \`sourceBuilds: [${name}]\` to build it on this machine, set \`bundling: { mode: "docker" }\` to build it in the Lambda build image, or remove it from that setting.`
          : `uv.lock has no source for it. To fix this, remove it from that setting.`,
      },
    );
  }
}

function builtLocally(local: ClosedWork["closure"]["local"]): string[] {
  const built = local.filter(({ folder }) => {
    const pyproject = readPyprojectIfAny(folder);
    return pyproject === undefined || isPackage(pyproject);
  });
  return built.map(({ name }) => name);
}

function forbiddenHere(packages: readonly string[]): UvLambdaError {
  const list = packages.join(", ");
  return new UvLambdaError(
    "BUILD_FORBIDDEN",
    `UVLAMBDA_NO_BUILDS is set, so no code of the checkout may run here, but these must be built: ${list}.`,
    {
      hint: "To fix this, unset UVLAMBDA_NO_BUILDS if you trust the checkout, or depend on published wheels. A project with `tool.uv.package = false` is copied, not built.",
    },
  );
}

function forbiddenBy(name: string, setting: string, isLocal: boolean): UvLambdaError {
  const what = isLocal ? `the local package ${name}` : name;
  const ways = setting.startsWith("no-build-package")
    ? "remove it from that list"
    : `add \`no-binary-package = ["${name}"]\` to [tool.uv] of the project, which allows building it, or remove the setting`;
  return new UvLambdaError(
    "BUILD_FORBIDDEN",
    `${setting} forbids building ${what}, which has no wheel that could ship.`,
    {
      hint: `To fix this, ${ways}.`,
    },
  );
}
