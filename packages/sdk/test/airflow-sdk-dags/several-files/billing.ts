import { Dag } from "apache-airflow-ts-sdk";

export const billing = new Dag("billing");
billing.task("bill", ({ ctx }) => `billed in try ${ctx.tryNumber.toString()}`);

export const left = new Dag("left_out");
left.task("never", () => null);
