import { createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** What a client handed over. */
export interface ReceivedMail {
  readonly user: string | null;
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and body as they came. */
  readonly data: string;
}

/** A mail server on this machine, as far as a client can tell: it keeps what it gets. */
export interface TestMailServer {
  readonly port: number;
  readonly mails: ReceivedMail[];
  stop(): Promise<void>;
}

interface Talk {
  user: string | null;
  from: string;
  to: string[];
  data: string[] | null;
}

/** Answers one line of a client. */
function answer(line: string, talk: Talk, mails: ReceivedMail[], refuses: (to: string) => boolean): string | null {
  if (talk.data !== null) {
    if (line !== ".") {
      talk.data.push(line.startsWith("..") ? line.slice(1) : line);
      return null;
    }
    mails.push({ user: talk.user, from: talk.from, to: talk.to, data: talk.data.join("\n") });
    Object.assign(talk, { from: "", to: [], data: null });
    return "250 kept";
  }
  const address = /<([^>]*)>/.exec(line)?.[1] ?? "";
  switch (line.split(/[ :]/)[0]?.toUpperCase()) {
    case "EHLO":
      return "250-test\r\n250 AUTH PLAIN";
    case "AUTH":
      talk.user =
        Buffer.from(line.split(" ")[2] ?? "", "base64")
          .toString()
          .split("\0")[1] ?? "";
      return "235 welcome";
    case "MAIL":
      talk.from = address;
      return "250 yes";
    case "RCPT":
      if (refuses(address)) return "550 nobody of that name";
      talk.to.push(address);
      return "250 yes";
    case "DATA":
      talk.data = [];
      return "354 go on";
    case "STARTTLS":
      return "502 not here";
    case "QUIT":
      return "221 goodbye";
    default:
      return "250 yes";
  }
}

/** Starts a mail server without TLS. @param refuses recipients that it does not take */
export async function startMailServer(refuses: (to: string) => boolean = () => false): Promise<TestMailServer> {
  const mails: ReceivedMail[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    const talk: Talk = { user: null, from: "", to: [], data: null };
    let rest = "";
    socket.on("error", () => undefined);
    socket.write("220 test\r\n");
    socket.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const said = answer(line, talk, mails, refuses);
        if (said !== null) socket.write(`${said}\r\n`);
        if (said?.startsWith("221")) socket.end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    mails,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
