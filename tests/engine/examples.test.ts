import * as assert from "node:assert/strict";
import { createExample, mustSucceed, type Workspace } from "./harness.js";
import type { Language } from "./languages/index.js";
import { lockOrSkip, orSkip } from "./orSkip.js";
import { previewed } from "./stack.js";

interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

interface Example {
  readonly language: Language;
  readonly what: string;
  /** Folder of the uv project or workspace. */
  readonly project: string;
  /** Resource name of the function. */
  readonly function: string;
  readonly event: unknown;
  readonly answer: unknown;
  /** The function's code. */
  readonly edit: Edit;
  /** Makes the program also say whether it sees an absent output as absent. */
  readonly absence?: Edit;
  /** Adds `nestedSettings`, in the types of the language's SDK. */
  readonly nested?: Edit;
}

/** Settings of the function, as AWS gets them. The policy comes from an output, in a plain map. */
const nestedSettings = {
  ephemeralStorage: { size: 1024 },
  loggingConfig: { logFormat: "JSON", systemLogLevel: "WARN" },
};
const policy =
  '{"Statement":[{"Action":"s3:ListAllMyBuckets","Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}';

const numbers = {
  project: "app",
  function: "app",
  event: { visits: 1234567, note: "none" },
  answer: { visits: "1,234,567" },
  edit: { file: "app/handler.py", from: "intcomma(value)", to: "intword(value)" },
};

const examples: readonly Example[] = [
  {
    language: "typescript",
    what: "a workspace member with a shared package",
    project: ".",
    function: "api",
    event: { queryStringParameters: { name: "Ada" } },
    answer: {
      statusCode: 200,
      headers: { "content-type": "application/json" },
      body: '{"message": "Hello, Ada!", "memory": "256.0 MiB"}',
    },
    edit: { file: "libs/shared/src/shared/greeting.py", from: '"Hello"', to: '"Hello again"' },
  },
  { language: "yaml", what: "a single project", ...numbers },
  {
    language: "python",
    what: "a single project; an absent output is None",
    ...numbers,
    nested: {
      file: "infra/__main__.py",
      from: "    tags={",
      to: `    ephemeral_storage=uvlambda.EphemeralStorageArgs(size=1024),
    logging_config={"log_format": uvlambda.LogFormat.JSON, "system_log_level": "WARN"},
    inline_policies={"list": pulumi.Output.from_input('${policy}')},
    tags={`,
    },
    absence: {
      file: "infra/__main__.py",
      from: 'pulumi.export("functionName"',
      to: 'pulumi.export("noUrl", app.url.apply(lambda url: url is None))\npulumi.export("functionName"',
    },
  },
  {
    language: "go",
    what: "a single project; an absent output is nil",
    ...numbers,
    nested: {
      file: "infra/main.go",
      from: "			Tags:  ",
      to: `			EphemeralStorage: uvlambda.EphemeralStorageArgs{Size: pulumi.Int(1024)},
			LoggingConfig: &uvlambda.LoggingConfigArgs{
				LogFormat:      uvlambda.LogFormatJson,
				SystemLogLevel: uvlambda.SystemLogLevelWarn,
			},
			InlinePolicies: map[string]pulumi.StringInput{"list": pulumi.String(\`${policy}\`).ToStringOutput()},
			Tags:  `,
    },
    absence: {
      file: "infra/main.go",
      from: 'ctx.Export("functionName"',
      to: 'ctx.Export("noUrl", app.Url.ApplyT(func(url *string) bool { return url == nil }))\n\t\tctx.Export("functionName"',
    },
  },
  {
    language: "java",
    what: "a single project; maps that are outputs",
    ...numbers,
    nested: {
      file: "infra/src/main/java/infra/App.java",
      from: '            .tags(Map.of("example", "java"))',
      to: `            .ephemeralStorage(com.uvlambda.uvlambda.inputs.EphemeralStorageArgs.builder().size(com.pulumi.core.Output.of(1024)).build())
            .loggingConfig(com.uvlambda.uvlambda.inputs.LoggingConfigArgs.builder()
                .logFormat(com.uvlambda.uvlambda.enums.LogFormat.Json)
                .systemLogLevel(com.uvlambda.uvlambda.enums.SystemLogLevel.Warn)
                .build())
            .inlinePolicies(Map.of("list", ${JSON.stringify(policy)}))
            .environment(com.pulumi.core.Output.of("dev").applyValue(stage -> Map.of("STAGE", stage)))
            .tags(com.pulumi.core.Output.of(Map.of("example", "java")))`,
    },
  },
  { language: "csharp", what: "a single project", ...numbers },
];

async function example(context: Mocha.Context, { language, project, absence, nested }: Example): Promise<Workspace> {
  const workspace = await createExample(context, language, language, { aws: "real" });
  await lockOrSkip(context, workspace, project);
  for (const edit of [absence, nested]) if (edit !== undefined) workspace.edit(edit.file, edit.from, edit.to);
  mustSucceed(await workspace.pulumi(["config", "set", "runtime", "python3.11"]));
  return workspace;
}

async function hasNestedSettings(workspace: Workspace): Promise<void> {
  const { resources = [] } = (await workspace.stackExport()).deployment;
  const inputsOf = (type: string) => resources.find((one) => one.type === type)?.inputs;
  const { ephemeralStorage, loggingConfig } = inputsOf("aws:lambda/function:Function") ?? {};
  const { logGroup: _own, ...logging } = loggingConfig as Record<string, unknown>;
  assert.deepEqual({ ephemeralStorage, loggingConfig: logging }, nestedSettings);
  const inline = resources.find(({ urn }) => urn.endsWith("::app-inline-list"));
  // The real provider sorts the keys.
  assert.deepEqual(JSON.parse(String(inline?.inputs?.["policy"])), JSON.parse(policy));
}

describe("the examples", function () {
  // The first Go program of a machine compiles Pulumi's SDK.
  this.timeout(600_000);

  for (const one of examples) {
    it(`${one.language}: ${one.what}`, async function () {
      const workspace = await example(this, one);
      await orSkip(this, async () => mustSucceed(await workspace.up()));
      const outputs = (await workspace.outputs()) as Record<string, unknown>;
      assert.deepEqual(await workspace.invoke(String(outputs["functionName"]), one.event), one.answer);
      if (one.absence !== undefined) assert.equal(outputs["noUrl"], true);
      if (one.nested !== undefined) await hasNestedSettings(workspace);
      mustSucceed(await workspace.preview(["--expect-no-changes"]));

      workspace.edit(one.edit.file, one.edit.from, one.edit.to);
      assert.deepEqual(await previewed(workspace), {
        [`uvlambda:index:Build ${one.function}-build`]: "update",
        [`aws:lambda/function:Function ${one.function}`]: "update",
      });
      mustSucceed(await workspace.destroy());
      assert.deepEqual((await workspace.stackExport()).deployment.resources ?? [], []);
    });
  }
});
