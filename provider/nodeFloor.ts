// Imported first: an older Node.js may fail at what the other modules need, and would show a stack.
if (Number(process.versions.node.split(".")[0]) < 20) {
  const found = `${process.version} (${process.execPath})`;
  process.stderr.write(`error: uvlambda needs Node.js 20 or newer, and this is ${found}: install a newer one\n`);
  process.exit(1);
}
