export type { TestDatabase, TestDatabaseOptions } from "./test-database.ts";
export { testDatabase } from "./test-database.ts";
export { testServer } from "./test-server.ts";
export { testChain, testDag, testParseResult, testTask } from "./dag.ts";
export { storeDags } from "./store-dags.ts";
export { storeTestAccounts, type TestAccount } from "./store-accounts.ts";
