import { invariant } from "@windlass/contract";
import pg from "pg";
import { withDatabase } from "./connection-url.ts";
import { DatabaseError } from "./database-error.ts";
import type { ConnectionParts, Database } from "./sql.ts";

/** A database for Dags: its name, and the role that may use it and nothing else. */
export interface ExamplesDatabase {
  readonly name: string;
  readonly role: string;
  readonly password: string;
}

/**
 * Makes a database of its own and a role with the least rights for it, or sets both right where they exist. The role owns the database; it cannot connect
 * to the metadata database, and cannot make roles, databases or files.
 * @param admin an owner's connection to the metadata database; afterwards only owners may connect to that one
 * @returns the parts of the connection that Dags are given
 * @throws DatabaseError where the account of `admin` may not make roles or databases
 */
export async function ensureExamplesDatabase(admin: Database, wanted: ExamplesDatabase): Promise<ConnectionParts> {
  const name = pg.escapeIdentifier(wanted.name);
  const role = pg.escapeIdentifier(wanted.role);
  // Role statements take no parameters. Superuser, replication and row security bypass are off by default, and only a superuser may even say so.
  const rights = `LOGIN NOCREATEDB NOCREATEROLE CONNECTION LIMIT 20 PASSWORD ${pg.escapeLiteral(wanted.password)}`;
  await unlessThere("42710", () => admin.execute(`CREATE ROLE ${role}`));
  await admin.execute(`ALTER ROLE ${role} ${rights}`);
  // Without it an account that is no superuser could not hand the database over.
  await admin.execute(`GRANT ${role} TO CURRENT_USER`);
  await unlessThere("42P04", () => admin.execute(`CREATE DATABASE ${name} OWNER ${role} STRATEGY file_copy`));
  await admin.execute(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
  const [metadata] = await admin.query<{ name: string }>("SELECT current_database() AS name");
  invariant(metadata, "a connection has a database");
  await admin.execute(`REVOKE ALL ON DATABASE ${pg.escapeIdentifier(metadata.name)} FROM PUBLIC`);

  const parts = partsOf(withDatabase(admin.url, wanted.name));
  return { ...parts, user: wanted.role, password: wanted.password, database: wanted.name };
}

/** PostgreSQL has no IF NOT EXISTS for roles and databases, and a look beforehand could be overtaken. */
async function unlessThere(duplicate: string, create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.sqlState !== duplicate) throw error;
  }
}

function partsOf(url: string): ConnectionParts {
  const { host, port, user, database } = new pg.Client({ connectionString: url });
  return { host, port, user: user ?? "", password: "", database: database ?? "" };
}
