import {
  IconBan,
  IconCode,
  IconHome,
  IconKey,
  IconListDetails,
  IconPlug,
  IconSitemap,
  IconSwimming,
  IconUsers,
  IconVariable,
  type Icon,
} from "@tabler/icons-react";

/** A screen that the rail, the palette and the keys lead to. */
export interface Place {
  readonly to:
    | "/"
    | "/dags"
    | "/runs"
    | "/refused"
    | "/admin/connections"
    | "/admin/variables"
    | "/admin/pools"
    | "/admin/users"
    | "/keys"
    | "/reference";
  readonly name: string;
  /** What the rail says, where it is shorter. */
  readonly short?: string;
  /** The letter after `g`. */
  readonly letter: string;
  readonly icon: Icon;
  readonly group: "main" | "admin" | "account";
}

/** All screens, in the rail's order: the landmarks that Airflow's users know. */
export const PLACES: readonly Place[] = [
  { to: "/", name: "Home", letter: "h", icon: IconHome, group: "main" },
  { to: "/dags", name: "Dags", letter: "d", icon: IconSitemap, group: "main" },
  { to: "/runs", name: "Dag runs", short: "Runs", letter: "r", icon: IconListDetails, group: "main" },
  { to: "/refused", name: "Refused requests", short: "Refused", letter: "x", icon: IconBan, group: "main" },
  { to: "/admin/connections", name: "Connections", letter: "c", icon: IconPlug, group: "admin" },
  { to: "/admin/variables", name: "Variables", letter: "v", icon: IconVariable, group: "admin" },
  { to: "/admin/pools", name: "Pools", letter: "l", icon: IconSwimming, group: "admin" },
  { to: "/admin/users", name: "Users", letter: "u", icon: IconUsers, group: "admin" },
  { to: "/keys", name: "My API keys", letter: "k", icon: IconKey, group: "account" },
  { to: "/reference", name: "API", letter: "p", icon: IconCode, group: "account" },
];
