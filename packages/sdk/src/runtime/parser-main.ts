import { mkdtemp, rm } from "node:fs/promises";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FromParser, ParseRequest, TimetableRequest } from "@windlass/contract";
import { Loader } from "./loader.ts";
import { parseFile } from "./parser.ts";

// Entry of the parser process: takes ParseRequest messages over IPC, answers FromParser. It ends when the channel does.
const folder = await mkdtemp(join(tmpdir(), "windlass-parser-"));
const loader = new Loader({
  seconds: Number(process.env.WINDLASS_PARSE_TIMEOUT_SECONDS ?? "30"),
  megabytes: Number(process.env.WINDLASS_PARSE_MEMORY_MB ?? "512"),
});

const send = (message: FromParser): void => void process.send?.(message);

process.on("message", (request: ParseRequest | TimetableRequest) => {
  if ("ask" in request) {
    const { id, ...load } = request;
    void loader.ask(load).then((answer) => send({ type: "timetable", id, answer }));
    return;
  }
  void parseFile(request, folder, loader).then(async (result) => {
    send({ type: "parsed", id: request.id, result });
    await rm(join(folder, String(request.id)), { recursive: true, force: true });
  });
});
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
process.on("disconnect", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));
// An interrupt goes to the whole terminal; the supervisor decides when the parser ends.
process.on("SIGINT", () => undefined);
send({ type: "ready" });
