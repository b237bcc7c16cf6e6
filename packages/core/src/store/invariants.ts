import { legalTransitions } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** A row that must not be. */
export interface Violation {
  /** Name of the view in schema `invariant`. */
  readonly invariant: string;
  readonly row: unknown;
}

/** Writes the contract's table of legal transitions, which the views compare with. Repeating it changes nothing. */
export async function storeLegalTransitions(sql: Sql): Promise<void> {
  const pairs = legalTransitions();
  await sql.execute(
    `with given as (select * from unnest($1::text[], $2::text[]) as g(from_state, to_state)),
     gone as (delete from legal_transition l where not exists (select 1 from given g where g.from_state = l.from_state and g.to_state = l.to_state))
     insert into legal_transition select * from given on conflict do nothing`,
    [pairs.map(([from]) => from), pairs.map(([, to]) => to)],
  );
}

/** Every row of every invariant view; a sound database has none. */
export async function findViolations(sql: Sql): Promise<readonly Violation[]> {
  await storeLegalTransitions(sql);
  const views = await sql.query<{ name: string }>(
    `select table_name as name from information_schema.views where table_schema = 'invariant' order by table_name`,
  );
  const found = await Promise.all(
    views.map(async ({ name }) => {
      const rows = await sql.query<{ row: unknown }>(`select to_jsonb(v) as row from invariant.${name} v limit 20`);
      return rows.map(({ row }) => ({ invariant: name, row }));
    }),
  );
  return found.flat();
}
