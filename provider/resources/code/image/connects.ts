import * as net from "node:net";

/** Long enough to accept a connection, short enough for a user who waits. */
const patienceMs = 3000;

/**
 * Whether something listens at an address of Docker or BuildKit. True for a kind of address that cannot be tried here.
 */
export function connects(address: string): Promise<boolean> {
  const target = targetOf(address);
  if (target === undefined) return Promise.resolve(true);
  return new Promise((resolve) => {
    const socket = net.connect(target);
    const end = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(patienceMs, () => end(false));
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}

function targetOf(address: string): net.NetConnectOpts | undefined {
  const file = /^unix:\/\/(.+)$/.exec(address)?.[1];
  if (file !== undefined) return { path: file };
  const pipe = /^npipe:\/\/(.+)$/.exec(address)?.[1];
  if (pipe !== undefined) return { path: pipe.replaceAll("/", "\\") };
  const [, host = "", port = ""] = /^tcp:\/\/\[?([^/]*?)\]?:(\d{1,5})\/?$/.exec(address) ?? [];
  return port === "" || Number(port) > 65_535 ? undefined : { host, port: Number(port) };
}
