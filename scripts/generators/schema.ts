import { testDatabase } from "../../packages/core/test-support/index.ts";
import { setup, teardown } from "../../packages/core/test-support/global-setup.ts";
import { RUN_VARIABLE } from "../../packages/core/test-support/run-folder.ts";
import type { Generator } from "./generator.ts";

const path = "packages/core/src/store/schema.sql";

/** The schema that all migrations together make, read from a real database: a change of the schema is reviewed as one readable diff. */
export const schemaDump: Generator = { name: "schema.sql", owns: [], generate: dump };

interface Piece {
  readonly place: string;
  readonly text: string;
}

async function dump(): Promise<ReadonlyMap<string, string>> {
  // Under vitest the run has its server already.
  const alone = process.env[RUN_VARIABLE] === undefined;
  if (alone) await setup();
  try {
    await using clone = await testDatabase();
    const pieces: Piece[] = [];
    for (const query of queries) pieces.push(...(await clone.database.query<Piece>(query)));
    const text = pieces.map((piece) => `${piece.text.trimEnd()}\n`).join("\n");
    return new Map([
      [path, `-- Written by \`npm run generate\` from the migrations: never edit it, never run it.\n\n${text}`],
    ]);
  } finally {
    if (alone) await teardown();
  }
}

const ours = `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'`;

/** In the order of the file: types, tables with their constraints, indexes, views, functions, triggers. */
const queries = [
  `select t.typname as place, format('create type %I.%I as enum (%s);', n.nspname, t.typname,
      string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder)) as text
    from pg_type t join pg_namespace n on n.oid = t.typnamespace join pg_enum e on e.enumtypid = t.oid
    where ${ours} group by n.nspname, t.typname order by n.nspname, t.typname`,
  `select c.relname as place, format(E'create%s table %I.%I (\\n%s\\n)%s;',
      case c.relpersistence when 'u' then ' unlogged' else '' end, n.nspname, c.relname,
      concat_ws(E',\\n', (
        select string_agg(format('  %I %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
            case when a.attnotnull then ' not null' else '' end,
            case when a.attidentity <> '' then ' generated always as identity'
                 when a.attgenerated <> '' then format(' generated always as (%s) stored', pg_get_expr(d.adbin, d.adrelid)) else '' end,
            case when d.adbin is not null and a.attgenerated = '' then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end),
          E',\\n' order by a.attnum)
        from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), (
        select string_agg(format('  constraint %I %s', k.conname, pg_get_constraintdef(k.oid)), E',\\n' order by k.contype desc, k.conname)
        from pg_constraint k where k.conrelid = c.oid and k.contype <> 'n')),
      case when c.reloptions is null then '' else format(' with (%s)', array_to_string(c.reloptions, ', ')) end) as text
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where ${ours} and c.relkind in ('r', 'p') order by n.nspname, c.relname`,
  `select i.relname as place, pg_get_indexdef(x.indexrelid) || ';' as text
    from pg_index x join pg_class i on i.oid = x.indexrelid join pg_namespace n on n.oid = i.relnamespace
    where ${ours} and not exists (select from pg_constraint k where k.conindid = x.indexrelid and k.contype in ('p', 'u', 'x'))
    order by n.nspname, x.indrelid::regclass::text, i.relname`,
  `select c.relname as place, format(E'create view %I.%I as\\n%s', n.nspname, c.relname, pg_get_viewdef(c.oid, true)) as text
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${ours} and c.relkind = 'v' order by n.nspname, c.relname`,
  `select p.proname as place, pg_get_functiondef(p.oid) || ';' as text
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace where ${ours} order by n.nspname, p.proname, p.oid::regprocedure::text`,
  `select t.tgname as place, pg_get_triggerdef(t.oid, true) || ';' as text
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
    where ${ours} and not t.tgisinternal order by n.nspname, c.relname, t.tgname`,
];
