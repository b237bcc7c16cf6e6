import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "@windlass/contract";
import { afterEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test-support/child.ts";
import { startMailServer, type TestMailServer } from "../../../test-support/smtp-server.ts";
import "../../testing/index.ts";
import { Dag } from "../dag.ts";

let server: TestMailServer | undefined;
afterEach(() => server?.stop());

function connections(port: number, extra: JsonObject = {}) {
  return {
    smtp_default: {
      connType: "smtp",
      host: "127.0.0.1",
      port,
      login: "windlass",
      password: "sesame-open",
      extra: { disable_ssl: true, disable_tls: true, from_email: "robot@example.com", ...extra },
    },
  };
}

describe("the email operator", () => {
  it("sends text, HTML and attachments through Airflow's default connection", async () => {
    server = await startMailServer();
    const folder = temporaryFolder();
    writeFileSync(join(folder.path, "report.csv"), "a,b\n1,2\n");
    const dag = new Dag("mails");
    const names = dag.task("names", () => ["ada@example.com", "bob@example.com"])();
    dag.email("tell", {
      to: names,
      bcc: "secret@example.com; other@example.com",
      subject: ({ runId }) => `Run ${runId}\r\nX-Injected: yes`,
      text: "plain words",
      html: "<b>bold words</b>",
      attachments: [
        { path: join(folder.path, "report.csv") },
        { filename: "dot.gif", content: "R0lGOD", encoding: "base64" },
      ],
    });
    const { state, xcoms, logs } = await dag.test({ connections: connections(server.port), runId: "r1" });
    folder.remove();
    expect(state).toBe("success");
    const [mail] = server.mails;
    expect(mail).toMatchObject({
      user: "windlass",
      from: "robot@example.com",
      to: ["ada@example.com", "bob@example.com", "secret@example.com", "other@example.com"],
    });
    const headers = (mail?.data ?? "").split("\n\n")[0] ?? "";
    expect(headers).toMatch(/^Subject: Run r1 X-Injected: yes$/m);
    expect(headers).not.toMatch(/^X-Injected/m);
    expect(headers).not.toContain("secret@example.com");
    expect(mail?.data).toContain("plain words");
    expect(mail?.data).toContain("<b>bold words</b>");
    expect(mail?.data).toMatch(/filename=report.csv/);
    expect(xcoms.tell?.return_value).toMatchObject({ rejected: [], accepted: { length: 4 } });
    expect(JSON.stringify(logs)).not.toContain("sesame");
  });

  it("fails where the server takes no recipient, and tells whom it refused of several", async () => {
    server = await startMailServer((to) => to.startsWith("no"));
    const some = new Dag("some");
    some.email("tell", { to: ["no@example.com", "yes@example.com"], subject: "s", text: "t" });
    const result = await some.test({ connections: connections(server.port) });
    expect(result.xcoms.tell?.return_value).toMatchObject({
      accepted: ["yes@example.com"],
      rejected: ["no@example.com"],
    });
    const none = new Dag("none");
    none.email("tell", { to: "no@example.com", subject: "s", text: "t" });
    expect((await none.test({ connections: connections(server.port) })).state).toBe("failed");
  });

  it("does not send in the clear where the connection wants TLS and the server has none", async () => {
    server = await startMailServer();
    const dag = new Dag("tls");
    dag.email("tell", { to: "a@example.com", subject: "s", text: "t" });
    const { state } = await dag.test({ connections: connections(server.port, { disable_tls: false }) });
    expect(state).toBe("failed");
    expect(server.mails).toEqual([]);
  });

  it("is refused at load without recipient, subject or text", async () => {
    const dag = new Dag("wrong");
    dag.email("tell", {} as never);
    const problem = (await dag.test().catch((thrown: unknown) => thrown)) as { refusals: { reason: string }[] };
    expect(problem.refusals.map((each) => /option (\w+)|(\bto\b|subject|text)/.exec(each.reason)?.[0])).toHaveLength(3);
  });
});
