import * as fs from "node:fs";
import * as path from "node:path";
import { checkout, findTool } from "../../support/machine.js";
import type { ProgramLanguage } from "./language.js";

export const csharp: ProgramLanguage = {
  runtime: "dotnet",
  whyNot: () => (findTool("dotnet", "UVLAMBDA_TEST_DOTNET") === undefined ? "a .NET SDK (dotnet)" : undefined),
  link: (folder) => {
    for (const name of fs.readdirSync(folder).filter((file) => file.endsWith(".csproj"))) {
      const file = path.join(folder, name);
      fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace("../../../sdk", path.join(checkout, "sdk")));
    }
  },
};
