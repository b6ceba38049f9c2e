import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";

let circle: TestCircle;
afterEach(async () => {
  vi.restoreAllMocks();
  await circle.close();
});

const WEEK = 604_800;

function flip(path: string): void {
  const file = join(circle.seat("aurelia").directory, path);
  const bytes = readFileSync(file);
  const at = bytes.length >> 1;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

describe("a running node that reads its folder again", () => {
  it("R12 finds nothing in a sound one, once a week by its clock; over what a disk changed it signs and cosigns nothing more, and says why", { timeout: 60_000 }, async () => {
    circle = await foundTestCircle(["aurelia", "borealia"]);
    const { channel, clock } = circle;
    const one = await circle.start("aurelia", { readAgainSeconds: WEEK });
    const other = await circle.start("borealia");
    await circle.exchange(one, other);
    const map = { name: "map.txt", type: "text/plain", data: toBase64(encodeUtf8("a map")) };
    must(await one.say(channel, letterTo("borealia", "a letter", [map])));
    await circle.exchange(one, other);
    await one.readAgain();
    expect(one.facts().readAgain).toBeUndefined();
    clock.at = "2027-03-18T02:07:00Z";
    await one.readAgain();
    expect(one.facts().readAgain).toMatchObject({ at: clock.at, damage: [] });
    expect(one.facts().readAgain?.files).toBeGreaterThan(15);

    const told = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const copy = `logs/${channel}/log/borealia/_cs/commit/000000000001`;
    flip(copy);
    await one.readAgain();
    expect(one.facts().readAgain?.damage).toEqual([]);
    const cosigned = () => new TextDecoder().decode(readFileSync(join(circle.seat("aurelia").directory, `logs/${channel}/log/borealia/checkpoint`)));
    const before = cosigned();
    const own = `logs/${channel}/log/aurelia/_cs/commit/000000000001`;
    flip(own);
    clock.at = "2027-03-25T02:07:00Z";
    await one.readAgain();
    expect(one.facts().readAgain).toMatchObject({ at: clock.at, damage: expect.arrayContaining([own, copy]) });
    expect(told).toHaveBeenCalledWith(expect.stringContaining(copy));
    must(await other.say(channel, letterTo("aurelia", "not to be cosigned over damage")));
    await circle.exchange(one, other);
    expect(cosigned()).toBe(before);
    const heads = () => readdirSync(join(circle.seat("aurelia").directory, `logs/${channel}/log/aurelia/_cs/head`));
    const signed = heads();
    expect(await one.say(channel, letterTo("borealia", "nothing more"))).toMatchObject({ ok: false, refusal: { code: "own-files-damaged" } });
    expect(one.facts().cannotWrite).toContain("countersign fsck --repair");
    expect(heads()).toEqual(signed);
    await one.close();
    await expect(circle.start("aurelia")).rejects.toThrow(/damaged on this machine/);
    flip(own);
    flip(copy);
    const again = await circle.start("aurelia", { readAgainSeconds: WEEK });
    expect(again.facts().readAgain).toMatchObject({ at: clock.at, damage: expect.arrayContaining([own, copy]) });
    await again.readAgain();
    expect(again.facts().readAgain).toMatchObject({ at: clock.at, damage: [] });
    must(await again.say(channel, letterTo("borealia", "put back")));
    const [file = ""] = readdirSync(join(circle.seat("aurelia").directory, `logs/${channel}/file`));
    flip(`logs/${channel}/file/${file}`);
    const served = await fetch(`${circle.seat("aurelia").base}/api/channels/${channel}/files/${file}`);
    expect([served.status, await served.json()]).toEqual([503, { code: "stored-file-damaged", sentence: expect.stringContaining("fsck --repair") }]);
    await circle.exchange(again, other);
    expect(cosigned()).not.toBe(before);

    // What runs the program was taken away under it, by an update perhaps: the node runs on.
    const last = again.facts().readAgain;
    const { execPath } = process;
    clock.at = "2027-04-02T02:07:00Z";
    process.execPath = join(circle.seat("aurelia").directory, "gone");
    await expect(again.readAgain().finally(() => (process.execPath = execPath))).rejects.toThrow(/ENOENT/);
    await new Promise(setImmediate);
    expect(again.facts().readAgain).toEqual(last);
  });
});
