import { Dag, getClient } from "windlass";

// Declares a connection that this installation does not have: the trigger is refused before a run exists, and says how to add it.
const dag = new Dag("needs_warehouse", {
  description: "Cannot run until the connection `warehouse` is there",
  requires: { connections: ["warehouse"] },
  tags: ["requirements"],
});

const load = dag.task("load", async () => {
  const warehouse = await getClient().getConnectionOrThrow("warehouse");
  return `would load into ${warehouse.host ?? "?"}`;
});

load();

export default dag;
