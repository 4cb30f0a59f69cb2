import type { Problem } from "../../lib/errors.js";
import { ephemeralStorageDefaults, functionDefaults as defaults, loggingDefaults } from "../schema/defaults.js";
import { formatConflicts } from "./formatConflicts.js";
import { isPublished, publishingSettings } from "../published.js";
import { isPlainObject } from "../resolved.js";

type Values = Readonly<Record<string, unknown>>;

/** Rules of AWS about two settings at once. Each message names both. Skips unknown values. */
export function settingConflicts(values: Values): Problem[] {
  const rules = [publishing, snapStart, networks, logs, others, formatConflicts];
  return rules.flatMap((rule) => rule(values));
}

function publishing(values: Values): Problem[] {
  const implying = publishingSettings.filter((setting) => values[setting] !== undefined);
  return [
    ...problem(
      values["publish"] === false && implying.length > 0,
      "publish",
      `cannot be false with ${implying.map((setting) => `\`${setting}\``).join(" and ")}: that needs published versions; leave \`publish\` out`,
    ),
    // An explicit `publish: false` is no mistake: a program may turn publishing off for one of its stacks.
    ...problem(
      values["aliasName"] !== undefined && values["publish"] === undefined && !isPublished(values),
      "aliasName",
      "needs `publish`: an alias points to a published version",
    ),
  ];
}

const firstMinorWithSnapStart = 12;

function snapStart(values: Values): Problem[] {
  if (values["snapStart"] === undefined) return [];
  const runtime = values["runtime"] ?? defaults.runtime;
  const [, minor] = typeof runtime === "string" ? (/^python3\.(\d+)$/.exec(runtime) ?? []) : [];
  const storage = numberIn(values["ephemeralStorage"], "size");
  return [
    ...["provisionedConcurrency", "fileSystemConfig"].flatMap((other) =>
      problem(values[other] !== undefined, other, "cannot be combined with `snapStart`: SnapStart does not support it"),
    ),
    ...problem(
      minor !== undefined && Number(minor) < firstMinorWithSnapStart,
      "runtime",
      `must be python3.${firstMinorWithSnapStart} or newer with \`snapStart\``,
    ),
    ...problem(
      storage !== undefined && storage > ephemeralStorageDefaults.size,
      "ephemeralStorage.size",
      `must be ${ephemeralStorageDefaults.size} with \`snapStart\`: SnapStart does not support more`,
    ),
  ];
}

function networks(values: Values): Problem[] {
  const { fileSystemConfig, vpcConfig } = values;
  const vpc = isPlainObject(vpcConfig) ? vpcConfig : {};
  const replaces = vpc["replaceSecurityGroupsOnDestroy"];
  return [
    ...problem(
      fileSystemConfig !== undefined && vpcConfig === undefined,
      "fileSystemConfig",
      "needs `vpcConfig`: Lambda reaches file systems through a VPC",
    ),
    ...problem(
      vpc["replacementSecurityGroupIds"] !== undefined && (replaces === undefined || replaces === false),
      "vpcConfig.replacementSecurityGroupIds",
      "needs `vpcConfig.replaceSecurityGroupsOnDestroy: true`",
    ),
  ];
}

function logs({ loggingConfig }: Values): Problem[] {
  if (!isPlainObject(loggingConfig)) return [];
  if ((loggingConfig["logFormat"] ?? loggingDefaults.logFormat) !== "Text") return [];
  return ["applicationLogLevel", "systemLogLevel"].flatMap((level) =>
    problem(
      loggingConfig[level] !== undefined,
      `loggingConfig.${level}`,
      "needs `loggingConfig.logFormat` to be `JSON`: text has no levels",
    ),
  );
}

function others(values: Values): Problem[] {
  const { reservedConcurrentExecutions: reserved, provisionedConcurrency: provisioned } = values;
  const areKnown = typeof reserved === "number" && typeof provisioned === "number";
  return problem(
    areKnown && reserved >= 0 && provisioned > reserved,
    "provisionedConcurrency",
    "cannot be more than `reservedConcurrentExecutions`",
  );
}

function problem(isWrong: boolean, property: string, message: string): Problem[] {
  return isWrong ? [{ property, message }] : [];
}

function numberIn(container: unknown, field: string): number | undefined {
  const value = isPlainObject(container) ? container[field] : undefined;
  return typeof value === "number" ? value : undefined;
}
