import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import type { Metadata, Properties, Property, PropertyType } from "./metadata.js";

/** Collects nested types while the top ones are read. */
interface Reading {
  readonly nested: ReadonlyMap<string, ts.InterfaceDeclaration>;
  readonly types: Record<string, Properties>;
}

const WORDS: Readonly<Record<string, PropertyType>> = {
  string: { kind: "string" },
  number: { kind: "number" },
  boolean: { kind: "boolean" },
  any: { kind: "any" },
  "pulumi.asset.Archive": { kind: "archive" },
  "pulumi.asset.Asset": { kind: "asset" },
};

/** Reads property names and types out of the type definitions of the installed @pulumi/aws. */
export function readMetadata(resourceTokens: readonly string[], functionTokens: readonly string[]): Metadata {
  const root = dirname(require.resolve("@pulumi/aws/package.json"));
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const reading: Reading = { nested: nestedTypes(parse(join(root, "types", "input.d.ts"))), types: {} };
  const provider = interfaceProperties(parse(join(root, "provider.d.ts")), "ProviderArgs", reading);
  const resources = Object.fromEntries(
    resourceTokens.map((token) => {
      const { file, name } = locate(root, token);
      const source = parse(file);
      return [
        token,
        {
          inputs: interfaceProperties(source, `${name}Args`, reading),
          outputs: classProperties(source, name, reading),
        },
      ];
    }),
  );
  const functions = Object.fromEntries(
    functionTokens.map((token) => {
      const { file, name } = locate(root, token);
      const pascal = name.charAt(0).toUpperCase() + name.slice(1);
      return [token, interfaceProperties(parse(file), `${pascal}Args`, reading)];
    }),
  );
  return { version, provider, resources, functions, types: reading.types };
}

/** `aws:lambda/function:Function` is in lambda/function.d.ts, `aws:index/getRegion:getRegion` in getRegion.d.ts. */
function locate(root: string, token: string): { file: string; name: string } {
  const [, path = "", name = ""] = token.split(":");
  return { file: join(root, `${path.replace(/^index\//, "")}.d.ts`), name };
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022, false);
}

function nestedTypes(source: ts.SourceFile): Map<string, ts.InterfaceDeclaration> {
  const found = new Map<string, ts.InterfaceDeclaration>();
  const visit = (statements: readonly ts.Statement[], prefix: string): void => {
    for (const statement of statements) {
      if (ts.isInterfaceDeclaration(statement)) found.set(prefix + statement.name.text, statement);
      if (ts.isModuleDeclaration(statement) && statement.body !== undefined && ts.isModuleBlock(statement.body)) {
        visit(statement.body.statements, `${prefix}${statement.name.text}.`);
      }
    }
  };
  visit(source.statements, "");
  return found;
}

function interfaceProperties(source: ts.SourceFile, name: string, reading: Reading): Properties {
  const declaration = source.statements.find(
    (one): one is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(one) && one.name.text === name,
  );
  return declaration === undefined ? {} : membersOf(declaration.members, reading);
}

function classProperties(source: ts.SourceFile, name: string, reading: Reading): Properties {
  const declaration = source.statements.find(
    (one): one is ts.ClassDeclaration => ts.isClassDeclaration(one) && one.name?.text === name,
  );
  if (declaration === undefined) throw new Error(`@pulumi/aws has no class ${name} in ${source.fileName}`);
  const isStatic = (member: ts.ClassElement): boolean =>
    (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static) !== 0;
  return membersOf(
    declaration.members.filter((member) => ts.isPropertyDeclaration(member) && !isStatic(member)),
    reading,
  );
}

function membersOf(members: readonly (ts.TypeElement | ts.ClassElement)[], reading: Reading): Properties {
  const properties: Record<string, Property> = {};
  for (const member of members) {
    if (!(ts.isPropertySignature(member) || ts.isPropertyDeclaration(member)) || member.type === undefined) continue;
    const name = (member.name as ts.Identifier).text;
    const optional = member.questionToken !== undefined || mayBeUndefined(member.type);
    properties[name] = { type: propertyType(member.type, reading), required: !optional };
  }
  return properties;
}

function mayBeUndefined(type: ts.TypeNode): boolean {
  if (ts.isUnionTypeNode(type)) return type.types.some((one) => one.kind === ts.SyntaxKind.UndefinedKeyword);
  return ts.isTypeReferenceNode(type) && isWrapper(type) && mayBeUndefined(type.typeArguments![0]!);
}

function isWrapper(type: ts.TypeReferenceNode): boolean {
  return ["pulumi.Input", "pulumi.Output"].includes(nameOf(type.typeName)) && type.typeArguments !== undefined;
}

function propertyType(type: ts.TypeNode, reading: Reading): PropertyType {
  if (ts.isArrayTypeNode(type)) return { kind: "array", of: propertyType(type.elementType, reading) };
  if (ts.isParenthesizedTypeNode(type)) return propertyType(type.type, reading);
  if (ts.isTypeLiteralNode(type)) {
    const index = type.members.find(ts.isIndexSignatureDeclaration);
    return index === undefined ? { kind: "any" } : { kind: "map", of: propertyType(index.type, reading) };
  }
  if (ts.isUnionTypeNode(type)) {
    const parts = type.types
      .filter((one) => one.kind !== ts.SyntaxKind.UndefinedKeyword)
      .map((one) => propertyType(one, reading));
    return parts.length === 1 ? parts[0]! : { kind: "either", of: parts };
  }
  if (ts.isTypeReferenceNode(type)) {
    return isWrapper(type)
      ? propertyType(type.typeArguments![0]!, reading)
      : referenced(nameOf(type.typeName), reading);
  }
  return WORDS[ts.tokenToString(type.kind) ?? ""] ?? { kind: "any" };
}

function referenced(name: string, reading: Reading): PropertyType {
  const known = WORDS[name];
  if (known !== undefined) return known;
  if (name.startsWith("inputs.")) {
    const nested = name.slice("inputs.".length);
    const declaration = reading.nested.get(nested);
    if (declaration === undefined) return { kind: "any" };
    if (reading.types[nested] === undefined) {
      reading.types[nested] = {};
      reading.types[nested] = membersOf(declaration.members, reading);
    }
    return { kind: "object", name: nested };
  }
  // Enums are open in the provider, and a resource given for its id arrives as the id.
  return name.startsWith("outputs.") ? { kind: "any" } : { kind: "string" };
}

function nameOf(name: ts.EntityName): string {
  return ts.isIdentifier(name) ? name.text : `${nameOf(name.left)}.${name.right.text}`;
}
