import { captureSite, type CallSite } from "./call-site.ts";
import { definitionKey } from "./definition.ts";
import { bashOperator, type BashOptions, bashSensor, type BashSensorOptions } from "./operators/bash.ts";
import { emailOperator, type EmailOperatorOptions, type EmailResult } from "./operators/email.ts";
import { httpOperator, type HttpOptions, httpSensor, type HttpSensorOptions } from "./operators/http.ts";
import type { Operator } from "./operators/operator.ts";
import { pythonOperator, type PythonOptions } from "./operators/python.ts";
import { sqlOperator, type SqlListOptions, type SqlOptions, type SqlRow } from "./operators/sql.ts";
import { sqlSensor, type SqlSensorOptions } from "./operators/sql-sensor.ts";
import type { SensorOptions } from "./sensor.ts";
import type { TaskOptions } from "./task-options.ts";
import type { TaskRef } from "./task-ref.ts";
import type { XcomValue } from "./xcom-value.ts";

/**
 * The ready-made operators and sensors, each of which places its task at once.
 * @typeParam P the values of the Dag's params
 */
export abstract class ReadyTasks<P> {
  /** Puts a task into the container. */
  protected abstract place<T>(id: string, operator: Operator, options: TaskOptions, site: CallSite): TaskRef<T>;

  #sensor<T>(id: string, operator: Operator, options: SensorOptions, site: CallSite): TaskRef<T> {
    const ref = this.place<T>(id, operator, options, site);
    ref[definitionKey].role = { kind: "sensor", options };
    return ref;
  }

  /**
   * Places a task that runs a shell script or a program. Values reach it by `env` or as whole arguments, never spliced into its text.
   * Its result is the last line of its standard output. Exit code 99 means skipped, any other than 0 failed.
   * @example dag.bash("report", { script: 'echo "Hello $NAME"', env: { NAME: ({ params }) => params.name } });
   */
  bash(id: string, options: BashOptions<P>): TaskRef<string> {
    return this.place(id, bashOperator(options), options as TaskOptions, captureSite(this.bash as () => unknown));
  }

  /**
   * Places a task that runs Python code in a process of its own. `input` comes as JSON on standard input; the result is the JSON that the script writes
   * into the file named by `WINDLASS_RESULT`. Exit code 99 means skipped, any other than 0 failed.
   * @example dag.python("clean", { code: cleanPy, input: extract(), requirements: ["pandas==2.2.3"] });
   */
  python<R = unknown>(id: string, options: PythonOptions<P>): TaskRef<XcomValue<R>> {
    return this.place(id, pythonOperator(options), options as TaskOptions, captureSite(this.python as () => unknown));
  }

  /**
   * Places a task that sends a request, after Airflow's HttpOperator: statuses from 400 on fail it, and its result is the body as text unless
   * `responseFilter` makes something else of it.
   * @example dag.http("rates", { connection: "bank", method: "GET", path: "/rates", responseFilter: (response) => response.json<Rates>() });
   */
  http<R = string>(id: string, options: HttpOptions<P, R>): TaskRef<XcomValue<Awaited<R>>> {
    return this.place(id, httpOperator(options), options, captureSite(this.http as () => unknown));
  }

  /**
   * Places a task that runs SQL through a connection (PostgreSQL, MySQL or SQLite). Its result is the rows.
   * @example dag.sql("count", { connection: "warehouse", statement: "select count(*) from sales where region = $1", parameters: ["eu"] });
   */
  sql(id: string, options: (SqlOptions<P> | SqlListOptions<P>) & { readonly fetch: "none" }): TaskRef<number | null>;
  sql<Row extends object = SqlRow>(
    id: string,
    options: (SqlOptions<P> | SqlListOptions<P>) & { readonly fetch: "one" },
  ): TaskRef<Row | null>;
  sql<Row extends object = SqlRow>(
    id: string,
    options: SqlListOptions<P> & { readonly returnLast: false },
  ): TaskRef<Row[][]>;
  sql<Row extends object = SqlRow>(id: string, options: SqlOptions<P> | SqlListOptions<P>): TaskRef<Row[]>;
  sql(id: string, options: SqlOptions<P> | SqlListOptions<P>): TaskRef<never> {
    return this.place(id, sqlOperator(options), options, captureSite(this.sql as () => unknown));
  }

  /**
   * Places a task that sends an e-mail through a connection of type `smtp`.
   * @example dag.email("tell", { to: "sales@example.com", subject: "Done", text: ({ runId }) => `${runId} is done` });
   */
  email(id: string, options: EmailOperatorOptions<P>): TaskRef<EmailResult> {
    return this.place(id, emailOperator(options), options, captureSite(this.email as () => unknown));
  }

  /**
   * Places a sensor that sends a request until the response is what is waited for.
   * @example dag.httpSensor("ready", { connection: "api", path: "/export/42", responseCheck: (response) => response.json<{ done: boolean }>().done });
   */
  httpSensor(id: string, options: HttpSensorOptions<P>): TaskRef<unknown> {
    return this.#sensor(id, httpSensor(options), options, captureSite(this.httpSensor as () => unknown));
  }

  /**
   * Places a sensor that runs a statement until its first value says yes, after Airflow's SqlSensor.
   * @example dag.sqlSensor("loaded", { connection: "warehouse", statement: "select count(*) from sales", mode: "reschedule" });
   */
  sqlSensor(id: string, options: SqlSensorOptions<P>): TaskRef<null> {
    return this.#sensor(id, sqlSensor(options), options, captureSite(this.sqlSensor as () => unknown));
  }

  /**
   * Places a sensor that runs a command until it ends with exit code 0.
   * @example dag.bashSensor("there", { script: "test -s /data/export.csv", interval: "5m" });
   */
  bashSensor(id: string, options: BashSensorOptions<P>): TaskRef<null> {
    return this.#sensor(
      id,
      bashSensor(options),
      options as SensorOptions,
      captureSite(this.bashSensor as () => unknown),
    );
  }
}
