import * as fs from "node:fs";
import * as path from "node:path";
import { checkout, findTool } from "../../support/machine.js";
import type { ProgramLanguage } from "./language.js";

const sdkFolder = path.join(checkout, "sdk", "java");

export const java: ProgramLanguage = {
  runtime: "java",
  whyNot: () => {
    const missing = ["java", "mvn"].filter(
      (name) => findTool(name, `UVLAMBDA_TEST_${name.toUpperCase()}`) === undefined,
    );
    return missing.length === 0 ? undefined : missing.join(" and ");
  },
  // Maven's processes are short, so what the first two leave out would not pay. Without the third, Debian's Maven
  // writes a colour code before the list of plugins, which Pulumi's host then cannot read.
  env: () => ({ MAVEN_OPTS: "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Djansi.noreset=true" }),
  link: linkSources,
};

/** Maven's repository has nothing of the checkout, so the program is compiled together with the SDK. */
function linkSources(folder: string): void {
  const pom = path.join(folder, "pom.xml");
  const text = fs.readFileSync(pom, "utf8");
  const sdk = dependencies(text).find((one) => one.includes("<groupId>com.uvlambda<"));
  if (sdk === undefined) throw new Error(`${pom} does not depend on com.uvlambda`);
  const needed = dependencies(fs.readFileSync(path.join(sdkFolder, "pom.xml"), "utf8"));
  const others = needed.filter((one) => !one.includes("<groupId>com.pulumi<"));
  fs.writeFileSync(pom, text.replace(sdk, others.join("\n")));
  fs.cpSync(path.join(sdkFolder, "src", "main"), path.join(folder, "src", "main"), { recursive: true });
}

function dependencies(pom: string): string[] {
  return pom.match(/<dependency>[^]*?<\/dependency>/g) ?? [];
}
