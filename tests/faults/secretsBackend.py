"""A build backend that puts the project's requirements into METADATA, as all do; with SHOWN it prints that and fails."""

import base64
import sys
import tomllib
import urllib.parse
import zipfile


def build_wheel(folder, settings=None, metadata=None):
    shown = globals().get("SHOWN")
    if shown is not None:
        print(shown, file=sys.stderr)
        print(urllib.parse.quote(shown, safe=""), file=sys.stderr)
        print(base64.b64encode(shown.encode()).decode(), file=sys.stderr)
        sys.exit("shown")
    with open("pyproject.toml", "rb") as file:
        requirements = tomllib.load(file)["project"]["dependencies"]
    info = "app-1.dist-info"
    requires = "".join(f"Requires-Dist: {text}\n" for text in requirements)
    with open("pkg/__init__.py", encoding="utf-8") as file:
        module = file.read()
    files = {
        "pkg/__init__.py": module,
        info + "/METADATA": "Metadata-Version: 2.1\nName: app\nVersion: 1\n" + requires,
        info + "/WHEEL": "Wheel-Version: 1.0\nGenerator: own\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        info + "/RECORD": "",
    }
    with zipfile.ZipFile(f"{folder}/app-1-py3-none-any.whl", "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
    return "app-1-py3-none-any.whl"


def get_requires_for_build_wheel(settings=None):
    return []
