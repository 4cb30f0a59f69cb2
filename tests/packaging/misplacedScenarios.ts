import { answer, type Scenario } from "./handlerScenarios.js";
import { pyproject } from "./support/fixture.js";

/** Handlers that are where the runtime cannot reach them. */
export const misplacedScenarios: readonly Scenario[] = [
  {
    name: "a folder with a dot in its name",
    files: { "pyproject.toml": pyproject({ name: "app" }), "v1.2/app.py": answer },
    wanted: { handler: "v1.2/app.handler" },
    says: /cannot import v1\.2\/app\.py[^]*rename it, for example to v1_2, and set `handler: "v1_2\/app\.handler"`/,
  },
  {
    name: "a method of a class",
    files: {
      "pyproject.toml": pyproject({ name: "app" }),
      "app.py": "class Api:\n    def handle(self, event, context):\n        return event['name']\n",
    },
    wanted: { handler: "app.Api.handle" },
    says: /add `handle = Api\(\)\.handle` at the end of app\.py and set `handler: "app\.handle"`/,
  },
  {
    name: "a method of an object",
    files: {
      "pyproject.toml": pyproject({ name: "app" }),
      "app.py":
        "class Api:\n    def handle(self, event, context):\n        return event['name']\napi = Api()\nhandle = None\n",
    },
    wanted: { handler: "app.api.handle" },
    says: /add `lambda_handler = api\.handle` at the end of app\.py and set `handler: "app\.lambda_handler"`/,
  },
  {
    name: "a folder with a hyphen in its name, which `import` cannot name and the runtime can",
    files: { "pyproject.toml": pyproject({ name: "app" }), "functions/get-user/handler.py": answer, "main.py": answer },
    wanted: {},
    says: /Did you mean "functions\.get-user\.handler\.handler"/,
  },
  {
    name: "the default, where one module alone has a handler",
    files: {
      "pyproject.toml": pyproject({ name: "app" }),
      "lambda_function.py": answer.replace("handler", "lambda_handler"),
      "helpers.py": "def help(event, context): ...\n",
    },
    wanted: {},
    says: /Did you mean "lambda_function\.lambda_handler"/,
  },
  {
    name: "src. is too much, and the function is in a module of the package",
    files: { "pyproject.toml": pyproject({ name: "app" }), "src/app/__init__.py": "", "src/app/main.py": answer },
    wanted: { handler: "src.app.handler" },
    says: /Did you mean "app\.main\.handler"/,
    never: /move it/,
  },
  {
    name: "the same in a wheel, where another module has another function",
    files: {
      "pyproject.toml": pyproject({ name: "app", backend: "uv_build" }),
      "src/app/__init__.py": "",
      "src/app/cli.py": "def main(event, context): ...\n",
      "src/app/main.py": answer,
    },
    wanted: { handler: "src.app.handler" },
    says: /Did you mean "app\.main\.handler"/,
    never: /does not put it into the wheel/,
  },
  {
    name: "a package, where the function is in one of its modules",
    files: {
      "pyproject.toml": pyproject({ name: "app" }),
      "app/__init__.py": "",
      "app/main.py": answer.replace("handler", "lambda_handler"),
    },
    wanted: { handler: "app.handler" },
    says: /Did you mean "app\.main\.lambda_handler"/,
  },
  {
    name: "the same, where the folder has no __init__.py",
    files: { "pyproject.toml": pyproject({ name: "root" }), "app/main.py": answer },
    wanted: { handler: "app.handler" },
    says: /Did you mean "app\.main\.handler"/,
  },
];
