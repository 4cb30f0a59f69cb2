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
];
