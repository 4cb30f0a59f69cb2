// The house rules that a linter can hold. Import direction between the folders of provider/: tests/unit/architecture.test.ts.
import tseslint from "typescript-eslint";

// What may not reach an artifact, and the files that need it all the same, each with its reason.
const environmentReaders = ["provider/index.ts", "provider/cli.ts", "provider/provider.ts"]; // process entry points: they hand it on
const clockReaders = [
  "lib/files/unchangedFiles",
  "store/locks/lock",
  "store/store",
  "store/placed/workFolder",
  "cli/invoke/runtimeServer",
  "cli",
  "index",
].map((name) => `provider/${name}.ts`); // age of files, locks and entries; a function's deadline; deprecated runtimes
const randomUsers = ["provider/store/locks/processIdentity.ts", "provider/cli/invoke/runFunction.ts"]; // names of temporary files and locks; ids of requests
const processStarters = ["provider/lib/processes/process.ts"];

const environment = {
  properties: [
    { object: "process", property: "env", message: "Pass the value in: the environment is read once, at the start." },
  ],
  imports: [
    {
      name: "node:process",
      importNames: ["env"],
      message: "Pass the value in: the environment is read once, at the start.",
    },
  ],
};
const clock = {
  properties: [{ object: "Date", property: "now", message: "The clock may not reach an artifact." }],
  syntax: [
    {
      selector: "NewExpression[callee.name='Date'][arguments.length=0]",
      message: "The clock may not reach an artifact.",
    },
  ],
};
const randomness = {
  properties: [{ object: "Math", property: "random", message: "Randomness may not reach an artifact." }],
  imports: [
    {
      name: "node:crypto",
      importNames: ["randomBytes", "randomInt", "randomUUID"],
      message: "Randomness may not reach an artifact.",
    },
  ],
};
const processes = {
  imports: ["child_process", "node:child_process"].map((name) => ({
    name,
    message:
      "Only provider/lib/processes/process.ts starts processes: it ends them again, and no shell reads their arguments.",
  })),
};
const always = {
  properties: ["localeCompare", "toLocaleString", "toLocaleLowerCase", "toLocaleUpperCase"].map((property) => ({
    property,
    message: "Depends on the machine's locale; sort by bytes (provider/lib/byteOrder.ts).",
  })),
  syntax: [
    {
      selector: ":matches(Program, ExportNamedDeclaration) > VariableDeclaration[kind=/^(let|var)$/]",
      message: "No module-level mutable state: two stacks may live in one process.",
    },
  ],
};

const everything = [
  { kind: environment, except: environmentReaders },
  { kind: clock, except: clockReaders },
  { kind: randomness, except: randomUsers },
  { kind: processes, except: processStarters },
  { kind: always, except: [] },
];

// A later setting of the same rule replaces the earlier one, hence one complete set of rules for each file that is exempt from something.
function restrictions(file) {
  const kinds = everything.filter(({ except }) => !except.includes(file)).map(({ kind }) => kind);
  const all = (name) => kinds.flatMap((kind) => kind[name] ?? []);
  return {
    files: [file],
    rules: {
      "no-restricted-properties": ["error", ...all("properties")],
      "no-restricted-imports": ["error", { paths: all("imports") }],
      "no-restricted-syntax": ["error", ...all("syntax")],
    },
  };
}

export default tseslint.config(
  {
    ignores: [
      "**/node_modules/",
      "dist/",
      "sdk/",
      "tests/fixtures/",
      "examples/",
      "**/.uvlambda/",
      "provider/inputs/schema/plainTypes.ts",
      "provider/resources/engine/componentTypes.ts",
    ],
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "max-lines": ["error", { max: 300 }],
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-confusing-void-expression": [
        "error",
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      "@typescript-eslint/no-misused-spread": ["error", { allow: [{ from: "lib", name: "string" }, "string"] }],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // The compiler's noUncheckedIndexedAccess asks for a thought at each index; `!` is the answer where the bounds are plain to see.
      "@typescript-eslint/no-non-null-assertion": "off",
      // `async` without `await` turns a throw into a rejection, which is what callers of such functions handle.
      "@typescript-eslint/require-await": "off",
    },
  },
  {
    // The callback of `describe` is as long as the list of its cases.
    files: ["**/*.ts"],
    ignores: ["**/*.test.ts"],
    rules: { "max-lines-per-function": ["error", { max: 60 }] },
  },
  {
    files: ["provider/**/*.ts", "tests/**/*.ts", "tools/**/*.ts"],
    rules: { "max-params": ["error", { max: 4 }] },
  },
  {
    // Tests put answers of AWS, which are unknown JSON, into messages and comparisons; a wrong text fails them anyway.
    files: ["tests/**/*.ts"],
    rules: {
      "@typescript-eslint/no-base-to-string": "off",
      "@typescript-eslint/restrict-template-expressions": "off",
      "@typescript-eslint/no-unnecessary-condition": "off",
    },
  },
  { files: ["provider/**/*.ts"], ignores: ["provider/cli.ts"], rules: { "no-console": "error" } },
  restrictions("provider/**/*.ts"),
  ...[...new Set(everything.flatMap(({ except }) => except))].map(restrictions),
);
