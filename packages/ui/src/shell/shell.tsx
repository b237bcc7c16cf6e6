import { UnstyledButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { Outlet, useNavigate } from "@tanstack/react-router";
import { useEffect, useState, type ReactNode } from "react";
import { followLive } from "../api/live/live.ts";
import { usePreferences } from "../preferences/preferences.ts";
import { applyTheme } from "../preferences/apply-theme.ts";
import { zoneName } from "../time/format.ts";
import { AccountMenu } from "./account-menu.tsx";
import { Palette } from "./palette.tsx";
import { PLACES } from "./places.ts";
import { Rail } from "./rail.tsx";
import { ShortcutSheet } from "./shortcut-sheet.tsx";
import { StreamBanner } from "./stream-banner.tsx";
import { useKeys } from "./use-keys.ts";
import "./shell.css";

/** The frame of every page behind the sign-in. */
export function Shell(): ReactNode {
  const client = useQueryClient();
  const navigate = useNavigate();
  const chosen = usePreferences();
  const [dialog, setDialog] = useState<"palette" | "sheet" | null>(null);
  const close = (): void => setDialog(null);

  useEffect(() => followLive(client), [client]);
  useEffect(applyTheme, [chosen.density, chosen.theme]);
  useKeys({
    "$mod+k": (event) => {
      event.preventDefault();
      setDialog((now) => (now === "palette" ? null : "palette"));
    },
    "Shift+?": () => setDialog("sheet"),
    "/": (event) => {
      const filter = document.querySelector<HTMLElement>("[data-filter] input, input[data-filter]");
      if (filter === null) return;
      event.preventDefault();
      filter.focus();
    },
    r: () => void client.invalidateQueries(),
    ...Object.fromEntries(PLACES.map(({ letter, to }) => [`g ${letter}`, () => void navigate({ to })])),
  });

  return (
    <div className="shell">
      <a className="skip" href="#main">
        To the content
      </a>
      <Rail />
      <div className="shell-main">
        <header className="topbar">
          <UnstyledButton className="topbar-find" onClick={() => setDialog("palette")}>
            <IconSearch size={14} aria-hidden />
            <span className="grow">Find a Dag, a screen, an action</span>
            <kbd aria-hidden="true">Ctrl K</kbd>
          </UnstyledButton>
          <span className="push" />
          <span className="dim number" title="Zone of all times on the page; change it in the account menu">
            {zoneName(chosen.zone, Date.now())}
          </span>
          <AccountMenu onShortcuts={() => setDialog("sheet")} />
        </header>
        <StreamBanner />
        <main id="main" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <Palette opened={dialog === "palette"} onClose={close} />
      <ShortcutSheet opened={dialog === "sheet"} onClose={close} />
    </div>
  );
}
