// A process that starts a database in the folder it is given, writes rows without end, and tells each acknowledged one on a line of its own. Tests kill it.
import { openDatabase, startEmbedded } from "@windlass/core/database";

const [, , dataFolder = ""] = process.argv;
const server = await startEmbedded({ dataFolder });
process.stdout.write(`server ${String(server.pid)}\n`);
const database = openDatabase({ url: server.url });
await database.execute("CREATE TABLE IF NOT EXISTS kept (id bigint PRIMARY KEY)");
for (let id = 1; ; id += 1) {
  await database.execute("INSERT INTO kept (id) VALUES ($1)", [id]);
  process.stdout.write(`row ${String(id)}\n`);
}
