import { Dag, getContext } from "windlass";

// The smallest useful Dag: one param with a default, two tasks, a value handed from one to the other.
const dag = new Dag("hello", {
  description: "Greets somebody; begin here",
  params: {
    type: "object",
    properties: { name: { type: "string", minLength: 1, default: "world", description: "Whom to greet" } },
  },
  tags: ["start"],
});

const greet = dag.task("greet", async () => {
  const { params, log } = getContext<typeof dag>();
  log.info("greeting", { name: params.name });
  return `Hello, ${params.name}!`;
});

const shout = dag.task("shout", async ({ text }: { text: string }) => {
  console.log(text.toUpperCase());
  return text.toUpperCase();
});

shout({ text: greet() });

export default dag;
