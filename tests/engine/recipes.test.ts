import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { createProject, mustSucceed, type Workspace } from "./harness.js";
import { lockProject } from "./fixtures.js";
import { lockEnvironment, recipes, type Recipe } from "./recipes/checks.js";
import { filesOf, languagesOf, recipesFolder, writePage, type RecipeLanguage } from "./recipes/page.js";
import { orSkip } from "./orSkip.js";
import { toolEnvironment } from "./run.js";

const pages = fs
  .readdirSync(recipesFolder)
  .filter((name) => name !== "README.md")
  .map((name) => name.replace(/\.md$/, ""));

describe("the recipes", function () {
  this.timeout(300_000);

  it("each have a test and a row in the table, with at least TypeScript and YAML, and half of them Python", () => {
    assert.deepEqual([...pages].sort(), Object.keys(recipes).sort());
    const table = fs.readFileSync(path.join(recipesFolder, "README.md"), "utf8");
    for (const page of pages) {
      const names = { typescript: "TypeScript", yaml: "YAML", python: "Python" };
      const languages = languagesOf(page).map((language) => names[language]);
      assert.deepEqual(languages.slice(0, 2), ["TypeScript", "YAML"], page);
      assert.ok(filesOf(page).has("app/pyproject.toml"), page);
      const row = table.split("\n").find((line) => line.includes(`(${page}.md)`)) ?? "";
      assert.ok(row.endsWith(`| ${languages.join(", ")} |`), `the row of ${page}: ${languages.join(", ")}`);
    }
    assert.ok(pages.filter((page) => languagesOf(page).includes("python")).length >= pages.length / 2);
  });

  for (const page of pages) {
    for (const language of languagesOf(page)) {
      it(`${page} in ${language}`, async function () {
        const recipe = recipes[page]!;
        const workspace = await workspaceOf(this, page, language, recipe);
        await orSkip(this, async () => mustSucceed(await workspace.up()));
        await recipe.check(workspace, await workspace.outputs(), language);
        mustSucceed(await workspace.preview(["--expect-no-changes"]));
        mustSucceed(await workspace.destroy());
      });
    }
  }
});

async function workspaceOf(
  context: Mocha.Context,
  page: string,
  language: RecipeLanguage,
  { runtime = "python3.11", prepare }: Recipe,
): Promise<Workspace> {
  const source = fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-recipe-"));
  // Once for each page: the provider gets the same resources in each language, and the real one takes longer.
  const aws = language === "typescript" ? "real" : undefined;
  let workspace: Workspace;
  try {
    writePage(page, language, source, runtime);
    workspace = await createProject(context, language, { source, programFolder: "infra", aws });
  } finally {
    fs.rmSync(source, { recursive: true });
  }
  await prepare?.(workspace, language);
  const { folder, pulumi, uv } = workspace.run;
  const env = { ...toolEnvironment(folder, pulumi), ...lockEnvironment[page] };
  await orSkip(context, () => lockProject(workspace.at("app"), uv, env));
  return workspace;
}
