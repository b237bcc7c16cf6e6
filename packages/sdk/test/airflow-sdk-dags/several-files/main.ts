import { Dag, DagRegistry } from "apache-airflow-ts-sdk";
import { serveDags } from "apache-airflow-ts-sdk/coordinator";
import { billing } from "./billing.ts";

const shipping = new Dag("shipping");
shipping.task("ship", () => "shipped");

await serveDags(new DagRegistry(billing, shipping));
