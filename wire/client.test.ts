import { describe, expect, it } from "vitest";
import { boundedBytes, call } from "./client.ts";
import { endpoints } from "./endpoints.ts";

const channel = "0".repeat(64);
const answering = (answer: () => Response, asked: Request[] = []) => ({
  base: "http://node.example/nodes/aurelia",
  fetch: async (input: RequestInfo | URL, init?: RequestInit) => {
    asked.push(new Request(input, init));
    return answer();
  },
});

describe("the client", () => {
  it("fills the path, sends what the table asks for, and gives what it promises", async () => {
    const asked: Request[] = [];
    const sealed = { number: 3, commitment: "a".repeat(64) };
    const answer = await call(
      endpoints.seal,
      { channel },
      { value: "A-01" },
      answering(() => Response.json(sealed), asked),
    );
    expect(answer).toEqual({ ok: true, value: sealed });
    const [request] = asked;
    expect([request?.method, request?.url]).toEqual([
      "POST",
      `http://node.example/nodes/aurelia/api/channels/${channel}/seals`,
    ]);
    expect(request?.headers.get("content-type")).toBe("application/json");
    expect(await request?.json()).toEqual({ value: "A-01" });
    await call(
      endpoints.record,
      { channel },
      { have: "aurelia:3,borealis:4" },
      answering(() => Response.json({}), asked),
    );
    expect(new URL(asked[1]?.url ?? "").searchParams.get("have")).toBe("aurelia:3,borealis:4");
  });

  it("sends nothing that does not follow the table", async () => {
    const asked: Request[] = [];
    const answer = await call(
      endpoints.seal,
      { channel },
      { value: "" },
      answering(() => Response.json({}), asked),
    );
    expect(answer).toMatchObject({ ok: false, refusal: { code: "request-malformed" } });
    expect(asked).toEqual([]);
  });

  it.each([
    [
      "the node's own problem",
      () => Response.json({ code: "seal-unknown", sentence: "No such seal." }, { status: 404 }),
      "seal-unknown",
    ],
    ["a status without a reason", () => new Response("gone", { status: 502 }), "answer-malformed"],
    ["an answer with a field too much", () => Response.json({ value: "x", nonce: "y", more: 1 }), "answer-malformed"],
    ["an answer that is no JSON", () => new Response("<html>"), "answer-malformed"],
    ["an answer that is too large", () => new Response("x".repeat(2000)), "answer-too-large"],
    [
      "no answer",
      () => {
        throw new TypeError("connection refused");
      },
      "unreachable",
    ],
  ])("refuses with %s", async (_, answer, code) => {
    const options = { ...answering(answer), limit: 1000 };
    expect(await call(endpoints.unseal, { channel }, { commitment: channel }, options)).toMatchObject({
      ok: false,
      refusal: { code },
    });
  });

  it("stops reading at the bound", async () => {
    let given = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        given += 1;
        controller.enqueue(new Uint8Array(100));
      },
    });
    expect(await boundedBytes(new Response(endless), 1000)).toBeUndefined();
    expect(given).toBeLessThan(20);
    expect(await boundedBytes(new Response("abc"), 3)).toEqual(new TextEncoder().encode("abc"));
    expect(await boundedBytes(new Response(null), 3)).toEqual(new Uint8Array(0));
  });
});
