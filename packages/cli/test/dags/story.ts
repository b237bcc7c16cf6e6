import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { Dag, getContext } from "windlass";

const plain = new Dag("needs_nothing", { schedule: null });
plain.task("hello", async () => {
  console.log("hello from needs_nothing");
  return "hello";
})();

const required = new Dag("required_param", {
  schedule: null,
  params: {
    type: "object",
    properties: {
      name: { type: "string", minLength: 1, title: "Name", description: "Whom to greet" },
      count: { type: "integer", minimum: 1, maximum: 10, default: 3 },
      gate: { type: ["string", "null"], default: null, description: "A file that the greeting waits for" },
    },
    required: ["name"],
  },
});
required.task("greet", async () => {
  const { params } = getContext<typeof required>();
  // So that a test can see the run going on, then end it.
  while (typeof params.gate === "string" && !existsSync(params.gate)) await delay(50);
  console.log(`greeting ${params.name} ${params.count} times`);
  return `hello ${params.name}`;
})();

const paused = new Dag("sleeping", { schedule: null, isPausedUponCreation: true });
paused.task("hello", async () => "hello")();

const failing = new Dag("fails", { schedule: null });
failing.task("boom", async () => {
  throw new TypeError("this is meant to fail");
})();

export { failing, paused, plain, required };
