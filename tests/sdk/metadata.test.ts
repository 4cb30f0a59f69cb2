import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import * as empty from "google-protobuf/google/protobuf/empty_pb.js";
import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { parse } from "smol-toml";
import { pluginVersions } from "../../provider/resources/code/image/pluginResources.js";
import { checkout, pluginFolder } from "../support/machine.js";
import { read, schema } from "./support.js";

const { version, description, license, homepage, repository } = schema;

/** The file that tells the engine which plugin a program needs, and where to get it. */
const pluginRecord = { resource: true, name: schema.name, version, server: schema.pluginDownloadURL };

/** Text of the one element of that name, at any depth. */
function element(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}

/** Names of the plugins whose npm packages the provider uses. */
function pluginsOfChildren(): string[] {
  const folder = path.join(checkout, "provider", "resources");
  const files = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const sources = files.map((name) => fs.readFileSync(path.join(folder, name), "utf8"));
  const names = sources.flatMap((text) => [...text.matchAll(/from "@pulumi\/([\w-]+)/g)].map(([, name = ""]) => name));
  return [...new Set(names)].filter((name) => name !== "pulumi");
}

/** The version that the running plugin reports. */
async function pluginVersion(): Promise<string> {
  const plugin = spawn(path.join(pluginFolder, "pulumi-resource-uvlambda"), [], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [port] = (await once(createInterface(plugin.stdout), "line")) as [string];
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    const info = await new Promise<PluginInfo>((resolve, reject) =>
      client.getPluginInfo(new empty.Empty(), (error, answer) => (error ? reject(error) : resolve(answer))),
    );
    client.close();
    return info.getVersion();
  } finally {
    plugin.kill("SIGKILL");
  }
}

describe("one version everywhere", () => {
  it("of package.json, lock, schema, plugin and SDKs", async function () {
    this.timeout(30_000);
    const json = (...names: string[]) => JSON.parse(read(...names)) as { version: string };
    assert.deepEqual(
      {
        package: json("package.json").version,
        lock: json("package-lock.json").version,
        plugin: await pluginVersion(),
        nodejs: json("sdk", "nodejs", "package.json").version,
        python: (parse(read("sdk", "python", "pyproject.toml")) as { project: { version: string } }).project.version,
        go: /MustParse\("(.*)"\)/.exec(read("sdk", "go", "uvlambda", "internal", "pulumiVersion.go"))?.[1],
        goPlugin: json("sdk", "go", "uvlambda", "pulumi-plugin.json").version,
        goAws: /plugins\/aws v(\S+)$/m.exec(read("sdk", "go", "uvlambda", "go.mod"))?.[1],
        dotnet: element(read("sdk", "dotnet", "Uvlambda.Uvlambda.csproj"), "Version"),
        dotnetPlugin: read("sdk", "dotnet", "version.txt"),
        java: element(read("sdk", "java", "pom.xml"), "version"),
        javaPlugin: read("sdk", "java", "src", "main", "resources", "com", "uvlambda", "uvlambda", "version.txt"),
      },
      Object.fromEntries(
        ["package", "lock", "plugin", "nodejs", "python", "go", "goPlugin", "goAws", "dotnet", "dotnetPlugin", "java", "javaPlugin"].map(
          (name) => [name, version],
        ),
      ),
    );
  });

  it("of each plugin that children need, in the program and docs/install.md", () => {
    const { dependencies } = JSON.parse(read("package.json")) as { dependencies: Record<string, string> };
    const imported = pluginsOfChildren();
    assert.ok(imported.includes("aws"));
    const stated = [...read("docs", "install.md").matchAll(/\| plugin `([\w-]+)` ([\d.]+) \|/g)];
    assert.deepEqual(
      stated.map(([, name, at]) => [name, at]).sort(),
      [...imported.map((name) => [name, dependencies[`@pulumi/${name}`]]), ...Object.entries(pluginVersions)].sort(),
    );
  });
});

describe("what the registries show of an SDK", () => {
  it("npm", () => {
    const manifest = JSON.parse(read("sdk", "nodejs", "package.json")) as Record<string, unknown>;
    const { name, keywords, pulumi } = manifest;
    assert.equal(name, "@uvlambda/uvlambda");
    assert.deepEqual(keywords, schema.keywords);
    assert.deepEqual(pulumi, pluginRecord);
    assert.equal(manifest["license"], license);
    assert.equal(manifest["homepage"], homepage);
    assert.deepEqual(manifest["repository"], { type: "git", url: `git+${repository}.git`, directory: "sdk/nodejs" });
    assert.ok(manifest["description"] && manifest["author"] && manifest["bugs"]);
  });

  it("of the aws plugin where an SDK can name it: the version that the components ask for", () => {
    const { dependencies } = JSON.parse(read("package.json")) as { dependencies: Record<string, string> };
    const version = dependencies["@pulumi/aws"];
    const named = { resource: true, name: "aws", version };
    const npm = JSON.parse(read("sdk", "nodejs", "plugins", "aws", "package.json")) as { pulumi: object };
    assert.deepEqual(npm.pulumi, named);
    assert.deepEqual(JSON.parse(read("sdk", "go", "uvlambda", "plugins", "aws", "pulumi-plugin.json")), named);
    const java = ["sdk", "java", "src", "main", "resources", "com", "uvlambda", "aws"];
    assert.deepEqual(JSON.parse(read(...java, "plugin.json")), named);
    assert.equal(read(...java, "version.txt"), version);
    const { project } = parse(read("sdk", "python", "pyproject.toml")) as { project: Record<string, object> };
    assert.deepEqual({ ...project["optional-dependencies"] }, { aws: [`pulumi-aws==${version}`] });
  });

  it("PyPI", () => {
    const { project } = parse(read("sdk", "python", "pyproject.toml")) as { project: Record<string, unknown> };
    assert.equal(project["name"], "pulumi_uvlambda");
    assert.equal(project["description"], description);
    assert.deepEqual({ ...(project["license"] as object) }, { text: license });
    assert.deepEqual({ ...(project["urls"] as object) }, { Homepage: homepage, Repository: repository });
    assert.ok(project["authors"] && project["requires-python"]);
    assert.equal(project["readme"], "README.md");
  });

  it("Go's module proxy", () => {
    assert.equal(/^module (.*)$/m.exec(read("sdk", "go", "uvlambda", "go.mod"))?.[1], schema.language.go.importBasePath);
  });

  it("NuGet", () => {
    const project = read("sdk", "dotnet", "Uvlambda.Uvlambda.csproj");
    const wanted = {
      Authors: schema.publisher,
      Description: description,
      PackageLicenseExpression: license,
      PackageProjectUrl: homepage,
      RepositoryUrl: repository,
      PackageReadmeFile: "README.md",
      PackageTags: schema.keywords.join(";"),
    };
    assert.deepEqual(Object.fromEntries(Object.keys(wanted).map((name) => [name, element(project, name)])), wanted);
    assert.match(project, /<None Include="README.md" Pack="True" PackagePath="" \/>/);
    assert.match(project, /<PackageReference Include="Pulumi" /);
    const opened = [...project.matchAll(/<(\w+)(?:\s[^<>]*[^/<>])?>/g)].map(([, name]) => name);
    const closed = [...project.matchAll(/<\/(\w+)>/g)].map(([, name]) => name);
    assert.deepEqual(opened.sort(), closed.sort(), "the project file is not well-formed");
  });

  it("Maven Central", () => {
    const pom = read("sdk", "java", "pom.xml");
    const wanted = { groupId: "com.uvlambda", artifactId: "uvlambda", name: "uvlambda", description, url: repository };
    assert.deepEqual(Object.fromEntries(Object.keys(wanted).map((name) => [name, element(pom, name)])), wanted);
    for (const part of [`<license>\\s*<name>${license}<`, "<developer>\\s*<name>\\w", "<scm>\\s*<connection>scm:git:"])
      assert.match(pom, new RegExp(part));
  });

  it("the plugin that an SDK needs, and where it is", () => {
    const files = [
      ["python", "pulumi_uvlambda", "pulumi-plugin.json"],
      ["go", "uvlambda", "pulumi-plugin.json"],
      ["dotnet", "pulumi-plugin.json"],
      ["java", "src", "main", "resources", "com", "uvlambda", "uvlambda", "plugin.json"],
    ];
    for (const file of files) assert.deepEqual(JSON.parse(read("sdk", ...file)), pluginRecord, file.join("/"));
    assert.equal(schema.pluginDownloadURL, repository.replace("https://github.com", "github://api.github.com"));
  });

  it("a README with an example", () => {
    const languages = { nodejs: "typescript", python: "python", "go/uvlambda": "go", dotnet: "csharp", java: "java" };
    for (const [folder, language] of Object.entries(languages)) {
      const readme = read("sdk", ...folder.split("/"), "README.md");
      assert.match(readme, new RegExp(`\n\`\`\`${language}\n[^]*project`, "i"), folder);
      assert.ok(readme.includes(`\`uvlambda\` ${version}`), folder);
    }
  });
});
