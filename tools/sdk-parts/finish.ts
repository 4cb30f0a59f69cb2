import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";

// Completes freshly generated SDKs: finish.ts FOLDER, which holds nodejs, python, go, dotnet, java. README.md of this
// folder says what and why.

interface Schema {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly publisher: string;
  readonly attribution: string;
  readonly repository: string;
  readonly pluginDownloadURL: string;
  readonly keywords: readonly string[];
  readonly language: {
    readonly nodejs: { readonly packageName: string };
    readonly python: { readonly packageName: string };
    readonly go: { readonly importBasePath: string };
  };
  readonly resources: Readonly<Record<string, { readonly description: string }>>;
}

interface Language {
  readonly title: string;
  /** The language of a code block in the schema's examples. */
  readonly fence: string;
  /** Name under which users install it. */
  readonly package: string;
  /** The folder that is published. */
  readonly root: string;
  readonly complete: (root: string) => void;
}

const checkout = path.resolve(__dirname, "..", "..");
const schema = JSON.parse(readFileSync(path.join(checkout, "schema.json"), "utf8")) as Schema;

const facts: Readonly<Record<string, string>> = {
  version: schema.version,
  description: schema.description,
  license: schema.license,
  publisher: schema.publisher,
  attribution: schema.attribution,
  repository: schema.repository,
};

const languages: Readonly<Record<string, Language>> = {
  nodejs: {
    title: "TypeScript and JavaScript",
    fence: "typescript",
    package: schema.language.nodejs.packageName,
    root: "nodejs",
    complete: completeNodejs,
  },
  python: {
    title: "Python",
    fence: "python",
    package: schema.language.python.packageName,
    root: "python",
    complete: completePython,
  },
  go: {
    title: "Go",
    fence: "go",
    package: schema.language.go.importBasePath,
    root: path.join("go", path.basename(schema.language.go.importBasePath)),
    complete: completeGo,
  },
  dotnet: {
    title: "C#",
    fence: "csharp",
    package: "Uvlambda.Uvlambda",
    root: "dotnet",
    complete: completeDotnet,
  },
  java: {
    title: "Java",
    fence: "java",
    package: "com.uvlambda:uvlambda",
    root: "java",
    complete: completeJava,
  },
};

function completeNodejs(root: string): void {
  const file = path.join(root, "package.json");
  const { repository, ...rest } = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  const manifest = {
    ...rest,
    repository: { type: "git", url: `git+${String(repository)}.git`, directory: "sdk/nodejs" },
    bugs: `${schema.repository}/issues`,
    author: schema.publisher,
  };
  writeFileSync(file, `${JSON.stringify(manifest, undefined, 4)}\n`);
  // `pulumi install` fetches what any package.json in node_modules names.
  const aws = path.join(root, "plugins", "aws");
  const named = { name: "aws", version: awsPlugin.version, private: true, pulumi: awsPlugin };
  mkdirSync(aws, { recursive: true });
  writeFileSync(path.join(aws, "package.json"), `${JSON.stringify(named, undefined, 4)}\n`);
}

/** The plugin that every function and layer needs, in the form that Pulumi's language hosts read. */
const awsPlugin = { resource: true, name: "aws", version: awsVersion() };

function awsVersion(): string {
  const { dependencies } = JSON.parse(readFileSync(path.join(checkout, "package.json"), "utf8")) as {
    dependencies: Readonly<Record<string, string>>;
  };
  const version = dependencies["@pulumi/aws"];
  if (version === undefined) throw new Error("package.json does not depend on @pulumi/aws");
  return version;
}

function completePython(root: string): void {
  renameSync(path.join(root, schema.language.python.packageName, "README.md"), path.join(root, "README.md"));
  replace(
    path.join(root, "pyproject.toml"),
    '  readme = "README.md"\n',
    `  readme = "README.md"
  authors = [{ name = "${schema.publisher}" }]
  classifiers = ["Intended Audience :: Developers", "Programming Language :: Python :: 3", "Topic :: Software Development :: Build Tools", "Typing :: Typed"]
`,
  );
  // A Python package names one plugin, its own, so the other comes with Pulumi's SDK for AWS, for those who ask for it.
  replace(
    path.join(root, "pyproject.toml"),
    "  [project.license]\n",
    `  [project.optional-dependencies]\n    aws = ["pulumi-aws==${awsPlugin.version}"]\n  [project.license]\n`,
  );
}

