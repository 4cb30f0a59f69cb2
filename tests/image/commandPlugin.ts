import { spawnSync } from "node:child_process";
import * as provider from "@pulumi/pulumi/provider";

type Values = Record<string, unknown>;

const token = "command:local:Command";
/** The inputs that the product uses. Any other one is refused, not ignored. */
const inputNames = ["create", "environment", "interpreter", "logging", "triggers"];

/**
 * A stand-in for Pulumi's command provider, which cannot be built here. It has `command:local:Command` as in its
 * source: the command runs when the resource is created, and again when an input changes. A changed trigger replaces
 * the resource.
 */
class CommandStandIn implements provider.Provider {
  constructor(readonly version: string) {}

  async check(urn: string, _before: Values, inputs: Values): Promise<provider.CheckResult> {
    if (!urn.includes(token)) throw new Error(`the stand-in has ${token} only`);
    const unknown = Object.keys(inputs).filter((name) => !inputNames.includes(name));
    return { inputs, failures: unknown.map((property) => ({ property, reason: "is not built into the stand-in" })) };
  }

  async diff(_id: string, _urn: string, before: Values, inputs: Values): Promise<provider.DiffResult> {
    const changed = inputNames.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(inputs[name]));
    return { changes: changed.length > 0, replaces: changed.filter((name) => name === "triggers") };
  }

  async create(_urn: string, inputs: Values): Promise<provider.CreateResult> {
    return { id: "command", outs: run(inputs) };
  }

  async update(_id: string, _urn: string, _before: Values, inputs: Values): Promise<provider.UpdateResult> {
    return { outs: run(inputs) };
  }

  async delete(): Promise<void> {}
}

/** The state after the command: its inputs and what it printed. */
function run(inputs: Values): Values {
  const { create, environment, interpreter } = inputs as {
    create: string;
    environment?: Record<string, string>;
    interpreter?: string[];
  };
  const [program = "/bin/sh", ...args] = interpreter ?? ["/bin/sh", "-c"];
  const result = spawnSync(program, [...args, create], { env: { ...process.env, ...environment }, encoding: "utf8" });
  if (result.status !== 0) throw new Error(`exit status ${result.status}: ${result.stdout}${result.stderr}`);
  const [stdout, stderr] = [result.stdout, result.stderr].map((text) => text.replace(/\n$/, ""));
  return { ...inputs, stdout, stderr };
}

void provider.main(new CommandStandIn("1.2.1"), process.argv.slice(2));
