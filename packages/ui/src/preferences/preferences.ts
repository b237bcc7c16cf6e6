import { useSyncExternalStore } from "react";

/** What a person chose for this browser. Kept in local storage where the browser has one. */
export interface Preferences {
  readonly theme: "auto" | "light" | "dark";
  readonly density: "compact" | "comfortable";
  readonly zone: "local" | "utc";
  readonly singleKeys: boolean;
  readonly logWrap: boolean;
  readonly language: "curl" | "Python" | "TypeScript";
}

const DEFAULTS: Preferences = {
  theme: "auto",
  density: "compact",
  zone: "local",
  singleKeys: true,
  logWrap: false,
  language: "curl",
};
const PLACE = "windlass.preferences";

let current: Preferences | undefined;
const listeners = new Set<() => void>();

/** The preferences now. */
export function preferences(): Preferences {
  current ??= read();
  return current;
}

/** Changes some of them; every screen follows at once. */
export function setPreferences(change: Partial<Preferences>): void {
  current = { ...preferences(), ...change };
  try {
    window.localStorage.setItem(PLACE, JSON.stringify(current));
  } catch {
    // A browser without storage keeps them until the page is left.
  }
  for (const listener of listeners) listener();
}

/** The preferences, followed. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function read(): Preferences {
  try {
    const stored = JSON.parse(window.localStorage.getItem(PLACE) ?? "{}") as Partial<Preferences>;
    return { ...DEFAULTS, ...stored };
  } catch {
    return DEFAULTS;
  }
}
