import {
  type ConnectionOptions,
  createPostgresBackend,
  FlowProducer,
  Queue,
  setDefaultBackendFactory,
  Worker,
} from "bullmq";
import { printFigures } from "./peer-figures.ts";
import { Ran, rate, spanTime, startTime } from "./ran.ts";

/* BullMQ: `node bullmq.ts redis <socket>` or `node bullmq.ts postgres <database>`. A chain and a fan-out are its flows. */

const [backend = "", address = ""] = process.argv.slice(2);
if (backend === "postgres") setDefaultBackendFactory(createPostgresBackend as never);
const connection: ConnectionOptions =
  backend === "postgres" ? { connectionString: address, migrate: true } : { path: address, maxRetriesPerRequest: null };
const name = "bench";
const ran = new Ran();
const queue = new Queue(name, { connection });
const flows = new FlowProducer({ connection });
queue.on("error", () => undefined);
flows.on("error", () => undefined);

const noop = (): { name: string; queueName: string } => ({ name: "noop", queueName: name });

/** Children run before their parent, so a chain is a line of only children. */
interface Line {
  name: string;
  queueName: string;
  children?: Line[];
}
const chain = Array.from({ length: 9 }).reduce<Line>((children) => ({ ...noop(), children: [children] }), noop());

const worker = new Worker(
  name,
  async (job) => {
    ran.now();
    if (job.name !== "first") return;
    await flows.add({ ...noop(), children: Array.from({ length: 100 }, noop) });
  },
  { connection, concurrency: 50 },
);
worker.on("error", () => undefined);
await worker.waitUntilReady();

const startMs = await startTime(ran, 100, () => queue.add("noop", {}));
const chainMs = await spanTime(ran, 20, 10, () => flows.add(chain));
const fanMs = await spanTime(ran, 10, 102, () => queue.add("first", {}));
const count = backend === "postgres" ? 1_000 : 10_000;
const perSecond = await rate(ran, 3, count, () =>
  queue.addBulk(Array.from({ length: count }, () => ({ name: "noop", data: {} }))),
);
printFigures({ perSecond, startMs, chainMs, fanMs });
process.exit(0);
