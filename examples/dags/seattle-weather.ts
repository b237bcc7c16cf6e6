import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { cron, Dag, getClient, getContext } from "windlass";
import pg from "pg";
import { z } from "zod";
import dailyWeather from "../../node_modules/vega-datasets/data/seattle-weather.csv";
import { type Month, reportHtml } from "../src/weather-report.ts";

// Real work on real data: four years of daily weather go into PostgreSQL, are aggregated there by month, and become a report with a chart.
const dag = new Dag("seattle_weather", {
  description: "Monthly weather of Seattle, from a daily file through PostgreSQL to an HTML report",
  schedule: cron("0 6 * * *", { timezone: "America/Los_Angeles" }),
  startDate: "2026-01-01T00:00:00Z",
  catchup: false,
  isPausedUponCreation: true,
  params: z.object({
    report: z.string().min(1).default("reports/seattle-weather.html").describe("Where the report is written"),
  }),
  requires: { connections: ["examples_db"] },
  tags: ["data", "report"],
  defaultTask: { retries: { attempts: 1, delay: "5s" } },
});

async function connect(): Promise<pg.Client> {
  const at = await getClient().getConnectionOrThrow("examples_db");
  const client = new pg.Client({
    host: at.host ?? undefined,
    port: at.port ?? undefined,
    user: at.login ?? undefined,
    password: at.password ?? undefined,
    database: at.schema ?? undefined,
  });
  await client.connect();
  return client;
}

const load = dag.task("load_days", async () => {
  const days = dailyWeather
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));
  const client = await connect();
  try {
    await client.query("begin");
    await client.query(
      "create table if not exists seattle_day (day date primary key, rain real, high real, low real, wind real, weather text)",
    );
    await client.query("truncate seattle_day");
    await client.query(
      "insert into seattle_day select * from unnest($1::date[], $2::real[], $3::real[], $4::real[], $5::real[], $6::text[])",
      [0, 1, 2, 3, 4, 5].map((column) => days.map((day) => day[column])),
    );
    await client.query("commit");
  } finally {
    await client.end();
  }
  getContext().log.info("loaded", { days: days.length });
  return days.length;
});

const aggregate = dag.task("aggregate_months", async ({ days }: { days: number }) => {
  const client = await connect();
  try {
    const { rows } = await client.query<Month>(
      `select to_char(day, 'YYYY-MM') as month, round(sum(rain)::numeric, 1)::float as rain, round(avg(high)::numeric, 1)::float as high,
              round(avg(low)::numeric, 1)::float as low, count(*) filter (where weather = 'sun')::int as "sunnyDays"
       from seattle_day group by 1 order by 1`,
    );
    console.log(`${days} days are ${rows.length} months`);
    return rows;
  } finally {
    await client.end();
  }
});

const report = dag.task("write_report", async ({ months }: { months: Month[] }) => {
  const { params } = getContext<typeof dag>();
  const file = resolve(params.report);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, reportHtml(months));
  console.log(`report: ${file}`);
  return file;
});

report({ months: aggregate({ days: load() }) });

export default dag;
