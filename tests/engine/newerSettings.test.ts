import { isNewerThanBridge, isPublic, rows as all, type Row } from "./settings.js";
import { describeChanges } from "./settingChanges.js";

/**
 * Settings that terraform-provider-aws 5.100 does not know: durable functions, and permissions to invoke through the
 * URL alone. Archives are uploaded directly here, because a bucket makes no difference to these settings.
 */
const onlyHere = ([name, row]: readonly [string, Row]): boolean =>
  isNewerThanBridge(row) || isPublic(row) || name === "artifactBucket";

describeChanges(
  "changing a setting that the bridged provider does not know changes only what it must",
  Object.fromEntries(Object.entries(all).filter(onlyHere)),
  "stand-in",
);
