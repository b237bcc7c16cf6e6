import { createServer, type AddressInfo, type Socket } from "node:net";

/** A mail that a test's server took. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and text as they came. */
  readonly source: string;
}

/** An SMTP server that takes every mail, at a loopback address. */
export interface MailServer extends AsyncDisposable {
  readonly port: number;
  readonly received: readonly ReceivedMail[];
  /** Credentials that were shown, in the clear. */
  readonly credentials: readonly string[];
  /** So many mails are refused first, for now. */
  refusals: number;
}

/** Starts one. */
export async function mailServer(): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const credentials: string[] = [];
  const state = { refusals: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.setEncoding("utf8");
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    let buffer = "";
    let body: string[] | null = null;
    let from = "";
    let to: string[] = [];
    socket.on("data", (part: string) => {
      buffer += part;
      for (let end = buffer.indexOf("\r\n"); end !== -1; end = buffer.indexOf("\r\n")) {
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        hear(line);
      }
    });
    function hear(line: string): void {
      if (body !== null) {
        if (line !== ".") {
          body.push(line);
          return;
        }
        received.push({ from, to, source: body.join("\n") });
        body = null;
        say("250 taken");
        return;
      }
      const word = line.split(" ")[0]?.toUpperCase();
      const address = /<([^>]*)>/.exec(line)?.[1] ?? "";
      if (word === "EHLO") {
        say("250-test");
        say("250 AUTH PLAIN");
      } else if (word === "AUTH") {
        credentials.push(
          Buffer.from(line.split(" ")[2] ?? "", "base64")
            .toString()
            .replaceAll("\0", " ")
            .trim(),
        );
        say("235 known");
      } else if (word === "MAIL") {
        [from, to] = [address, []];
        if (state.refusals > 0) {
          state.refusals -= 1;
          say("451 later");
        } else say("250 ok");
      } else if (word === "RCPT") {
        to.push(address);
        say("250 ok");
      } else if (word === "DATA") {
        body = [];
        say("354 go on");
      } else if (word === "QUIT") {
        say("221 bye");
        socket.end();
      } else say("250 ok");
    }
    say("220 test");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(state, {
    port: (server.address() as AddressInfo).port,
    received,
    credentials,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
