import type { ObtainOptions } from "../store/store.js";
import type { CallOptions } from "./redactedCall.js";

/** What a build says while another one, in this process or another, makes what it needs. */
export function reportsWhileWaiting(
  { reporter, name }: Pick<CallOptions, "reporter" | "name">,
  work: "build" | "installation",
): Pick<ObtainOptions, "onWait" | "onShare" | "by"> {
  return {
    ...(name !== undefined && { by: name }),
    onShare: (by) => reporter.progress(waitingFor(by, work)),
    onWait: (holder) => reporter.progress(`Waiting for another process that builds the same: ${holder}`),
  };
}

/** `Waiting for api's installation` */
export function waitingFor(by: string | undefined, work: "build" | "installation"): string {
  return by === undefined ? `Waiting for another ${work} of the same` : `Waiting for ${by}'s ${work}`;
}
