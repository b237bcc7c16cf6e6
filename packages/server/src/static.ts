import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Incoming } from "./incoming.ts";
import { contentSecurityPolicy, newNonce } from "./security/headers.ts";

/** The web page, as far as the server knows it. */
export interface Ui {
  /** Whether a request that met no route is a browser's that navigates. */
  takes(incoming: Pick<Incoming, "method" | "headers" | "path">): boolean;
  page(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
}

// Put into index.html by the UI's build; the server puts the nonce of each answer in its place.
const NONCE_MARK = "__WINDLASS_NONCE__";
const BASE_MARK = "__WINDLASS_BASE__";

const ASSET_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'";

/** Serves the built files of a folder; without one only says how to build them. */
export async function serveUi(app: FastifyInstance, folder: string | undefined, basePath: string): Promise<Ui> {
  const html =
    folder === undefined ? undefined : await readFile(join(folder, "index.html"), "utf8").catch(() => undefined);
  if (folder === undefined || html === undefined)
    return { takes: ({ method, path }) => method === "GET" && path === "/", page: hint };
  await app.register(fastifyStatic, {
    root: join(folder, "assets"),
    prefix: "/assets/",
    index: false,
    cacheControl: false,
    setHeaders: (reply) => {
      // The build puts a hash of the content into every name.
      reply.header("cache-control", "public, max-age=31536000, immutable");
      // A shared worker lives under the policy of its own script, and has to reach the stream of changes.
      reply.header("content-security-policy", ASSET_POLICY);
    },
  });
  return {
    takes: ({ method, headers, path }) =>
      (method === "GET" || method === "HEAD") && (headers.accept?.includes("text/html") === true || path === "/"),
    async page(_request, reply) {
      const nonce = newNonce();
      reply.header("content-security-policy", contentSecurityPolicy(nonce));
      reply.header("content-type", "text/html; charset=utf-8");
      return reply.send(html.replaceAll(NONCE_MARK, nonce).replaceAll(BASE_MARK, basePath));
    },
  };
}

async function hint(_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  reply.header("content-type", "application/json; charset=utf-8");
  return reply.send(
    JSON.stringify({
      windlass: "The server runs; its web page is not built. Run `npm run build` in the repository, then start again.",
      apis: ["/api/v1", "/api/v2", "/api/windlass/v1"],
      operations: "/api/windlass/v1/operations",
    }),
  );
}
