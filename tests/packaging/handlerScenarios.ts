import type { WheelSpec } from "../support/wheels.js";
import { pyproject, type Files, type Wanted } from "./support/fixture.js";

/** A project with a wrong request, and a hint that leads to a handler which returns "x". */
export interface Scenario {
  readonly name: string;
  readonly files: Files;
  /** Third-party packages in the index. */
  readonly wheels?: readonly WheelSpec[];
  readonly wanted: Partial<Wanted>;
  readonly says: RegExp;
  readonly never?: RegExp;
}

export const answer = "def handler(event, context):\n    return event['name']\n";
const lambda = "def lambda_handler(event, context):\n    return event['name']\n";
const hatch = (packages: string) => `[tool.hatch.build.targets.wheel]\npackages = ${packages}\n`;

export const scenarios: readonly Scenario[] = [
  {
    name: "a wheel whose packages are below src, imported without it",
    files: {
      "pyproject.toml": pyproject({ name: "app", backend: "hatchling", more: hatch('["src"]') }),
      "src/jobs.py": `from common.log import name\n${answer}`,
      "src/common/log.py": "name = 1\n",
    },
    wanted: { handler: "jobs.handler" },
    says: /`source: "src"`/,
    never: /src\.jobs/,
  },
  {
    name: "the same, where a module further on imports without it",
    files: {
      "pyproject.toml": pyproject({ name: "app", backend: "hatchling", more: hatch('["lib"]') }),
      "lib/api/orders.py": `from models import order\n${answer}`,
      "lib/models/order.py": "import settings\n",
      "lib/settings.py": "",
    },
    wanted: { handler: "api.orders.handler" },
    says: /`source: "lib"`/,
  },
  {
    name: "a package below src that imports relatively",
    files: {
      "pyproject.toml": pyproject({ name: "app", backend: "hatchling", more: hatch('["src"]') }),
      "src/__init__.py": "",
      "src/jobs.py": `from .common import name\n${answer}`,
      "src/common.py": "name = 1\n",
    },
    wanted: { handler: "jobs.handler" },
    says: /Did you mean "src\.jobs\.handler"/,
  },
  {
    name: "src with nothing that decides: both ways are named",
    files: {
      "pyproject.toml": pyproject({ name: "app", backend: "hatchling", more: hatch('["src"]') }),
      "src/jobs.py": answer,
    },
    wanted: { handler: "jobs.handler" },
    says: /`source: "src"`[^]*or `handler: "src\.jobs\.handler"`/,
  },
  {
    name: "the package's name is missing, and only one module has the function",
    files: {
      "pyproject.toml": pyproject({ name: "app", backend: "uv_build" }),
      "src/app/__init__.py": "",
      "src/app/a/__init__.py": "",
      "src/app/a/main.py": "def run(): ...\n",
      "src/app/worker/main.py": lambda,
    },
    wanted: { handler: "main.handler" },
    says: /Did you mean "app\.worker\.main\.lambda_handler"/,
  },
  {
    name: "src. is too much",
    files: { "pyproject.toml": pyproject({ name: "app" }), "src/jobs.py": answer },
    wanted: { handler: "src.jobs.handler" },
    says: /Did you mean "jobs\.handler"/,
  },
  {
    name: "another name in the module, and not one that takes no event",
    files: {
      "pyproject.toml": pyproject({ name: "app" }),
      "jobs.py": `import handlers_table as handlers\n${lambda}def main(): ...\nasync def handle(event, context): ...\n`,
      "handlers_table.py": "",
    },
    wanted: { handler: "jobs.handler" },
    says: /Did you mean "jobs\.lambda_handler"/,
  },
  {
    name: "a module where a function should be",
    files: { "pyproject.toml": pyproject({ name: "app" }), "app/__init__.py": "", "app/jobs.py": lambda },
    wanted: { handler: "app.jobs" },
    says: /for example "app\.jobs\.lambda_handler"/,
  },
  {
    name: "a spelling of another tool, with another function",
    files: { "pyproject.toml": pyproject({ name: "app" }), "app/jobs.py": lambda },
    wanted: { handler: "app/jobs.py:handler" },
    says: /Did you mean "app\.jobs\.lambda_handler"/,
  },
  {
    name: "setuptools: a module beside py-modules",
    files: {
      "pyproject.toml": pyproject({
        name: "app",
        backend: "setuptools",
        more: '[tool.setuptools]\npy-modules = ["app"]\n',
      }),
      "app.py": "value = 1\n",
      "pages.py": `import app\n${answer}`,
    },
    wanted: { handler: "pages.handler" },
    says: /\[tool\.setuptools\] py-modules = \["app", "pages"\]/,
  },
  {
    name: "setuptools: a module beside a package that it finds by itself",
    files: {
      "pyproject.toml": pyproject({ name: "app", backend: "setuptools" }),
      "app/__init__.py": "",
      "pages.py": `import app\n${answer}`,
    },
    wanted: { handler: "pages.handler" },
    says: /py-modules = \["pages"\]/,
  },
  {
    name: "setuptools: a package that a list leaves out",
    files: {
      "pyproject.toml": pyproject({
        name: "app",
        backend: "setuptools",
        more: '[tool.setuptools]\npackages = ["app"]\n',
      }),
      "app/__init__.py": "",
      "jobs/__init__.py": answer,
    },
    wanted: { handler: "jobs.handler" },
    says: /packages = \["app", "jobs"\]/,
  },
  {
    name: "setuptools: a folder that its own discovery passes over",
    files: {
      "pyproject.toml": pyproject({ name: "app", backend: "setuptools" }),
      "app/__init__.py": "",
      "scripts/__init__.py": "",
      "scripts/nightly.py": `import app\n${answer}`,
    },
    wanted: { handler: "scripts.nightly.handler" },
    says: /include = \["app\*", "scripts\*"\]/,
  },
  {
    name: "hatchling: a module beside its packages",
    files: {
      "pyproject.toml": pyproject({ name: "app", backend: "hatchling", more: hatch('["app"]') }),
      "app/__init__.py": "",
      "jobs.py": `import app\n${answer}`,
    },
    wanted: { handler: "jobs.handler" },
    says: /force-include\] "jobs\.py" = "jobs\.py"/,
  },
  {
    name: "hatchling: a folder below src",
    files: {
      "pyproject.toml": pyproject({ name: "app", backend: "hatchling" }),
      "src/app/__init__.py": "",
      "src/jobs/main.py": `import app\n${answer}`,
    },
    wanted: { handler: "jobs.main.handler" },
    says: /"src\/jobs" = "jobs"/,
  },
  {
    name: "uv_build: a second package",
    files: {
      "pyproject.toml": pyproject({ name: "my-app", backend: "uv_build" }),
      "src/my_app/__init__.py": "",
      "src/jobs/__init__.py": `import my_app\n${answer}`,
    },
    wanted: { handler: "jobs.handler" },
    says: /module-name = \["my_app", "jobs"\]/,
  },
  {
    name: "uv_build: a module outside of its root",
    files: {
      "pyproject.toml": pyproject({ name: "app", backend: "uv_build" }),
      "src/app/__init__.py": "",
      "handler.py": answer,
    },
    wanted: {},
    says: /build backend \(uv_build\)[^]*`source: "\."`/,
    never: /module-name/,
  },
  {
    name: "a folder that is left out by default",
    files: {
      "pyproject.toml": pyproject({ name: "app" }),
      "jobs.py": "",
      "tests/helpers.py": "",
      "tests/smoke.py": `from tests import helpers\n${answer}`,
    },
    wanted: { handler: "tests.smoke.handler" },
    says: /tests\/smoke\.py is in the project, but is left out by default[^]*`include: \["tests\/\*\*"\]`/,
  },
  {
    name: "a module beside src, where src ships",
    files: { "pyproject.toml": pyproject({ name: "app" }), "src/lib.py": "", "entry.py": answer },
    wanted: { handler: "entry.handler" },
    says: /beside the folder that ships[^]*`source: "\."`/,
  },
  {
    name: "the root of a workspace instead of a member",
    files: {
      "pyproject.toml": pyproject({ name: "root", more: '[tool.uv.workspace]\nmembers = ["services/*"]\n' }),
      "services/orders/pyproject.toml": pyproject({ name: "orders", backend: "uv_build" }),
      "services/orders/src/orders/__init__.py": "",
      "services/orders/src/orders/main.py": answer,
      "services/pricing/pyproject.toml": pyproject({ name: "pricing" }),
      "services/pricing/pricing.py": "",
    },
    wanted: { handler: "orders.main.handler" },
    says: /root of a workspace[^]*orders, pricing|`package: "orders"`/,
    never: /from layers|packageFormat/,
  },
  {
    name: "a member named by its path",
    files: {
      "pyproject.toml": pyproject({ name: "root", more: '[tool.uv.workspace]\nmembers = ["services/*"]\n' }),
      "services/orders/pyproject.toml": pyproject({ name: "orders" }),
      "services/orders/main.py": answer,
    },
    wanted: { handler: "services.orders.main.handler" },
    says: /`package: "orders"` and `handler: "main\.handler"`/,
  },
  {
    name: "third-party modules are not proposed for the project's own",
    wheels: [{ name: "third", files: { "third/handler.py": "def handler(): ...\n", "third/jobs/api.py": lambda } }],
    files: {
      "pyproject.toml": pyproject({ name: "app", dependencies: ["third"] }),
      "work/jobs/api.py": lambda,
    },
    wanted: { handler: "jobs.api.handler" },
    says: /Did you mean "work\.jobs\.api\.lambda_handler"/,
    never: /third/,
  },
  {
    name: "a third party's handler, where it holds the very function",
    wheels: [{ name: "third", files: { "third/__init__.py": "", "third/entry.py": answer } }],
    files: { "pyproject.toml": pyproject({ name: "app", dependencies: ["third"] }), "app.py": "" },
    wanted: { handler: "entry.handler" },
    says: /Did you mean "third\.entry\.handler"/,
  },
  {
    name: "poetry: a module beside a package",
    files: {
      "pyproject.toml": withBackend("poetry-core", "poetry.core.masonry.api"),
      "app/__init__.py": "",
      "jobs.py": `import app\n${answer}`,
    },
    wanted: { handler: "jobs.handler" },
    says: /\[tool\.poetry\] packages = \[\{ include = "app" \}, \{ include = "jobs\.py" \}\]/,
  },
  {
    name: "pdm: a package that it does not find below src",
    files: {
      "pyproject.toml": withBackend("pdm-backend", "pdm.backend", '[tool.pdm.build]\nincludes = ["app"]\n'),
      "app/__init__.py": "",
      "jobs/__init__.py": `import app\n${answer}`,
    },
    wanted: { handler: "jobs.handler" },
    says: /\[tool\.pdm\.build\] includes = \["app", "jobs"\]/,
  },
  {
    name: "a backend of which no setting is known",
    files: {
      "pyproject.toml": withBackend("flit_core", "flit_core.buildapi").replace(
        "dependencies",
        'description = "x"\ndependencies',
      ),
      "app/__init__.py": '"""An application."""\n__version__ = "0.1.0"\n',
      "jobs.py": `import app\n${answer}`,
    },
    wanted: { handler: "jobs.handler" },
    says: /build backend \(flit_core\.buildapi\)[^]*`source: "\."`/,
  },
];

function withBackend(requirement: string, backend: string, more = ""): string {
  return `${pyproject({ name: "app", more })}[build-system]\nrequires = ["${requirement}"]\nbuild-backend = "${backend}"\n`;
}
