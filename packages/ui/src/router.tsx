import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from "@tanstack/react-router";
import { basePath } from "./page-facts.ts";
import {
  dagSearch,
  dagsSearch,
  referenceSearch,
  refusedSearch,
  runSearch,
  runsSearch,
  signInSearch,
  taskSearch,
  triggerSearch,
} from "./routes/searches.ts";
import { NotFound } from "./routes/not-found.tsx";
import { PageFailed } from "./routes/page-failed.tsx";
import { requireSession } from "./shell/require-session.ts";
import { Shell } from "./shell/shell.tsx";

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: PageFailed });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: signInSearch,
  component: lazyRouteComponent(() => import("./routes/sign-in.tsx"), "SignInPage"),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  component: Shell,
  beforeLoad: ({ location }): Promise<void> => requireSession(location.href),
});

const parent = (): typeof shell => shell;

// A constant each: made inside the list, a route would lose the types of its params and search.
const home = createRoute({
  getParentRoute: parent,
  path: "/",
  component: lazyRouteComponent(() => import("./routes/home.tsx"), "HomePage"),
});
const dags = createRoute({
  getParentRoute: parent,
  path: "/dags",
  validateSearch: dagsSearch,
  component: lazyRouteComponent(() => import("./routes/dags.tsx"), "DagsPage"),
});
const dag = createRoute({
  getParentRoute: parent,
  path: "/dags/$dagId",
  validateSearch: dagSearch,
  component: lazyRouteComponent(() => import("./routes/dag.tsx"), "DagPage"),
});
const trigger = createRoute({
  getParentRoute: parent,
  path: "/dags/$dagId/trigger",
  validateSearch: triggerSearch,
  component: lazyRouteComponent(() => import("./routes/trigger.tsx"), "TriggerPage"),
});
const run = createRoute({
  getParentRoute: parent,
  path: "/dags/$dagId/runs/$runId",
  validateSearch: runSearch,
  component: lazyRouteComponent(() => import("./routes/run.tsx"), "RunPage"),
});
const taskInstance = createRoute({
  getParentRoute: parent,
  path: "/dags/$dagId/runs/$runId/tasks/$taskId",
  validateSearch: taskSearch,
  component: lazyRouteComponent(() => import("./routes/task-instance.tsx"), "TaskInstancePage"),
});
const runs = createRoute({
  getParentRoute: parent,
  path: "/runs",
  validateSearch: runsSearch,
  component: lazyRouteComponent(() => import("./routes/runs.tsx"), "RunsPage"),
});
const refused = createRoute({
  getParentRoute: parent,
  path: "/refused",
  validateSearch: refusedSearch,
  component: lazyRouteComponent(() => import("./routes/refused.tsx"), "RefusedPage"),
});
const connections = createRoute({
  getParentRoute: parent,
  path: "/admin/connections",
  component: lazyRouteComponent(() => import("./routes/connections.tsx"), "ConnectionsPage"),
});
const variables = createRoute({
  getParentRoute: parent,
  path: "/admin/variables",
  component: lazyRouteComponent(() => import("./routes/variables.tsx"), "VariablesPage"),
});
const pools = createRoute({
  getParentRoute: parent,
  path: "/admin/pools",
  component: lazyRouteComponent(() => import("./routes/pools.tsx"), "PoolsPage"),
});
const users = createRoute({
  getParentRoute: parent,
  path: "/admin/users",
  component: lazyRouteComponent(() => import("./routes/users.tsx"), "UsersPage"),
});
const apiKeys = createRoute({
  getParentRoute: parent,
  path: "/keys",
  component: lazyRouteComponent(() => import("./routes/api-keys.tsx"), "ApiKeysPage"),
});
const reference = createRoute({
  getParentRoute: parent,
  path: "/reference",
  validateSearch: referenceSearch,
  component: lazyRouteComponent(() => import("./routes/reference.tsx"), "ReferencePage"),
});

const routeTree = root.addChildren([
  signIn,
  shell.addChildren([
    home,
    dags,
    dag,
    trigger,
    run,
    taskInstance,
    runs,
    refused,
    connections,
    variables,
    pools,
    users,
    apiKeys,
    reference,
  ]),
]);

/** All pages by their URL. What is shown is in the URL, never only in memory. */
export const router = createRouter({
  routeTree,
  basepath: basePath() === "" ? "/" : basePath(),
  defaultPreload: "intent",
  defaultPreloadDelay: 40,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
