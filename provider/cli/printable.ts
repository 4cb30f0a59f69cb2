import type { Display } from "./lineReporter.js";

/** Text for a terminal: a name in it may hold codes that clear the screen or set its title. Line ends and tabs stay. */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/** `logLine` passes lines on unchanged: the invoked function may color its logs. */
export function printing(display: Display): Display {
  return {
    progress: (message, amount) => display.progress(printable(message), amount),
    warn: (message) => display.warn(printable(message)),
    logLine: (line) => display.logLine(line),
    end: () => display.end(),
  };
}
