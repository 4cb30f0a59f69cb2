// Preloaded: the machine does not tell when it started, as macOS and Windows do not.
const fs = require("node:fs");

const { readFileSync } = fs;
fs.readFileSync = (file, ...more) => {
  if (file === "/proc/sys/kernel/random/boot_id") throw Object.assign(new Error("no such file"), { code: "ENOENT" });
  return readFileSync(file, ...more);
};
