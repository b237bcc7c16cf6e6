import { loadDags } from "../src/runtime/index.ts";

// Loads a file as `windlass dags test` does, in a plain process, tests its first Dag and prints what came of it.
const { dags, errors } = await loadDags(process.argv[2] ?? "");
const result = await dags[0]?.test({ params: { name: "Ada" } });
console.log(
  JSON.stringify({
    dags: dags.map((dag) => dag.dagId),
    errors: errors.map((error) => error.code),
    state: result?.state,
    xcoms: result?.xcoms,
  }),
);
