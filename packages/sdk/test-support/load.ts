import { loadDags } from "../src/runtime/index.ts";

// Loads a file as `windlass dags test` does, in a plain process, tests its first Dag and prints what came of it. A second argument is the options
// of the test, as JSON.
const { dags, errors } = await loadDags(process.argv[2] ?? "");
const options = JSON.parse(process.argv[3] ?? '{ "params": { "name": "Ada" } }') as object;
const result = await dags[0]?.test(options);
console.log(
  JSON.stringify({
    dags: dags.map((dag) => dag.dagId),
    errors: errors.map((error) => error.code),
    state: result?.state,
    xcoms: result?.xcoms,
  }),
);
