import assert from "node:assert/strict";
import type { UvCall } from "../../../provider/uv/errors/uvCall.js";
import { uvError } from "../../../provider/uv/errors/uvErrors.js";

describe("a misspelt group or extra", () => {
  const asked = { groups: ["worker"], onlyGroups: [], extras: ["pfd"], prune: [] };
  const naming = { asked, members: [], groups: ["workers", "docs"], extras: ["pdf"] };
  const call: UvCall = {
    command: "uv export",
    root: "/p",
    uvPath: "/uv",
    secrets: [],
    selection: { groups: ["worker"], extras: ["pfd"], naming },
  };

  it("is answered with the nearest name and the list", () => {
    const group = uvError("error: Group `worker` is not defined in the project's `dependency-groups` table", call);
    assert.match(group.message, /Did you mean "workers"\? Groups: workers, docs\./);
    const extra = "error: Extra `pfd` is not defined in the `optional-dependencies` table for `api`";
    assert.match(uvError(extra, call).message, /Did you mean "pdf"\? Extras: pdf\./);
  });
});
