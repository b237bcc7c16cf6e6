import { Dag, getContext } from "windlass";

// Fails at every try: shows retries with growing waits, the log of each try, and `upstream_failed` behind it.
const dag = new Dag("always_fails", {
  description: "Fails, is tried again twice, and fails for good",
  tags: ["failure"],
});

const boom = dag.task(
  "boom",
  async () => {
    const { tryNumber } = getContext();
    console.log(`try ${tryNumber}`);
    throw new TypeError("this task always fails");
  },
  { retries: { attempts: 2, delay: "1s", backoff: "exponential" } },
);

const after = dag.task("after", async () => "never reached");

boom().before(after());

export default dag;
