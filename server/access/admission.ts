/**
 * How much is let in of what anybody can submit: so much from one address, so much from all together, and so many at once. Whoever signs with
 * a key of the channel is measured apart and alone, so that no flood takes anything from the parties, and none of them from another.
 */
import { isIP } from "node:net";

export interface Allowance {
  /** Requests that may come one after the other without a pause. */
  readonly burst: number;
  readonly perSecond: number;
  readonly atOnce: number;
}

export interface AdmissionOptions {
  /** For one address; an IPv6 network of 64 bits is one. */
  readonly each: Allowance;
  readonly all: Allowance;
  /** So many addresses are remembered; of more, those that came last. */
  readonly addresses: number;
  readonly nowMilliseconds: () => number;
}

export type Admitted = { readonly leave: () => void } | { readonly waitSeconds: number };

export interface Admissions {
  /** By address. */
  readonly strangers: Admission;
  /** By the id of who signed. There are not many of them, and each may come as if it were alone. */
  readonly members: Admission;
}

const WIDE: Allowance = { burst: 1000, perSecond: 50, atOnce: 16 };
const UNBOUND: Allowance = { burst: 1e9, perSecond: 1e9, atOnce: 1e9 };

/** Of one node. */
export function submissionAdmissions(): Admissions {
  return { strangers: new Admission(), members: new Admission({ each: WIDE, all: UNBOUND }) };
}

/** A log of the busiest kind submits one head a second, and asks a second time where its old size was another. */
const SUBMISSIONS: AdmissionOptions = {
  each: { burst: 60, perSecond: 2, atOnce: 4 },
  all: { burst: 240, perSecond: 20, atOnce: 16 },
  addresses: 4096,
  nowMilliseconds: () => performance.now(),
};

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #all: Bucket;
  /** Least recently seen first. */
  readonly #each = new Map<string, Bucket>();

  constructor(options: Partial<AdmissionOptions> = {}) {
    this.#options = { ...SUBMISSIONS, ...options };
    this.#all = new Bucket(this.#options.all, this.#options.nowMilliseconds());
  }

  /** Whether one more may come in from this address. Who is refused by its own measure takes nothing from the common one. */
  enter(address: string): Admitted {
    const now = this.#options.nowMilliseconds();
    const own = this.#bucketOf(address, now);
    const waitSeconds = Math.max(own.waitSeconds(now), this.#all.waitSeconds(now));
    if (waitSeconds > 0) return { waitSeconds };
    for (const bucket of [own, this.#all]) bucket.take();
    let inside = true;
    return {
      leave: () => {
        if (inside) for (const bucket of [own, this.#all]) bucket.leave();
        inside = false;
      },
    };
  }

  /** How many addresses are remembered now. */
  get remembered(): number {
    return this.#each.size;
  }

  #bucketOf(address: string, now: number): Bucket {
    const network = networkOf(address);
    const bucket = this.#each.get(network) ?? new Bucket(this.#options.each, now);
    this.#each.delete(network);
    this.#each.set(network, bucket);
    for (const [oldest] of this.#each) {
      if (this.#each.size <= this.#options.addresses) break;
      this.#each.delete(oldest);
    }
    return bucket;
  }
}

class Bucket {
  readonly #allowance: Allowance;
  #left: number;
  #at: number;
  #inside = 0;

  constructor(allowance: Allowance, now: number) {
    this.#allowance = allowance;
    this.#left = allowance.burst;
    this.#at = now;
  }

  /** Whole seconds until one more may come in; 0: now. */
  waitSeconds(now: number): number {
    const { burst, perSecond, atOnce } = this.#allowance;
    this.#left = Math.min(burst, this.#left + (Math.max(0, now - this.#at) / 1000) * perSecond);
    this.#at = now;
    if (this.#left < 1) return Math.max(1, Math.ceil((1 - this.#left) / perSecond));
    return this.#inside < atOnce ? 0 : 1;
  }

  take(): void {
    this.#left -= 1;
    this.#inside += 1;
  }

  leave(): void {
    this.#inside -= 1;
  }
}

/** Whoever has one IPv6 address has all of its network of 64 bits. An address in another spelling is its own network. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "").slice(0, 64);
  if (isIP(plain) !== 6) return plain;
  const [head = "", tail] = plain.split("%")[0]?.split("::") ?? [];
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups = tail === undefined ? before : [...before, ...Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0"), ...after];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
