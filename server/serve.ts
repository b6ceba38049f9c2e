/** A node on a port of its own, with the pages where they are built. */
import { serve } from "@hono/node-server";
import type { AddressInfo } from "node:net";
import { Hono } from "hono";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { deskPages } from "./http/desk-pages.ts";
import type { CountersignNode } from "./node.ts";

export interface ServeOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly host: string;
  /** The built pages; absent: none are served. */
  readonly pages?: string;
}

export interface ServedNode {
  /** Without a slash at the end. */
  readonly address: string;
  close(): Promise<void>;
}

/** Refuses a port or host that cannot be used. The node itself stays the caller's to close. */
export function serveNode(node: CountersignNode, { port, host, pages }: ServeOptions): Promise<Result<ServedNode>> {
  const app = new Hono();
  for (const path of ["/api/*", "/log/*"]) app.all(path, (context) => node.app.fetch(context.req.raw, context.env));
  if (pages !== undefined) app.route("/", deskPages(pages));
  return new Promise((resolve) => {
    const server = serve({ fetch: (request, bindings) => app.fetch(request, bindings), port, hostname: host }, (info: AddressInfo) =>
      resolve(
        accept({
          address: `http://${host.includes(":") ? `[${host}]` : host}:${info.port}`,
          close: () =>
            new Promise((closed) => {
              if ("closeAllConnections" in server) server.closeAllConnections();
              server.close(() => closed());
            }),
        }),
      ),
    );
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "something else uses it; name another with --port" : error.message;
      resolve(refuse("port-unusable", `Port ${port} on ${host} cannot be used: ${why}.`));
    });
  });
}
