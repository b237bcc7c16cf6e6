import type { MantineColorSchemeManager } from "@mantine/core";
import { preferences, setPreferences } from "./preferences.ts";

/** Mantine's memory of the theme is ours, so that there is one. */
export const colorSchemeManager: MantineColorSchemeManager = {
  get: () => preferences().theme,
  set: (value) => setPreferences({ theme: value }),
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => setPreferences({ theme: "auto" }),
};
