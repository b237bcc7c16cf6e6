import { parentPort } from "node:worker_threads";
import { invariant } from "@windlass/contract";
import { askTimetable } from "./ask-timetable.ts";
import { loadBundle } from "./load-bundle.ts";
import type { FromLoader, LoadRequest, TimetableLoad } from "./load-messages.ts";
import { resolveOwnModules } from "./own-modules.ts";

// Entry of the thread in which one Dag file is loaded. It ends with the file: nothing of one file is left for the next.
const port = parentPort;
invariant(port !== null, "the load worker runs as a thread of the parser");
process.setSourceMapsEnabled(true);
resolveOwnModules();
Error.stackTraceLimit = 30;

const send = (message: FromLoader): void => port.postMessage(message);

port.once("message", (request: LoadRequest | TimetableLoad) => {
  // A rejection that nobody handles is the file's mistake as well; without a listener it would end the thread without a word.
  process.on("unhandledRejection", () => undefined);
  if ("ask" in request) void askTimetable(request).then((answer) => send({ type: "answered", answer }));
  else void loadBundle(request).then(({ dags, errors }) => send({ type: "loaded", dags, errors }));
});
send({ type: "warm" });
