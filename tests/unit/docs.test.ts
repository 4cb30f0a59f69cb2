import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { referencePages } from "../../tools/reference/generate.js";

const root = path.join(__dirname, "..", "..");

interface Properties {
  readonly [name: string]: unknown;
}

interface Schema {
  readonly version: string;
  readonly types: Readonly<Record<string, { readonly properties?: Properties }>>;
  readonly resources: Readonly<
    Record<string, { readonly inputProperties: Properties; readonly properties: Properties }>
  >;
}

const schema = JSON.parse(read("schema.json")) as Schema;

/** Every name that a program can write or read. */
const names = new Set([
  ...Object.keys(schema.resources).map((token) => token.split(":")[2] ?? ""),
  ...Object.values(schema.resources).flatMap(({ inputProperties, properties }) => [
    ...Object.keys(inputProperties),
    ...Object.keys(properties),
  ]),
  ...Object.values(schema.types).flatMap(({ properties }) => Object.keys(properties ?? {})),
]);

/** Names in a column "here" that are not in the schema: those of uv, Pulumi, the command line, the machine. */
const others =
  /^(uv\.lock|uvlambda |uv build|UVLAMBDA_|aws\b|pyproject\.toml|\[build-system\]|transforms|ignoreChanges|functions\.api\.handler|true$|false$)/;

function read(file: string): string {
  return fs.readFileSync(path.join(root, file), "utf8");
}

/** Markdown files for users and developers: those at the top, and those in folders with pages written by hand. */
function pages(): string[] {
  const isPage = (name: string) => name.endsWith(".md") && !/node_modules|fixtures|sdk-parts|\.uvlambda/.test(name);
  const below = ["docs", "examples", "tests", "tools", "bench"].flatMap((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .map((name) => path.join(folder, name)),
  );
  return [...fs.readdirSync(root), ...below].filter(isPage);
}

/** Lines of prose that are too long to read in a diff. Tables, code, and a single link or command may be longer. */
function longLines(page: string): string[] {
  return read(page)
    .replaceAll(/^ *```[^]*?^ *```$/gm, "")
    .split("\n")
    .filter((line) => line.length > 120 && !/^ *\||^ *(`[^`]*`|\[[^\]]*\]\([^)]*\))\S?$/.test(line));
}

/** The code in the last column of the tables of a page, each with its line. */
function lastColumn(page: string): [code: string, line: string][] {
  return read(page)
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("|--"))
    .flatMap((line) => {
      const cell = line.split("|").at(-2) ?? "";
      return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]): [string, string] => [code, line]);
    });
}

describe("the documentation", () => {
  it("links to files and headings that exist", () => {
    const broken = pages().flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)]
        .filter(([, file = "", heading]) => {
          const target = file === "" ? page : path.join(path.dirname(page), file);
          if (!fs.existsSync(path.join(root, target))) return true;
          return heading !== undefined && !headings(target).includes(heading);
        })
        .map(([link]) => `${page}: ${link}`),
    );
    assert.deepEqual(broken, []);
  });

  it("is wrapped, so that a diff shows the sentence that changed", () => {
    const written = pages().filter((page) => !page.startsWith(path.join("docs", "reference")));
    assert.ok(written.length > 50, "the pages were not found");
    const long = written.flatMap((page) => longLines(page).map((line) => `${page}: ${line}`));
    assert.deepEqual(long, []);
  });

  it("begins with a page that a newcomer finishes", () => {
    const lines = read("README.md").split("\n");
    assert.ok(lines.length <= 151, `README.md has ${lines.length} lines`);
    const commands = /```sh\n([^]*?)```/.exec(read("README.md"))?.[1]?.trim().split("\n") ?? [];
    assert.ok(commands.length > 0 && commands.length <= 5, "the quick start has at most five commands");
  });

  it("has a reference that says what the schema says", () => {
    const generated = Object.entries(referencePages(read("schema.json")));
    assert.ok(generated.length >= 3);
    for (const [name, text] of generated) assert.equal(read(`docs/reference/${name}`), text, `${name}: make generate`);
  });

  it("names folders and files of the plugin that exist", () => {
    const missing = pages().flatMap((page) =>
      [...read(page).matchAll(/`((?:provider|tests|tools|bench)\/[\w./-]+)`/g)]
        .map(([, file = ""]) => file)
        .filter((file) => !fs.existsSync(path.join(root, file)))
        .map((file) => `${page}: ${file}`),
    );
    assert.deepEqual(missing, []);
  });

  it("names source files that exist, also by the end of their path", () => {
    const files = ["provider", "tests", "tools", "bench"].flatMap((folder) =>
      fs
        .readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
        .map((file) => `/${folder}/${file}`),
    );
    const developers = pages().filter((page) => !/^docs.(recipes|install)/.test(page));
    const missing = developers.flatMap((page) =>
      [...read(page).matchAll(/`([\w.-]+(?:\/[\w.-]+)*\.ts)`/g)]
        .map(([, name = ""]) => name)
        .filter((name) => !files.some((file) => file.endsWith(`/${name}`)))
        .map((name) => `${page}: ${name}`),
    );
    assert.deepEqual(missing, []);
  });

  it("maps other tools' names to names that the schema has", () => {
    const cells = lastColumn("docs/migrating.md");
    assert.ok(cells.length > 100, "the tables were not found");
    const unknown = cells.filter(([code]) => !others.test(code) && !names.has(/^\w+/.exec(code)?.[0] ?? ""));
    assert.deepEqual(unknown, []);
  });

  it("names every variable and output of the Terraform module around uv", () => {
    const page = read("docs/migrating.md");
    const wanted =
      "additional_layers alias_name architecture dependency_group description durable_config enable_dlq enable_durable_execution environment_variables function_name handler lambdas_dir log_retention_days memory_size powertools_layer_arn publish python_version role_name source_dir tags timeout tracing_mode alias_arn alias_invoke_arn dlq_arn dlq_url function_arn invoke_arn layer_arn layer_version log_group_arn log_group_name role_arn role_id";
    assert.deepEqual(
      wanted.split(" ").filter((name) => !new RegExp(`\`${name}\\b`).test(page)),
      [],
    );
  });

  it("installs this version", () => {
    const versions = [
      ...read("docs/install.md").matchAll(/(?:uvlambda |uvlambda-v|\$sdk@v|<version>)(\d+\.\d+\.\d+)/g),
    ];
    assert.ok(versions.length >= 4);
    assert.deepEqual(
      versions.map(([, version]) => version).filter((version) => version !== schema.version),
      [],
    );
  });
});

/** The anchors that GitHub makes of a page's headings. */
function headings(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, text = ""]) =>
    text
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}
