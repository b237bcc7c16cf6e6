import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { meQuery } from "./api/queries/account.ts";
import { asRefused } from "./api/refusal.ts";
import { basePath } from "./page-facts.ts";
import { queryClient } from "./query-client.ts";
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
  async beforeLoad({ location }) {
    try {
      await queryClient.ensureQueryData(meQuery());
    } catch (error) {
      const next = location.href === "/" ? {} : { next: location.href };
      if (asRefused(error).status === 401) throw redirect({ to: "/login", search: next });
      throw error;
    }
  },
});

const parent = (): typeof shell => shell;

const routeTree = root.addChildren([
  signIn,
  shell.addChildren([
    createRoute({
      getParentRoute: parent,
      path: "/",
      component: lazyRouteComponent(() => import("./routes/home.tsx"), "HomePage"),
    }),
    createRoute({
      getParentRoute: parent,
      path: "/dags",
      validateSearch: dagsSearch,
      component: lazyRouteComponent(() => import("./routes/dags.tsx"), "DagsPage"),
    }),
    createRoute({
      getParentRoute: parent,
      path: "/dags/$dagId",
      validateSearch: dagSearch,
      component: lazyRouteComponent(() => import("./routes/dag.tsx"), "DagPage"),
    }),
    createRoute({
      getParentRoute: parent,
      path: "/dags/$dagId/trigger",
      validateSearch: triggerSearch,
      component: lazyRouteComponent(() => import("./routes/trigger.tsx"), "TriggerPage"),
    }),
    createRoute({
      getParentRoute: parent,
      path: "/dags/$dagId/runs/$runId",
      validateSearch: runSearch,
      component: lazyRouteComponent(() => import("./routes/run.tsx"), "RunPage"),
    }),
    createRoute({
      getParentRoute: parent,
      path: "/dags/$dagId/runs/$runId/tasks/$taskId",
      validateSearch: taskSearch,
      component: lazyRouteComponent(() => import("./routes/task-instance.tsx"), "TaskInstancePage"),
    }),
    createRoute({
      getParentRoute: parent,
      path: "/runs",
      validateSearch: runsSearch,
      component: lazyRouteComponent(() => import("./routes/runs.tsx"), "RunsPage"),
    }),
    createRoute({
      getParentRoute: parent,
      path: "/refused",
      validateSearch: refusedSearch,
      component: lazyRouteComponent(() => import("./routes/refused.tsx"), "RefusedPage"),
    }),
    createRoute({
      getParentRoute: parent,
      path: "/admin/connections",
      component: lazyRouteComponent(() => import("./routes/connections.tsx"), "ConnectionsPage"),
    }),
    createRoute({
      getParentRoute: parent,
      path: "/admin/variables",
      component: lazyRouteComponent(() => import("./routes/variables.tsx"), "VariablesPage"),
    }),
    createRoute({
      getParentRoute: parent,
      path: "/admin/pools",
      component: lazyRouteComponent(() => import("./routes/pools.tsx"), "PoolsPage"),
    }),
    createRoute({
      getParentRoute: parent,
      path: "/admin/users",
      component: lazyRouteComponent(() => import("./routes/users.tsx"), "UsersPage"),
    }),
    createRoute({
      getParentRoute: parent,
      path: "/keys",
      component: lazyRouteComponent(() => import("./routes/api-keys.tsx"), "ApiKeysPage"),
    }),
    createRoute({
      getParentRoute: parent,
      path: "/reference",
      validateSearch: referenceSearch,
      component: lazyRouteComponent(() => import("./routes/reference.tsx"), "ReferencePage"),
    }),
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