function completeGo(root: string): void {
  replace(
    path.join(root, "internal", "pulumiVersion.go"),
    "var SdkVersion semver.Version = semver.Version{}",
    `var SdkVersion semver.Version = semver.MustParse("${schema.version}")`,
  );
  // A module names one plugin. This one has nothing else, and a program requires it because the SDK imports it.
  const aws = path.join(root, "plugins", "aws");
  const module = `${schema.language.go.importBasePath}/plugins/aws`;
  mkdirSync(aws, { recursive: true });
  writeFileSync(path.join(aws, "go.mod"), `module ${module}\n\ngo 1.23.11\n`);
  writeFileSync(path.join(aws, "pulumi-plugin.json"), `${JSON.stringify(awsPlugin, undefined, 2)}\n`);
  const purpose = `// Package aws names the aws plugin that uvlambda needs, so that \`pulumi install\` fetches it.`;
  writeFileSync(path.join(aws, "doc.go"), `${purpose}\npackage aws\n`);
  const reason = "// Not for its code, which is empty: a program that imports this package then requires that module.";
  writeFileSync(path.join(root, "plugins.go"), `package ${schema.name}\n\n${reason}\nimport _ "${module}"\n`);
}

function completeDotnet(root: string): void {
  const project = path.join(root, "Uvlambda.Uvlambda.csproj");
  replace(
    project,
    "    <PackageIcon>logo.png</PackageIcon>\n",
    `    <PackageIcon>logo.png</PackageIcon>
    <PackageReadmeFile>README.md</PackageReadmeFile>
    <PackageTags>${schema.keywords.join(";")}</PackageTags>
`,
  );
  replace(
    project,
    '    <None Include="logo.png">\n',
    '    <None Include="README.md" Pack="True" PackagePath="" />\n    <None Include="logo.png">\n',
  );
}

function completeJava(root: string): void {
  for (const file of ["build.gradle", "settings.gradle"]) rmSync(path.join(root, file));
  const pom = path.join(root, "pom.xml");
  writeFileSync(pom, filled(readFileSync(pom, "utf8"), facts));
  const own = { resource: true, name: schema.name, version: schema.version, server: schema.pluginDownloadURL };
  for (const plugin of [own, awsPlugin]) {
    // The Java host reads what is in a package of two names or more below `com`.
    const resources = path.join(root, "src", "main", "resources", "com", "uvlambda", plugin.name);
    mkdirSync(resources, { recursive: true });
    writeFileSync(path.join(resources, "version.txt"), plugin.version);
    writeFileSync(path.join(resources, "plugin.json"), `${JSON.stringify(plugin, undefined, 2)}\n`);
  }
}

function readmeOf(name: string, language: Language): string {
  const example = new RegExp(`^\`\`\`${language.fence}\\n[^]*?^\`\`\`$`, "m").exec(mainResource().description);
  if (example === null) throw new Error(`schema.json has no example in ${language.title}`);
  const values = { ...facts, language: language.title, package: language.package, example: example[0] };
  const install = filled(readFileSync(path.join(__dirname, `${name}.md`), "utf8"), values).trimEnd();
  return filled(readFileSync(path.join(__dirname, "readme.md"), "utf8"), { ...values, install });
}

function mainResource(): { readonly description: string } {
  const found = schema.resources[`${schema.name}:index:Function`];
  if (found === undefined) throw new Error("schema.json has no Function");
  return found;
}

/** `text` with every `{{name}}` replaced. A name without a value is an error. */
function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`nothing is known for {{${name}}}`);
    return value;
  });
}

function replace(file: string, from: string, to: string): void {
  const text = readFileSync(file, "utf8");
  if (text.split(from).length !== 2) throw new Error(`${file} does not hold exactly once: ${from}`);
  writeFileSync(
    file,
    text.replace(from, () => to),
  );
}

function finish(folder: string): void {
  for (const [name, language] of Object.entries(languages)) {
    const root = path.join(folder, language.root);
    const parts = path.join(__dirname, name);
    if (existsSync(parts)) cpSync(parts, root, { recursive: true });
    language.complete(root);
    writeFileSync(path.join(root, "README.md"), readmeOf(name, language));
  }
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: finish.ts FOLDER");
finish(path.resolve(folder));
