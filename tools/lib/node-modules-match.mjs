// Exit code 0 when node_modules hold exactly the versions of package-lock.json, 1 when `npm ci` is needed.
// npm's own record is compared, because time stamps say nothing after a checkout of another commit.
import * as fs from "node:fs";
import * as path from "node:path";

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "..", "..");

function packagesOf(file) {
  const { packages } = JSON.parse(fs.readFileSync(path.join(root, file), "utf8"));
  return Object.entries(packages).filter(([location]) => location !== "");
}

function matches() {
  const wanted = new Map(packagesOf("package-lock.json"));
  const installed = new Map(packagesOf("node_modules/.package-lock.json"));
  for (const [location, { version, optional }] of wanted) {
    // Optional packages of other platforms are never installed.
    if (!installed.has(location) && optional) continue;
    if (installed.get(location)?.version !== version) return false;
    if (!fs.existsSync(path.join(root, location, "package.json"))) return false;
  }
  return [...installed.keys()].every((location) => wanted.has(location));
}

try {
  process.exit(matches() ? 0 : 1);
} catch {
  process.exit(1);
}
