import { Menu, UnstyledButton } from "@mantine/core";
import { IconSettings } from "@tabler/icons-react";
import { Link, useLocation } from "@tanstack/react-router";
import { Logo } from "./logo.tsx";
import { PLACES } from "./places.ts";

/** The landmarks at the left. */
export function Rail() {
  const { pathname } = useLocation();
  const inAdmin = pathname.startsWith("/admin");
  return (
    <nav className="rail" aria-label="Main">
      <Link to="/" className="rail-logo" aria-label="Windlass, home">
        <Logo />
      </Link>
      {PLACES.filter(({ group }) => group === "main").map(({ to, name, short, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          className="rail-item"
          activeOptions={{ exact: to === "/" }}
          {...(short === undefined ? {} : { title: name })}
        >
          <Icon size={19} stroke={1.7} aria-hidden />
          {short ?? name}
        </Link>
      ))}
      <Menu position="right-start" width={190}>
        <Menu.Target>
          <UnstyledButton className={`rail-item${inAdmin ? " active" : ""}`}>
            <IconSettings size={19} stroke={1.7} aria-hidden />
            Admin
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {PLACES.filter(({ group }) => group === "admin").map(({ to, name, icon: Icon }) => (
            <Menu.Item
              key={to}
              renderRoot={(root) => <Link to={to} {...root} />}
              leftSection={<Icon size={15} aria-hidden />}
            >
              {name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <span className="rail-gap" />
      {PLACES.filter(({ group }) => group === "account").map(({ to, name, icon: Icon }) => (
        <Link key={to} to={to} className="rail-item">
          <Icon size={19} stroke={1.7} aria-hidden />
          {to === "/keys" ? "Keys" : name}
        </Link>
      ))}
    </nav>
  );
}
