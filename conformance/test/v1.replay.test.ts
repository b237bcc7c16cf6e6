import { replaySuite } from "./replay-of-dialect.ts";

replaySuite("v1");
