/** What the demonstration's address answers: the Start page's questions, every node under `/nodes/<id>`, and the pages. */
import { Hono, type Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { z } from "zod";
import type { Result } from "@countersign/core/refusal.ts";
import { demonstrationEndpoints, type DemonstrationState } from "@countersign/wire/demonstration.ts";
import type { Demonstration } from "./demonstration.ts";

export interface DemoRoutes {
  readonly demonstration: () => Demonstration;
  readonly restart: () => Promise<Result<undefined>>;
}

/** Handlers that a page on this machine may call; the caller has checked host and origin. */
export function demoRoutes({ demonstration, restart }: DemoRoutes): Hono {
  const app = new Hono();
  const answer = async (context: Context, work: () => Promise<Result<undefined>>): Promise<Response> => {
    const done = await work();
    return done.ok ? context.json(demonstration().state() satisfies DemonstrationState) : context.json(done.refusal, 409);
  };
  const post = <Input extends z.ZodType>(endpoint: { path: string; input: Input }, work: (input: z.output<Input>) => Promise<Result<undefined>>): void => {
    app.post(endpoint.path, async (context) => {
      const input = endpoint.input.safeParse(await context.req.json().catch(() => undefined));
      if (!input.success) return context.json({ code: "request-malformed", sentence: "This request does not follow its schema." }, 400);
      return answer(context, () => work(input.data));
    });
  };
  app.get(demonstrationEndpoints.state.path, (context) => context.json(demonstration().state() satisfies DemonstrationState));
  app.get("/demo/events", (context) =>
    streamSSE(context, async (stream) => {
      let wake: () => void = () => undefined;
      const stop = demonstration().onChange(() => wake());
      stream.onAbort(() => {
        stop();
        wake();
      });
      while (!stream.aborted) {
        await stream.writeSSE({ event: "changed", data: "" });
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }),
  );
  post(demonstrationEndpoints.choose, (input) => demonstration().choose(input.case));
  post(demonstrationEndpoints.skip, () => demonstration().skip());
  post(demonstrationEndpoints.answer, () => demonstration().answer());
  post(demonstrationEndpoints.cheat, (input) => demonstration().cheat(input.side, input.way));
  post(demonstrationEndpoints.looked, (input) => demonstration().looked(input.step));
  post(demonstrationEndpoints.restart, restart);
  app.post(demonstrationEndpoints.prepared.path, async (context) => {
    const input = demonstrationEndpoints.prepared.input.safeParse(await context.req.json().catch(() => undefined));
    if (!input.success) return context.json({ code: "request-malformed", sentence: "This request does not follow its schema." }, 400);
    return context.json(await demonstration().prepared(input.data.by));
  });
  return app;
}
