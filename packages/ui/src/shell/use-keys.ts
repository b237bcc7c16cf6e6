import { useEffect, useRef } from "react";
import { tinykeys } from "tinykeys";
import { preferences } from "../preferences/preferences.ts";

/** Whether the focus is where letters are typed. */
function isTyping(event: KeyboardEvent): boolean {
  const element = event.target as HTMLElement | null;
  return element !== null && (element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName));
}

/** Binds keys of tinykeys' notation while a component is shown. Keys without Ctrl or Meta wait while somebody types, has a dialog open, or has switched them off. */
export function useKeys(bindings: Readonly<Record<string, (event: KeyboardEvent) => void>>): void {
  const latest = useRef(bindings);
  useEffect(() => {
    latest.current = bindings;
  });
  const names = Object.keys(bindings).join("\n");
  useEffect(() => {
    const handlers = Object.fromEntries(
      names.split("\n").map((name) => [
        name,
        (event: KeyboardEvent) => {
          const plain = !/\$mod|Control|Meta/.test(name);
          if (
            plain &&
            (!preferences().singleKeys || isTyping(event) || document.querySelector("[role=dialog]") !== null)
          )
            return;
          if (plain && (event.ctrlKey || event.metaKey || event.altKey)) return;
          latest.current[name]?.(event);
        },
      ]),
    );
    return tinykeys(window, handlers);
  }, [names]);
}
