import { describe, expect, it } from "vitest";
import { Admission, submissionAdmissions, type Admitted } from "./admission.ts";
import { remoteAddress } from "./remote-address.ts";

let now = 0;
const atOnce = 1000;
const admissionOf = (more: object = {}) => {
  now = 0;
  return new Admission({ each: { burst: 3, perSecond: 1, atOnce }, all: { burst: 8, perSecond: 2, atOnce }, addresses: 4, nowMilliseconds: () => now, ...more });
};
const waits = (admitted: Admitted) => ("waitSeconds" in admitted ? admitted.waitSeconds : 0);
const leaves = (admitted: Admitted) => {
  if ("waitSeconds" in admitted) throw new Error("not let in");
  return admitted.leave;
};
const enter = (admission: Admission, address: string, times: number) => Array.from({ length: times }, () => waits(admission.enter(address)));

describe("what nobody signed", () => {
  it("R17 comes in as a burst, then as fast as is allowed, and is told when to come again", () => {
    const admission = admissionOf();
    expect(enter(admission, "192.0.2.1", 5)).toEqual([0, 0, 0, 1, 1]);
    now = 999;
    expect(enter(admission, "192.0.2.1", 1)).toEqual([1]);
    now = 1000;
    expect(enter(admission, "192.0.2.1", 2)).toEqual([0, 1]);
    now = 3_600_000;
    expect(enter(admission, "192.0.2.1", 4)).toEqual([0, 0, 0, 1]);
    expect(enter(admissionOf({ each: { burst: 1, perSecond: 0.05, atOnce } }), "192.0.2.1", 2)).toEqual([0, 20]);
  });

  it("R17 is measured in total, and whoever asks too much alone takes nothing of that from the others", () => {
    const admission = admissionOf();
    expect(enter(admission, "192.0.2.1", 100).filter((wait) => wait === 0)).toHaveLength(3);
    expect(enter(admission, "192.0.2.2", 3)).toEqual([0, 0, 0]);
    expect(enter(admission, "192.0.2.3", 3)).toEqual([0, 0, 1]);
    now = 500;
    expect(enter(admission, "192.0.2.3", 2)).toEqual([0, 1]);
  });

  it("R17 is no more at once than is allowed, from one address and in total, and a place is free once it was left", () => {
    const admission = admissionOf({ each: { burst: 100, perSecond: 1, atOnce: 2 }, all: { burst: 100, perSecond: 1, atOnce: 3 } });
    const [first, second, third] = [admission.enter("192.0.2.1"), admission.enter("192.0.2.1"), admission.enter("192.0.2.1")];
    expect([first, second, third].map(waits)).toEqual([0, 0, 1]);
    expect([admission.enter("192.0.2.2"), admission.enter("192.0.2.2")].map(waits)).toEqual([0, 1]);
    leaves(first)();
    leaves(first)();
    expect([admission.enter("192.0.2.3"), admission.enter("192.0.2.3")].map(waits)).toEqual([0, 1]);
  });

  it("R17 of a hundred thousand addresses leaves no more in memory than of a few, and gets in no more in total", () => {
    const admission = admissionOf();
    let inside = 0;
    for (let number = 0; number < 100_000; number += 1) inside += waits(admission.enter(`2001:db8:0:${number.toString(16)}::1`)) === 0 ? 1 : 0;
    expect([inside, admission.remembered]).toEqual([8, 4]);
  });

  it.each([
    ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"],
    ["2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002::"],
    ["fe80::1%eth0", "fe80::2"],
    ["::1", "::2:3"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
  ])("R17 counts %s and %s as one", (one, other) => {
    expect([...enter(admissionOf(), one, 3), waits(admissionOf().enter(other))]).toEqual([0, 0, 0, 0]);
    const admission = admissionOf();
    enter(admission, one, 3);
    expect(enter(admission, other, 1)).toEqual([1]);
  });

  it("R17 counts other networks apart", () => {
    const admission = admissionOf();
    expect([...enter(admission, "2001:db8:1:2::1", 3), ...enter(admission, "2001:db8:1:3::1", 1), ...enter(admission, "192.0.2.1", 1)]).toEqual([0, 0, 0, 0, 0]);
  });
});

describe("what members of a channel signed", () => {
  it("R17 is measured for each alone: one that floods takes nothing from another, and strangers take nothing from any", () => {
    const { strangers, members } = submissionAdmissions();
    for (let number = 0; number < 5000; number += 1) strangers.enter(`2001:db8:0:${number.toString(16)}::1`);
    const flood = Array.from({ length: 5000 }, () => members.enter("aurelia"));
    expect(flood.filter((admitted) => "leave" in admitted)).toHaveLength(16);
    expect(waits(members.enter("borealis"))).toBe(0);
  });
});

describe("the address that a request came from", () => {
  const from = (direct: string | undefined, forwarded?: string) =>
    remoteAddress(new Request("http://node.example/", forwarded === undefined ? {} : { headers: { "x-forwarded-for": forwarded } }), {
      incoming: { socket: direct === undefined ? {} : { remoteAddress: direct } },
    });

  it("R17 is the other end, or what a proxy on this machine noted last; what others write into a header counts for nothing", () => {
    expect(from("192.0.2.1", "203.0.113.9")).toBe("192.0.2.1");
    for (const here of ["127.0.0.1", "::1", "::ffff:127.0.0.1"]) {
      expect(from(here, "203.0.113.9, 198.51.100.7")).toBe("198.51.100.7");
      expect(from(here)).toBe(here);
      expect(from(here, "unknown")).toBe(here);
    }
    expect(from(undefined)).toBe("");
    expect(remoteAddress(new Request("http://node.example/"), undefined)).toBe("");
  });
});
