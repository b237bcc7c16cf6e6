import type { Command } from "commander";
import type { JsonValue } from "@windlass/contract";
import { moment, part, rows, text } from "../client/answers.ts";
import { print, talk, talking, type TalkingFlags } from "../command.ts";
import type { Io } from "../io.ts";
import { table } from "../output/table.ts";
import { registerPasswordReset } from "./password-reset.ts";

const NATIVE = "/api/windlass/v1";

/** `windlass users`, `windlass roles`, `windlass keys`. */
export function registerAccounts(program: Command, io: Io): void {
  registerUsers(program, io);
  registerRoles(program, io);
  registerKeys(program, io);
}

function registerUsers(program: Command, io: Io): void {
  const users = program.command("users").description("accounts: list, create, change, delete");
  talking(users.command("list", { isDefault: true }))
    .description("every account")
    .action(async (flags: TalkingFlags) =>
      talk(io, flags, async (client) => {
        const answer = await client.call("GET", `${NATIVE}/users`);
        print(io, flags, answer, () =>
          table(
            ["user", "roles", "active", "last log-in"],
            rows(answer, "users").map((u) => [
              text(u, "user_name"),
              text(u, "roles"),
              text(u, "active"),
              moment(u, "last_login_at"),
            ]),
          ),
        );
      }),
    );
  talking(users.command("create <user-name>"))
    .description("make an account")
    .requiredOption("--password <password>", "at least 12 characters")
    .option("--role <role...>", "its roles", ["Viewer"])
    .option("--email <address>")
    .addHelpText("after", "\nExample:\n  windlass users create ada --password 'a long sentence' --role User")
    .action(async (userName: string, flags: TalkingFlags & { password: string; role: string[]; email?: string }) =>
      talk(io, flags, async (client) => {
        const body: Record<string, JsonValue> = { user_name: userName, password: flags.password, roles: flags.role };
        if (flags.email) body.email = flags.email;
        const answer = await client.call("POST", `${NATIVE}/users`, body);
        print(io, flags, answer, () => `${userName} is made with ${flags.role.join(", ")}`);
      }),
    );
  talking(users.command("change <user-name>"))
    .description("change password, roles or whether the account is active")
    .option("--password <password>")
    .option("--role <role...>", "all its roles from now on")
    .option("--active <yes|no>")
    .action(async (userName: string, flags: TalkingFlags & { password?: string; role?: string[]; active?: string }) =>
      talk(io, flags, async (client) => {
        const body: Record<string, JsonValue> = {};
        if (flags.password !== undefined) body.password = flags.password;
        if (flags.role) body.roles = flags.role;
        if (flags.active !== undefined) body.active = flags.active === "yes";
        const answer = await client.call("PATCH", `${NATIVE}/users/${part(userName)}`, body);
        print(io, flags, answer, () => `${userName} is changed; its earlier sessions and tokens are void`);
      }),
    );
  registerPasswordReset(users, io);
  deletion(users, io, "<user-name>", `${NATIVE}/users`);
}

function registerRoles(program: Command, io: Io): void {
  const roles = program.command("roles").description("roles and their permissions: list, create, delete");
  talking(roles.command("list", { isDefault: true }))
    .description("every role")
    .action(async (flags: TalkingFlags) =>
      talk(io, flags, async (client) => {
        const answer = await client.call("GET", `${NATIVE}/roles`);
        print(io, flags, answer, () =>
          table(
            ["role", "permissions"],
            rows(answer, "roles").map((r) => {
              const names = Array.isArray(r.permissions) ? r.permissions : [];
              return [
                text(r, "name"),
                names.length > 4 ? `${names.slice(0, 4).join(", ")} and ${names.length - 4} more` : names.join(", "),
              ];
            }),
          ),
        );
      }),
    );
  talking(roles.command("create <name>"))
    .description("make a role")
    .requiredOption("--permission <permission...>", 'such as "can_read on DAGs" or "can_edit on DAG:hello"')
    .addHelpText(
      "after",
      `\nExample:\n  windlass roles create hello_only --permission "can_read on DAGs" "can_edit on DAG:hello" "can_create on DAG Runs"`,
    )
    .action(async (name: string, flags: TalkingFlags & { permission: string[] }) =>
      talk(io, flags, async (client) => {
        const answer = await client.call("POST", `${NATIVE}/roles`, { name, permissions: flags.permission });
        print(io, flags, answer, () => `${name} is made`);
      }),
    );
  deletion(roles, io, "<name>", `${NATIVE}/roles`);
}

function registerKeys(program: Command, io: Io): void {
  const keys = program.command("keys").description("your API keys: list, create, revoke");
  talking(keys.command("list", { isDefault: true }))
    .description("your keys; a key itself is shown only when it is made")
    .action(async (flags: TalkingFlags) =>
      talk(io, flags, async (client) => {
        const answer = await client.call("GET", `${NATIVE}/api-keys`);
        print(io, flags, answer, () =>
          table(
            ["id", "name", "begins with", "expires", "last used"],
            rows(answer, "api_keys").map((k) => [
              text(k, "id"),
              text(k, "name"),
              text(k, "display_id"),
              moment(k, "expires_at"),
              moment(k, "last_used_at"),
            ]),
          ),
        );
      }),
    );
  talking(keys.command("create <name>"))
    .description("make a key; it is printed once")
    .option("--days <n>", "how long it is good", "90")
    .action(async (name: string, flags: TalkingFlags & { days: string }) =>
      talk(io, flags, async (client) => {
        const answer = await client.call("POST", `${NATIVE}/api-keys`, { name, expires_in_days: Number(flags.days) });
        print(io, flags, answer, () => text(answer, "token"));
      }),
    );
  talking(keys.command("revoke <id>"))
    .description("void a key at once")
    .action(async (id: string, flags: TalkingFlags) =>
      talk(io, flags, async (client) => {
        await client.call("DELETE", `${NATIVE}/api-keys/${part(id)}`);
        print(io, flags, { revoked: id }, () => `key ${id} is void`);
      }),
    );
}

function deletion(group: Command, io: Io, argument: string, path: string): void {
  talking(group.command(`delete ${argument}`))
    .description("delete it")
    .action(async (name: string, flags: TalkingFlags) =>
      talk(io, flags, async (client) => {
        await client.call("DELETE", `${path}/${part(name)}`);
        print(io, flags, { deleted: name }, () => `${name} is deleted`);
      }),
    );
}
