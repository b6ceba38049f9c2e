/** Partial tiles over HTTP (C2SP tlog-tiles): whoever has the full one need not keep the partial ones, and who asks for one takes the full one. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { HASH_BYTES, leafHash } from "@countersign/core/log/merkle.ts";
import { decodeBundle, encodeBundle, TILE_WIDTH } from "@countersign/core/log/tiles.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";
import { signRequest } from "../access/request-signature.ts";
import { partyOf } from "../_hostile-node.ts";
import { partySigners } from "../private/keys.ts";
import { PeerClient } from "./peer-client.ts";

describe("a peer that has full tiles alone", () => {
  const entries = Array.from({ length: TILE_WIDTH }, (_, index) => encodeUtf8(`entry ${index}`));
  const hashes = entries.map((entry) => leafHash(entry));
  const asked: string[] = [];
  let server: Server;
  let peer: PeerClient;
  beforeAll(async () => {
    const tiles = new Map([
      ["tile/0/000", Buffer.concat(hashes)],
      ["tile/entries/000", Buffer.from(encodeBundle(entries))],
    ]);
    server = createServer((request, response) => {
      const path = (request.url ?? "").replace("/log/channel/aurelia/", "");
      asked.push(path);
      const tile = tiles.get(path);
      response.writeHead(tile === undefined ? 404 : 200).end(tile);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    peer = new PeerClient({ id: "aurelia", base, channel: "channel", signers: [], fetch, signal: new AbortController().signal });
  });
  afterAll(() => server.close());

  it("R2 is asked for the full one where the partial one is gone, and so much of it is taken as was wanted", async () => {
    expect(must(await peer.leafHashes("aurelia", 0, 200))).toEqual(hashes.slice(0, 200));
    expect(must(await peer.entries("aurelia", 0, 200))).toEqual(entries.slice(0, 200));
    expect(asked.splice(0)).toEqual(["tile/0/000.p/200", "tile/0/000", "tile/entries/000.p/200", "tile/entries/000"]);
    expect(must(await peer.leafHashes("aurelia", 0, TILE_WIDTH))).toEqual(hashes);
    expect(asked.splice(0)).toEqual(["tile/0/000"]);
    expect(must(await peer.entries("aurelia", 1, 3))).toBeUndefined();
    expect(asked.splice(0)).toEqual(["tile/entries/001.p/3", "tile/entries/001"]);
  });
});

describe("a node that serves its log", () => {
  let circle: TestCircle;
  beforeAll(async () => {
    circle = await foundTestCircle(["aurelia", "borealis"]);
  });
  afterAll(() => circle.close());

  it("R2 gives every partial tile of what it has signed, and none beyond or in another spelling", async () => {
    const { channel } = circle;
    const aurelia = await circle.start("aurelia");
    const borealis = await circle.start("borealis");
    await circle.exchange(aurelia, borealis);
    for (const text of ["one", "two", "three"]) must(await aurelia.say(channel, letterTo("borealis", text)));
    const held = aurelia.record(channel).logs.get("aurelia");
    const size = held?.entries.length ?? 0;
    const { node } = must(await partySigners(circle.seat("borealis").directory, partyOf(circle, "borealis")));
    const get = async (path: string) => {
      const url = `${circle.seat("aurelia").base}/log/${channel}/aurelia/tile/${path}`;
      const answer = await fetch(url, { headers: signRequest("GET", url, "aurelia", node, Math.floor(Date.now() / 1000)) });
      const bytes = new Uint8Array(await answer.arrayBuffer());
      return answer.status === 200 ? bytes : answer.status;
    };
    for (let width = 1; width <= size; width += 1) {
      const tile = await get(`0/000.p/${width}`);
      expect(tile).toEqual(new Uint8Array(Buffer.concat(held?.entries.slice(0, width).map((entry) => entry.leafHash) ?? [])));
      expect((tile as Uint8Array).length).toBe(width * HASH_BYTES);
      expect(must(decodeBundle((await get(`entries/000.p/${width}`)) as Uint8Array, width)).map((entry) => leafHash(entry))).toEqual(
        held?.entries.slice(0, width).map((entry) => entry.leafHash),
      );
    }
    for (const path of [`000.p/${size + 1}`, "000.p/0", "000.p/256", `000.p/0${size}`, "000", "0.p/1", "001.p/1", "x000/000.p/1"])
      for (const level of ["0", "entries"]) expect(await get(`${level}/${path}`), `${level}/${path}`).toBe(404);
    for (const level of ["1/000.p/1", "64/000.p/1", "-1/000.p/1", "00/000.p/1"]) expect(await get(level), level).toBe(404);
  });
});
