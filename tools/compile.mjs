// Compiles the plugin into dist/, unless dist/ is of exactly these sources. npm runs it as `prepare`, tools/build under a lock.
// Made aside and renamed: whatever interrupts this, dist/ stays as it was. It is replaced as a whole: no file of a deleted source stays.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

const checkout = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const dist = path.join(checkout, "dist");
const modules = path.join(checkout, "node_modules");

function main() {
  linkCommand();
  const key = sourcesKey();
  if (readKey() === key) return "dist/ is up to date";
  removeLeftovers();
  const started = Date.now();
  const fresh = path.join(modules, `.dist-${process.pid}`);
  try {
    compile(fresh);
    fs.writeFileSync(path.join(fresh, ".sources"), `${key}\n`);
    replaceDist(fresh);
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true });
  }
  return `plugin compiled into dist/ in ${Math.round((Date.now() - started) / 1000)} s`;
}

/** The names count too: renaming a file must compile again. */
function sourcesKey() {
  const sources = fs.readdirSync(path.join(checkout, "provider"), { recursive: true, withFileTypes: true });
  const files = sources
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
  const hash = createHash("sha256");
  for (const file of [
    ...files,
    path.join(checkout, "tsconfig.json"),
    path.join(checkout, "package-lock.json"),
  ].sort()) {
    const content = fs.readFileSync(file);
    hash.update(`${path.relative(checkout, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

function readKey() {
  // A dist/ that somebody emptied by hand is not up to date.
  if (!["index.js", "cli.js"].every((name) => fs.existsSync(path.join(dist, name)))) return undefined;
  try {
    return fs.readFileSync(path.join(dist, ".sources"), "utf8").trim();
  } catch {
    return undefined;
  }
}

function compile(folder) {
  const compiler = createRequire(path.join(checkout, "package.json")).resolve("typescript/bin/tsc");
  // Ctrl-C reaches the compiler too, and this process as the failure of it.
  const argv = [compiler, "-p", path.join(checkout, "provider", "tsconfig.json"), "--outDir", folder];
  execFileSync(process.execPath, argv, { cwd: checkout, stdio: ["ignore", 2, 2] });
}

/** Two renames, between which no signal but SIGKILL ends this process. */
function replaceDist(fresh) {
  const old = path.join(modules, `.dist-old-${process.pid}`);
  const ignore = () => undefined;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, ignore);
  try {
    for (let attempt = 1; ; attempt++) {
      moveIfThere(dist, old);
      try {
        fs.renameSync(fresh, dist);
        break;
      } catch (error) {
        // Another one has put its dist/ there in between, or it cannot be put there: the old one comes back.
        if (!fs.existsSync(dist)) moveIfThere(old, dist);
        if (attempt === 10) throw error;
      } finally {
        fs.rmSync(old, { recursive: true, force: true });
      }
    }
  } finally {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.off(signal, ignore);
  }
}

function moveIfThere(from, to) {
  try {
    fs.renameSync(from, to);
  } catch (error) {
    // Gone, or another one was quicker.
    if (!["ENOENT", "ENOTEMPTY", "EEXIST"].includes(error.code)) throw error;
  }
}

/** What compilers that were killed left, unless their process is still there. */
function removeLeftovers() {
  for (const name of fs.readdirSync(modules)) {
    const [, pid] = /^\.dist-(?:old-)?(\d+)$/.exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid)))
      fs.rmSync(path.join(modules, name), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/**
 * `npx uvlambda` starts what lies in node_modules/.bin at once. A "bin" in package.json would make npx read all of node_modules and link
 * the checkout into its own cache first, which takes seconds.
 */
function linkCommand() {
  const folder = path.join(modules, ".bin");
  fs.mkdirSync(folder, { recursive: true });
  if (process.platform === "win32") {
    fs.writeFileSync(path.join(folder, "uvlambda.cmd"), '@node "%~dp0..\\..\\bin\\uvlambda" %*\r\n');
    return;
  }
  const link = path.join(folder, "uvlambda");
  const target = path.join("..", "..", "bin", "uvlambda");
  try {
    if (fs.readlinkSync(link) === target) return;
  } catch {
    // Not there, or something else.
  }
  // Renamed: another compiler may make it at the same time.
  const fresh = `${link}-${process.pid}`;
  fs.rmSync(fresh, { force: true });
  fs.symlinkSync(target, fresh);
  fs.renameSync(fresh, link);
}

try {
  console.log(`[build] ${main()}`);
} catch (error) {
  // The compiler has said what is wrong.
  const reason = error.status === undefined ? error.message : "the plugin does not compile";
  console.error(`[build] error: ${error.signal ? "interrupted" : reason}; dist/ is as it was`);
  process.exitCode = 1;
}
