import { describe, expect, it } from "vitest";
import access from "./airflow-access.json" with { type: "json" };
import { authorize, readableDags } from "./authorize.ts";
import { BUILT_IN_ROLES, permissionNames, rolesThatMay } from "./roles.ts";
import { ACTION_NAMES, actionEntry, type ActionName } from "./table.ts";

const ROLES = Object.keys(BUILT_IN_ROLES);
const holder = (...permissions: string[]) => ({ kind: "user" as const, permissions: new Set(permissions) });

describe("the action table", () => {
  // Each row: dialect, operation, our action, the least of Airflow's roles whose permissions suffice on a real server.
  it.each(access as [string, string, ActionName, string][])(
    "gives on %s %s (%s) to the same roles as Airflow",
    (_dialect, _operation, action, least) => {
      expect(rolesThatMay(action)).toEqual(ROLES.slice(ROLES.indexOf(least)));
    },
  );

  it("has for every action a role that may, so that a 403 can always name one", () => {
    for (const name of ACTION_NAMES) expect(rolesThatMay(name), name).toContain("Admin");
  });

  it("asks for permissions only where an account is needed, and lets nobody change things without one but by logging in", () => {
    for (const name of ACTION_NAMES) {
      const { access: who, needs, mutates } = actionEntry(name);
      expect(who === "permitted", name).toBe(needs.length > 0);
      if (who === "anonymous" && mutates) expect(["session.create", "session.delete", "token.create"]).toContain(name);
    }
  });

  it("knows every permission that it asks for", () => {
    for (const name of ACTION_NAMES)
      for (const { action, resource } of actionEntry(name).needs)
        expect(permissionNames()).toContain(`${action} on ${resource}`);
  });
});

describe("authorize", () => {
  it("takes the right on one Dag for that Dag alone", () => {
    const principal = holder("can_edit on DAG:simple", "can_create on DAG Runs");
    expect(authorize(principal, "dag_run.create", { dagId: "simple" })).toEqual([]);
    expect(authorize(principal, "dag_run.create", { dagId: "simple2" })).toEqual(["can_edit on DAGs"]);
    expect(authorize(principal, "dag_run.create", { dagId: null })).toEqual(["can_edit on DAGs"]);
  });

  it("takes the right on the runs of one Dag", () => {
    expect(authorize(holder("can_edit on DAG:a", "can_create on DAG Run:a"), "dag_run.create", { dagId: "a" })).toEqual(
      [],
    );
  });

  it("lets whoever may read one Dag list Dags, and narrows the list to it", () => {
    const principal = holder("can_read on DAG:simple");
    expect(authorize(principal, "dag.list", { dagId: null })).toEqual([]);
    expect(readableDags(principal)).toEqual({ all: false, dagIds: new Set(["simple"]) });
    expect(readableDags(holder("can_read on DAGs"))).toEqual({ all: true });
    expect(readableDags(holder("can_edit on DAG:simple"))).toEqual({ all: false, dagIds: new Set() });
  });

  it("is not fooled by a Dag whose id looks like a permission", () => {
    expect(authorize(holder("can_read on DAG:x on DAGs"), "dag.read", { dagId: "y" })).toEqual(["can_read on DAGs"]);
  });

  it("knows assets by the name of either major version", () => {
    expect(authorize(holder("can_read on Datasets"), "asset.list", { dagId: null })).toEqual([]);
  });
});
