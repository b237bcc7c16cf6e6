import { preferences } from "./preferences.ts";

/** Writes theme and density onto the document, before the first paint and at every change. */
export function applyTheme(): void {
  const { theme, density } = preferences();
  const root = document.documentElement;
  root.setAttribute("data-mantine-color-scheme", theme === "auto" ? (systemIsDark() ? "dark" : "light") : theme);
  root.setAttribute("data-density", density);
}

/** Whether the system asks for dark pages. */
function systemIsDark(): boolean {
  return window.matchMedia("(prefers-color-scheme: dark)").matches;
}
