import { afterEach, describe, expect, it } from "vitest";
import { foundTestCircle, must, type TestCircle } from "../_circle.ts";
import { edwardsSigner, nativeVerify } from "../signing.ts";
import { observerSigners, partySigners } from "../private/keys.ts";
import { RequestCheck, signRequest } from "./request-signature.ts";

const signer = edwardsSigner("aurelia.example/exercise/node", new Uint8Array(32).fill(7));
const url = "http://127.0.0.1:8470/nodes/borealis/log/00/aurelia/checkpoint";
const keyOf = (name: string) => (name === signer.named.name ? signer.named.ed25519 : undefined);
const now = 1_800_000_000;

function check(request: Request, at = now, checker = new RequestCheck("borealis", nativeVerify, () => at)) {
  return checker.check(request, keyOf);
}

describe("a signed request", () => {
  const headers = () => signRequest("GET", url, "borealis", signer, now);

  it("is taken once", async () => {
    const checker = new RequestCheck("borealis", nativeVerify, () => now);
    const request = () => new Request(url, { headers: first });
    const first = headers();
    expect(await checker.check(request(), keyOf)).toEqual({ ok: true, value: { keyName: signer.named.name } });
    expect(await checker.check(request(), keyOf)).toMatchObject({ ok: false, refusal: { code: "request-replayed" } });
    expect(await checker.check(new Request(url, { headers: headers() }), keyOf)).toMatchObject({ ok: true });
  });

  it.each([
    ["unsigned", () => new Request(url), now, "request-unsigned"],
    [
      "of another path",
      () => new Request(url.replace("checkpoint", "released"), { headers: headers() }),
      now,
      "request-signature-fails",
    ],
    [
      "of another method",
      () => new Request(url, { method: "POST", headers: headers() }),
      now,
      "request-signature-fails",
    ],
    ["with a query added", () => new Request(`${url}?a=1`, { headers: headers() }), now, "request-signature-fails"],
    [
      "for another node",
      () => new Request(url, { headers: signRequest("GET", url, "corvia", signer, now) }),
      now,
      "request-for-another",
    ],
    ["too late", () => new Request(url, { headers: headers() }), now + 61, "request-lapsed"],
    ["too early", () => new Request(url, { headers: headers() }), now - 61, "request-lapsed"],
    [
      "of a stranger",
      () =>
        new Request(url, {
          headers: signRequest("GET", url, "borealis", edwardsSigner("stranger", new Uint8Array(32).fill(8)), now),
        }),
      now,
      "request-not-of-channel",
    ],
    [
      "of a stranger under a known name",
      () =>
        new Request(url, {
          headers: signRequest(
            "GET",
            url,
            "borealis",
            edwardsSigner(signer.named.name, new Uint8Array(32).fill(8)),
            now,
          ),
        }),
      now,
      "request-signature-fails",
    ],
    [
      "with other parameters",
      () =>
        new Request(url, {
          headers: {
            ...headers(),
            "signature-input": headers()["signature-input"]?.replace('"@query"', '"date"') ?? "",
          },
        }),
      now,
      "request-signature-malformed",
    ],
    [
      "with the moment changed",
      () =>
        new Request(url, {
          headers: {
            ...headers(),
            "signature-input": headers()["signature-input"]?.replace(`${now}`, `${now + 1}`) ?? "",
          },
        }),
      now,
      "request-signature-fails",
    ],
  ])("is refused when it is %s", async (_, request, at, code) => {
    expect(await check(request(), at)).toMatchObject({ ok: false, refusal: { code } });
  });

  it("of a key that asks too often is refused until older ones have lapsed", async () => {
    let clock = now;
    const checker = new RequestCheck(
      "borealis",
      async (checks) => checks.map(() => true),
      () => clock,
    );
    const ask = () =>
      checker.check(
        new Request(url, {
          headers: signRequest("GET", url, "borealis", { named: signer.named, sign: () => new Uint8Array(64) }, clock),
        }),
        keyOf,
      );
    for (let asked = 0; asked < 20_000; asked += 1) await ask();
    expect(await ask()).toMatchObject({ ok: false, refusal: { code: "request-too-many" } });
    clock += 121;
    expect(await ask()).toMatchObject({ ok: true });
  });
});

describe("a node's byte paths", () => {
  let circle: TestCircle;

  afterEach(async () => circle.close());

  it("R6 give entries and files to parties, heads and hashes to observers, and nothing to anyone else", async () => {
    circle = await foundTestCircle(["aurelia", "borealis"], ["lookout"]);
    const { channel, charter } = circle;
    await circle.start("aurelia");
    const [, borealis] = charter.parties;
    const [lookout] = charter.observers;
    if (borealis === undefined || lookout === undefined) throw new Error("no such member");
    const party = must(await partySigners(circle.seat("borealis").directory, borealis)).node;
    const observer = must(await observerSigners(circle.seat("lookout").directory, lookout)).node;
    if (observer === undefined) throw new Error("no node key");
    const ask = async (path: string, by?: typeof party, headers?: Record<string, string>) => {
      const address = `${circle.seat("aurelia").base}/log/${channel}/${path}`;
      return (
        await fetch(address, {
          headers:
            headers ??
            (by === undefined ? {} : signRequest("GET", address, "aurelia", by, Math.floor(Date.now() / 1000))),
        })
      ).status;
    };
    const rows = [
      ["aurelia/checkpoint", 200, 200],
      ["aurelia/tile/0/000.p/1", 200, 200],
      ["aurelia/tile/entries/000.p/1", 200, 403],
      ["aurelia/released", 200, 200],
      ["charter", 200, 200],
      [`files/${"0".repeat(64)}`, 404, 404],
      [`proofs/${"0".repeat(64)}`, 404, 404],
      ["borealis/checkpoint", 404, 404],
      ["aurelia/tile/0/000.p/2", 404, 404],
      ["aurelia/tile/0/0", 404, 404],
      ["aurelia/../../../etc/passwd", 404, 404],
    ] as const;
    for (const [path, forParty, forObserver] of rows)
      expect([path, await ask(path, party), await ask(path, observer)]).toEqual([path, forParty, forObserver]);
    for (const path of ["aurelia/checkpoint", "aurelia/tile/entries/000.p/1", "charter", `files/${"0".repeat(64)}`]) {
      expect(await ask(path)).toBe(401);
      expect(await ask(path, edwardsSigner("borealis.example/test/node", new Uint8Array(32).fill(1)))).toBe(401);
      expect(await ask(path, edwardsSigner("stranger", new Uint8Array(32).fill(1)))).toBe(403);
    }
    const address = `${circle.seat("aurelia").base}/log/${channel}/charter`;
    const once = signRequest("GET", address, "aurelia", party, Math.floor(Date.now() / 1000));
    expect(await ask("charter", undefined, once)).toBe(200);
    expect(await ask("charter", undefined, once)).toBe(401);
  });
});
