import { workerData } from "node:worker_threads";

// Entry of a thread of the runner. Where the supervisor dies while user code blocks the runner's event loop, nobody there can see the channel
// close. This thread sees that the process has got another parent, and ends the process group: no task runs on without its supervisor.
const { parent } = workerData as { readonly parent: number };

setInterval(() => {
  if (process.ppid === parent) return;
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {
    process.kill(process.pid, "SIGKILL");
  }
}, 500);
