import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { makeWheel, type WheelSpec } from "../../support/wheels.js";
import type { Files } from "./fixture.js";

/** A build backend in the source itself, so that none has to be fetched. */
function backendFiles(name: string, version: string, python: string): Files {
  return {
    "pyproject.toml":
      // It is here so that locking needs no build.
      `[project]\nname = "${name}"\nversion = "${version}"\n` +
      '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    "backend.py": python,
  };
}

/** A source archive whose build gives exactly this wheel, for `sdists` of a fixture. */
export function sourceOf(wheel: WheelSpec): WheelSpec {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-source-"));
  try {
    const file = makeWheel(wheel, folder);
    const name = path.basename(file);
    const version = wheel.version ?? "1.0.0";
    const copy = `shutil.copy(${JSON.stringify(name)}, directory)\n    return ${JSON.stringify(name)}`;
    const files = {
      ...backendFiles(wheel.name, version, `import shutil\n${buildWheel}    ${copy}\n`),
      [name]: fs.readFileSync(file),
    };
    return { name: wheel.name, version, files };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** A source archive that builds a wheel for the machine it is built on, with a module that says where that was. */
export function sourceThatTells(name: string, version = "1.0.0"): WheelSpec {
  return { name, version, files: backendFiles(name, version, tellingBackend(name, version)) };
}

const buildWheel = "def build_wheel(directory, config_settings=None, metadata_directory=None):\n";

function tellingBackend(name: string, version: string): string {
  return [
    "import os, platform, sys, zipfile",
    buildWheel.trimEnd(),
    `    base = "${name}-${version}"`,
    '    tag = f"cp3{sys.version_info[1]}-cp3{sys.version_info[1]}-linux_{platform.machine()}"',
    "    module = f\"PYTHON = {sys.version_info[:2]!r}\\nMARK = {os.path.exists('/etc/build-image')}\\n\"",
    "    files = {",
    `        "${name}/__init__.py": module,`,
    `        base + ".dist-info/METADATA": "Metadata-Version: 2.1\\nName: ${name}\\nVersion: ${version}\\n",`,
    '        base + ".dist-info/WHEEL": f"Wheel-Version: 1.0\\nRoot-Is-Purelib: false\\nTag: {tag}\\n",',
    "    }",
    '    files[base + ".dist-info/RECORD"] = "".join(f"{n},,\\n" for n in files)',
    '    with zipfile.ZipFile(os.path.join(directory, f"{base}-{tag}.whl"), "w") as wheel:',
    "        for n, text in files.items():",
    "            wheel.writestr(n, text)",
    '    return f"{base}-{tag}.whl"',
    "",
  ].join("\n");
}
