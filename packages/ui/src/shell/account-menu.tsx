import { Menu, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { IconCheck, IconChevronDown, IconKey, IconKeyboard, IconLogout, IconUserCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { meQuery } from "../api/queries/account.ts";
import { signOut } from "../api/requests/session.ts";
import { useAction } from "../api/use-action.ts";
import { setPreferences, usePreferences } from "../preferences/preferences.ts";
import { queryClient } from "../query-client.ts";

/** Theme, density, zone, keys, sign out. */
export function AccountMenu({ onShortcuts }: { onShortcuts: () => void }) {
  const { data: me } = useQuery(meQuery());
  const chosen = usePreferences();
  const { setColorScheme } = useMantineColorScheme();
  const navigate = useNavigate();
  const action = useAction([]);

  const leave = async (): Promise<void> => {
    await action.run(signOut());
    queryClient.clear();
    await navigate({ to: "/login", search: {} });
  };
  const mark = (on: boolean) => (on ? <IconCheck size={14} aria-label="chosen" /> : null);

  return (
    <Menu position="bottom-end" width={230} closeOnItemClick={false}>
      <Menu.Target>
        <UnstyledButton className="row" aria-label={`Account menu, ${me?.name ?? ""}`}>
          <IconUserCircle size={19} stroke={1.6} aria-hidden />
          <span>{me?.name}</span>
          <IconChevronDown size={13} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me === undefined ? "" : `Roles: ${me.roles.join(", ") || "none"}`}</Menu.Label>
        <Menu.Item
          renderRoot={(root) => <Link to="/keys" {...root} />}
          leftSection={<IconKey size={15} aria-hidden />}
          closeMenuOnClick
        >
          My API keys
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={15} aria-hidden />} closeMenuOnClick onClick={onShortcuts}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Theme</Menu.Label>
        {(["auto", "light", "dark"] as const).map((each) => (
          <Menu.Item key={each} onClick={() => setColorScheme(each)} rightSection={mark(chosen.theme === each)}>
            {each === "auto" ? "As the system" : each === "light" ? "Light" : "Dark"}
          </Menu.Item>
        ))}
        <Menu.Label>Density</Menu.Label>
        {(["compact", "comfortable"] as const).map((each) => (
          <Menu.Item
            key={each}
            onClick={() => setPreferences({ density: each })}
            rightSection={mark(chosen.density === each)}
          >
            {each === "compact" ? "Compact" : "Comfortable"}
          </Menu.Item>
        ))}
        <Menu.Label>Times</Menu.Label>
        {(["local", "utc"] as const).map((each) => (
          <Menu.Item
            key={each}
            onClick={() => setPreferences({ zone: each })}
            rightSection={mark(chosen.zone === each)}
          >
            {each === "local" ? "Of this browser" : "UTC"}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={15} aria-hidden />} onClick={() => void leave()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
