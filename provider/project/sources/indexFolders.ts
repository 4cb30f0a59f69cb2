import * as path from "node:path";
import { fileURLToPath } from "node:url";
import {
  asString,
  asStrings,
  asTable,
  asTables,
  parseToml,
  readTomlText,
  TomlFileError,
  type TomlTable,
} from "../../lib/toml.js";
import type { Project } from "../workspace.js";

/** Absolute paths of the folders and files where uv is told to look for distributions. They may not exist. */
export function indexFolders(project: Project): string[] {
  const { root, pyproject, rootPyproject } = project;
  const tables: [folder: string, settings: TomlTable][] = [pyproject, rootPyproject].map((one) => [
    one.folder,
    asTable(one.tool["uv"]),
  ]);
  tables.push([root, uvToml(path.join(root, "uv.toml"))]);
  const found = tables.flatMap(([folder, settings]) =>
    [settings, asTable(settings["pip"])].flatMap(placesIn).flatMap((place) => localPath(folder, place)),
  );
  return [...new Set(found)];
}

function placesIn(settings: TomlTable): string[] {
  const named = asTables(settings["index"]).map((index) => asString(index["url"]));
  const lists = ["find-links", "extra-index-url"].flatMap((key) => asStrings(settings[key]));
  return [...named, asString(settings["index-url"]), ...lists].filter((place) => place !== undefined);
}

/** Empty for a location on a server. */
function localPath(folder: string, place: string): string[] {
  if (/^file:\/\//i.test(place)) {
    try {
      return [fileURLToPath(place)];
    } catch {
      return [];
    }
  }
  return /^[a-z][a-z0-9+.-]+:/i.test(place) ? [] : [path.resolve(folder, place)];
}

/** Empty when it is missing or cannot be read: uv reports the latter. */
function uvToml(file: string): TomlTable {
  try {
    return parseToml(readTomlText(file), file);
  } catch (error) {
    if (error instanceof TomlFileError) return {};
    throw error;
  }
}
