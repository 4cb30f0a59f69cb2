import * as assert from "node:assert/strict";
import { createExample, mustSucceed, steps, type Workspace } from "./harness.js";
import type { Language } from "./languages/index.js";
import { lockOrSkip, orSkip } from "./orSkip.js";

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
  /** Of the function's code. */
  readonly edit: Edit;
  /** Makes the program also say whether an absent output is absent to it. */
  readonly absence?: Edit;
}

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
    absence: {
      file: "infra/main.go",
      from: 'ctx.Export("functionName"',
      to: 'ctx.Export("noUrl", app.Url.ApplyT(func(url *string) bool { return url == nil }))\n\t\tctx.Export("functionName"',
    },
  },
  { language: "java", what: "a single project", ...numbers },
  { language: "csharp", what: "a single project", ...numbers },
];

async function example(context: Mocha.Context, { language, project, absence }: Example): Promise<Workspace> {
  const workspace = await createExample(context, language);
  await lockOrSkip(context, workspace, project);
  if (absence !== undefined) workspace.edit(absence.file, absence.from, absence.to);
  mustSucceed(await workspace.pulumi(["config", "set", "runtime", "python3.11"]));
  return workspace;
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
      mustSucceed(await workspace.preview(["--expect-no-changes"]));

      workspace.edit(one.edit.file, one.edit.from, one.edit.to);
      assert.deepEqual(steps(mustSucceed(await workspace.preview(["--json"])).stdout), {
        [`uvlambda:index:Build ${one.function}-build`]: "update",
        [`aws:lambda/function:Function ${one.function}`]: "update",
      });
      mustSucceed(await workspace.destroy());
      assert.deepEqual((await workspace.stackExport()).deployment.resources ?? [], []);
    });
  }
});
