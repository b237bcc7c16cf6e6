import { serve, service, type Context } from "@restatedev/restate-sdk";
import { BenchClient } from "../client.ts";
import { printFigures } from "./peer-figures.ts";
import { Ran, rate, spanTime, startTime } from "./ran.ts";

/* Restate: `node restate.ts <ingress> <admin> <own port>`. A piece of work is a durable step (`ctx.run`) of a handler. */

const [ingress = "", admin = "", ownPort = "0"] = process.argv.slice(2);
const ran = new Ran();
const bench = service({
  name: "bench",
  handlers: {
    steps: async (ctx: Context, count: number) => {
      for (let i = 0; i < count; i++) {
        await ctx.run(`step${String(i)}`, () => {
          ran.now();
        });
      }
    },
  },
});
await serve({ services: [bench], port: Number(ownPort) });
const registered = await fetch(`${admin}/deployments`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ uri: `http://127.0.0.1:${ownPort}` }),
});
if (!registered.ok) throw new Error(`the deployment was refused: ${await registered.text()}`);

const client = new BenchClient(ingress, "none", 64);
const begin = async (count: number): Promise<void> => {
  const { status } = await client.call("POST", "/bench/steps", count);
  if (status !== 200) throw new Error(`an invocation was answered with ${String(status)}`);
};
const startMs = await startTime(ran, 60, () => begin(1));
const chainMs = await spanTime(ran, 25, 10, () => begin(10));
const [workflows, each] = [100, 20];
const perSecond = await rate(ran, 3, workflows * each, () =>
  Promise.all(Array.from({ length: workflows }, () => begin(each))),
);
printFigures({ perSecond, startMs, chainMs });
process.exit(0);
