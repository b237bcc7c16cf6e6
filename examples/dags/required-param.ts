import { Dag, getContext } from "windlass";
import { z } from "zod";

// `name` has no default: a trigger without it is refused, with the param named and a body that works.
const dag = new Dag("required_param", {
  description: "Needs a name before it runs",
  params: z.object({
    name: z.string().min(1).describe("Whom to greet"),
    count: z.number().int().min(1).max(10).default(3).describe("How often"),
  }),
  tags: ["params"],
});

const greet = dag.task("greet", async () => {
  const { params } = getContext<typeof dag>();
  for (let i = 1; i <= params.count; i++) console.log(`${i}. Hello, ${params.name}!`);
  return `greeted ${params.name} ${params.count} times`;
});

greet();

export default dag;
