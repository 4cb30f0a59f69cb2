import * as fs from "node:fs";
import * as path from "node:path";
import { plainClient } from "../../aws/fixtures.js";
import type { LocalAws } from "../../aws/localAws.js";
import { createWorkspace, type Workspace } from "../harness.js";
import { imageBench } from "../images.js";
import { sharedRun } from "../run.js";
import { writeYaml, type YamlResource } from "../yamlProgram.js";

export type RecordedProgram = Readonly<Record<string, YamlResource>>;

/** A program, and the state after its deployment. */
export interface Recording {
  readonly hasImages: boolean;
  readonly program: RecordedProgram;
  /** The projects that the program packages. */
  readonly sources: string;
  /** The output of `pulumi stack export`. */
  readonly stateFile: string;
}

/** The recordings of one major version. */
export interface RecordedVersion {
  readonly major: string;
  /** Lists the inputs that the programs give a value. */
  readonly inputsFile: string;
  readonly archives: Recording;
  readonly images: Recording;
}

/** The layer that the public parameters of Powertools name. */
export const powertoolsLayerName = "upgrade-powertools";

/** Replaces the address of the local AWS, which differs in every run. */
export const recordedEndpoint = "http://aws.invalid";

/** Fields of a state that say where and when it was made. */
const passing: ReadonlySet<string> = new Set(["sourcePosition", "stackTrace", "created", "modified", "time"]);

/** A copy of a part of a state without such fields. */
export function withoutPassing(state: object): object {
  const drop = (key: string, value: unknown): unknown => (passing.has(key) ? undefined : value);
  return JSON.parse(JSON.stringify(state, drop)) as object;
}

/** Larger than the code of most functions, smaller than that of the functions named "large". */
const env = { UVLAMBDA_DIRECT_UPLOAD_LIMIT: "6000" };

/** One for each folder beside this file, also those that have no state yet. */
export function recordedVersions(): RecordedVersion[] {
  const folders = fs.readdirSync(__dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name: major }) => {
    const at = (...names: string[]): string => path.join(__dirname, major, ...names);
    const recording = (kind: "archives" | "images"): Recording => ({
      hasImages: kind === "images",
      program: JSON.parse(fs.readFileSync(at(kind, "program.json"), "utf8")) as RecordedProgram,
      sources: at("sources"),
      stateFile: at(kind, "state.json"),
    });
    return { major, inputsFile: at("inputs.json"), archives: recording("archives"), images: recording("images") };
  });
}

/**
 * A stack with the recorded program beside the recorded sources, and without resources. The program asks for the plugin
 * of `pluginVersion`, as one with an SDK does.
 */
export async function workspaceOf(
  context: Mocha.Context,
  recording: Recording,
  pluginVersion: string,
): Promise<Workspace> {
  const bench = recording.hasImages ? await imageBench(context, await sharedRun(context)) : undefined;
  const variables = { ...env, ...bench?.env };
  const workspace = await createWorkspace(context, { language: "yaml", functions: {}, env: variables, aws: "real" });
  await bench?.installPlugin(workspace.env["PULUMI_HOME"]!, workspace.run.pulumi);
  fs.cpSync(recording.sources, workspace.at("sources"), { recursive: true });
  writeProgram(workspace, recording, pluginVersion);
  await namePowertools(workspace.run.aws);
  return workspace;
}

export function writeProgram(workspace: Workspace, { program }: Recording, pluginVersion: string): void {
  const resources = Object.entries(program).map(([name, resource]) => [
    name,
    { ...resource, options: { version: pluginVersion } },
  ]);
  writeYaml(workspace, Object.fromEntries(resources) as RecordedProgram);
}

/** Publishes which layer has Powertools, as AWS does. Other tests use another version of Python for theirs. */
async function namePowertools(aws: LocalAws): Promise<void> {
  for (const runtime of ["python3.13", "python3.14"])
    await plainClient(aws).json("ssm", "AmazonSSM.PutParameter", {
      Name: `/aws/service/powertools/python/arm64/${runtime}/3.4.0`,
      Value: `arn:aws:lambda:${aws.region}:${aws.accountId}:layer:${powertoolsLayerName}:1`,
      Type: "String",
      Overwrite: true,
    });
}
