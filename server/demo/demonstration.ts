/** The demonstration: both cases on this machine, their nodes, clocks and guide, and what the Start page can ask for. */
import type { Case } from "@countersign/cases/case-file.ts";
import type { Instant, PartyId, Words } from "@countersign/core/bytes/fields.ts";
import type { State } from "@countersign/core/channel/fold.ts";
import { receive } from "@countersign/core/channel/receive.ts";
import { nextDeadline } from "@countersign/core/terms/owed.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import type { CaseName, DemonstrationState } from "@countersign/wire/demonstration.ts";
import type { CountersignNode } from "../node.ts";
import type { CaseClock } from "./case-clock.ts";
import { makeCheat, type Cheat, type CheatingWay } from "./cheat.ts";
import type { Circles } from "./circles.ts";
import { nodeDirectory } from "./found-circle.ts";
import { asked, guideStep, READING_STEPS, type GuideStep } from "./guide.ts";
import { deadlineWords } from "./deadline-words.ts";
import type { InspectionPlan } from "./inspection-plan.ts";
import { nextPrepared, preparedOf, type Prepared, type Sealing } from "./prepared.ts";
import type { Progress } from "./progress.ts";

export interface PlayedCase {
  readonly name: CaseName;
  readonly read: Case;
  readonly circles: Circles;
  readonly clock: CaseClock;
}

/** Statements that nobody needs to be asked about: they follow from the one before. */
const ROUTINE: ReadonlySet<string> = new Set(["transport", "briefing", "diagram-check", "draw", "draw-open", "departure", "report"]);
/** Exchanges without any progress before playing out gives up. */
const VAIN_LIMIT = 5;
/** A node acknowledges within a minute; the case clock moves on by that much when something was said. */
const EXCHANGE_SECONDS = 60;

export class Demonstration {
  readonly #cases: Readonly<Record<CaseName, PlayedCase>>;
  readonly #plan: InspectionPlan;
  readonly #progress: Progress;
  readonly #directory: string;
  readonly #listeners = new Set<() => void>();
  #cheat: Cheat | undefined;
  #busy: Words | undefined;
  #work: Promise<unknown> = Promise.resolve();
  #settling = false;
  /** What had been said when the last exchange began; what is said while it runs is passed on by the next one. */
  #passedOn: string;

  constructor(cases: Readonly<Record<CaseName, PlayedCase>>, plan: InspectionPlan, progress: Progress, directory: string) {
    this.#cases = cases;
    this.#plan = plan;
    this.#progress = progress;
    this.#directory = directory;
    this.#passedOn = this.#spoken();
    for (const node of cases.exercise.circles.nodes.values()) node.onChange(() => this.#changed());
  }

  get cheating(): Cheat | undefined {
    return this.#cheat;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  state(): DemonstrationState {
    const played = this.#cases[this.#progress.case];
    const now = played.clock.now();
    const exercise = this.#state();
    const deadline = this.#progress.case === "exercise" ? nextDeadline(exercise, now) : undefined;
    const prepared = this.#progress.case === "exercise" ? this.#answerable() : undefined;
    const acts = played.read.acts;
    return {
      case: this.#progress.case,
      clock: now,
      span: { from: acts[0]?.at ?? now, to: later(this.#progress.case === "exercise" ? this.#plan.endsAt : now, now) },
      opensAt: played.read.opensAt,
      channels: Object.values(this.#cases).flatMap(({ name, circles }) => circles.founded.map(({ channel, charter }) => ({ case: name, channel, title: charter.title }))),
      nodes: Object.values(this.#cases).flatMap(nodesOf),
      guideStep: this.#guideStep(),
      nextDeadline: deadline === undefined ? null : { at: deadline.at, what: deadlineWords(deadline) },
      answer: prepared === undefined ? null : { by: prepared.by, what: prepared.what },
      busy: this.#busy ?? null,
      cheat: this.#cheat === undefined ? null : { side: this.#cheat.side, way: this.#cheat.way, noticedBy: this.#noticedBy(this.#cheat) },
    };
  }

  /** Changes the case that Start shows. */
  choose(name: CaseName): Promise<Result<undefined>> {
    return this.#queue(async () => {
      await this.#progress.save({ case: name, begun: this.#progress.begun || name === "exercise" });
      return accept(undefined);
    });
  }

  looked(step: number): Promise<Result<undefined>> {
    return this.#queue(async () => {
      if (!READING_STEPS.has(step)) return refuse("guide-not-a-reading-step", `Step ${step} is done by a statement, not by reading.`);
      await this.#progress.save({ read: [...new Set([...this.#progress.read, step])] });
      return accept(undefined);
    });
  }

  /** Moves the clock to the next deadline; what only needs the hour to come (an arrival) is then said. */
  skip(): Promise<Result<undefined>> {
    return this.#exercise(async (clock) => {
      const state = this.#state();
      const next = nextPrepared(state, this.#plan);
      const target = nextDeadline(state, clock.now())?.at ?? (next !== undefined && next.at > clock.now() ? next.at : this.#plan.endsAt);
      if (target <= clock.now()) return refuse("demo-no-deadline", "No deadline is left to skip to. Say what you like, or start again.");
      await clock.moveTo(target);
      if (next?.kind === "arrival" && next.at <= clock.now()) return this.#perform(next);
      await this.#exchange();
      return accept(undefined);
    });
  }

  /** Makes the prepared statement of the side that the guide did not name, and what follows from it by itself. */
  answer(): Promise<Result<undefined>> {
    return this.#exercise(async () => {
      let next = this.#answerable();
      if (next === undefined) return refuse("demo-nothing-to-answer", "The other side has nothing to answer. Do what the guide says next.");
      do {
        const done = await this.#perform(next);
        if (!done.ok) return done;
        next = this.#answerable();
      } while (next !== undefined && ROUTINE.has(next.kind));
      return accept(undefined);
    });
  }

  /** The next prepared statement of one party, to fill a form with. A notice has the site that it would seal, and no seal yet. */
  async prepared(by: PartyId): Promise<{ kind: string; what: Words; body: Record<string, unknown> } | null> {
    const { circles, clock } = this.#cases.exercise;
    const next = preparedOf(by, circles.node(by).state(this.#channel()), this.#plan);
    if (next === undefined || OPENING.has(next.kind)) return null;
    let site: string | undefined;
    const seal = (value?: string) => {
      site = value;
      return Promise.resolve({ number: 0, commitment: "0".repeat(64) });
    };
    const made = await next.make({ now: clock.now(), seal, unseal: () => Promise.reject(new Error("nothing is opened to fill a form")) });
    const { choice: _, seed: __, ...body } = made.body;
    return { kind: made.kind, what: next.what, body: site === undefined ? body : { ...body, site } };
  }

  cheat(side: PartyId, way: CheatingWay): Promise<Result<undefined>> {
    return this.#exercise(async (clock) => {
      if (this.#cheat !== undefined) return refuse("demo-cheating-already", "A side is cheating already. Start again to undo it.");
      if (!this.#sides().includes(side)) return refuse("demo-no-side", `${side} is none of the two sides.`);
      const made = await makeCheat(this.#cases.exercise.circles.node(side), nodeDirectory(this.#directory, side), this.#channel(), way, clock);
      if (!made.ok) return made;
      this.#cheat = made.value;
      await clock.moveBy(EXCHANGE_SECONDS);
      await this.#exchange();
      return accept(undefined);
    });
  }

  /** Plays everything that the plan still has, each statement at its hour. */
  playOut(progress: (made: number, what: Words) => void = () => undefined): Promise<Result<undefined>> {
    return this.#queue(() => this.#playOut(progress));
  }

  async #playOut(progress: (made: number, what: Words) => void = () => undefined): Promise<Result<undefined>> {
    const { circles, clock } = this.#cases.exercise;
    let made = 0;
    let askedInVain = 0;
    let state = this.#state();
    for (;;) {
      const seen = nextPrepared(state, this.#plan);
      if (seen === undefined) break;
      await circles.catchUp(seen.by, this.#channel());
      state = circles.node(seen.by).state(this.#channel());
      const next = nextPrepared(state, this.#plan);
      if (next === undefined) break;
      if (next.by !== seen.by) {
        // Its own node knows of less than the one that spoke last: then all must hear of each other first.
        if (++askedInVain > VAIN_LIMIT) return refuse("demo-not-heard", `The nodes do not take each other's statements: ${seen.by} waits for ${next.by}.`);
        await this.#exchange();
        continue;
      }
      askedInVain = 0;
      const said = await this.#say(next);
      if (!said.ok) return said;
      state = circles.node(next.by).state(this.#channel());
      progress(++made, next.what);
    }
    await clock.moveTo(this.#plan.endsAt);
    await this.#exchange();
    return accept(undefined);
  }

  /** Waits until what is under way is done. */
  async settled(): Promise<void> {
    await this.#work;
  }

  async #perform(next: Prepared): Promise<Result<undefined>> {
    const said = await this.#say(next);
    if (!said.ok) return said;
    await this.#afterwards();
    return accept(undefined);
  }

  async #say(next: Prepared): Promise<Result<undefined>> {
    const { circles, clock } = this.#cases.exercise;
    const channel = this.#channel();
    const node = circles.node(next.by);
    await clock.moveTo(next.at);
    const answer = await node.say(channel, await next.make(sealingOf(node, channel, clock.now())));
    if (!answer.ok) return refuse(answer.refusal.code, `The prepared statement of ${next.by} (${next.kind}) was refused: ${answer.refusal.sentence}`, answer.refusal.where);
    circles.spoke(next.by, channel);
    return accept(undefined);
  }

  /** Exchange, then what hosts and third States say by themselves, then the inspections that the guide does not play. */
  async #afterwards(): Promise<void> {
    const { clock } = this.#cases.exercise;
    await clock.moveBy(EXCHANGE_SECONDS);
    await this.#exchange();
    for (;;) {
      const next = nextPrepared(this.#state(), this.#plan);
      if (next === undefined || this.#sides().includes(next.by)) break;
      const said = await this.#say(next);
      if (!said.ok) break;
      await clock.moveBy(EXCHANGE_SECONDS);
      await this.#exchange();
    }
    if (this.#guideStep() === 10 && this.#cheat === undefined && nextPrepared(this.#state(), this.#plan) !== undefined) {
      this.#busy = { en: "Playing the other three inspections, until May.", ru: "Разыгрываются остальные три инспекции, до мая." };
      this.#announce();
      await this.#playOut();
      this.#busy = undefined;
    }
  }

  /** What [Let the other side answer] would make: nothing while it is the guide's own act. */
  #answerable(): Prepared | undefined {
    const next = nextPrepared(this.#state(), this.#plan);
    const [left, right] = this.#sides();
    if (next === undefined || left === undefined || right === undefined) return undefined;
    const guide = asked(this.#guideStep(), left, right);
    return guide.kinds.includes(next.kind) && guide.by.includes(next.by) ? undefined : next;
  }

  #guideStep(): GuideStep {
    const noticed = this.#cheat !== undefined && this.#noticedBy(this.#cheat).length > 0;
    return guideStep(this.#state(), this.#progress.begun && this.#progress.case === "exercise", new Set(this.#progress.read), noticed);
  }

  #noticedBy(cheat: Cheat): PartyId[] {
    return [...this.#cases.exercise.circles.nodes.values()]
      .filter((node) => node.id !== cheat.side && node.observations(this.#channel()).some(({ log, proof }) => log === cheat.side && proof !== undefined))
      .map(({ id }) => id);
  }

  /** As the left side's node has it; every act ends with an exchange, so all nodes have the same. */
  #state(): State {
    const [left] = this.#sides();
    return this.#cases.exercise.circles.node(left ?? "").state(this.#channel());
  }

  #channel(): string {
    return this.#cases.exercise.circles.founded[0]?.channel ?? "";
  }

  #sides(): PartyId[] {
    const charter = this.#cases.exercise.circles.founded[0]?.charter;
    return charter?.sides.flatMap(({ id }) => charter.parties.filter(({ side }) => side === id).slice(0, 1).map((party) => party.id)) ?? [];
  }

  /** A statement made by hand at a desk: let it pass to the others, once nothing else is under way. */
  #changed(): void {
    this.#announce();
    if (this.#settling) return;
    this.#settling = true;
    void this.#queue(async () => {
      this.#settling = false;
      if (this.#spoken() !== this.#passedOn) await this.#afterwards();
      return accept(undefined);
    });
  }

  /** How much each party has said, as its own node has it. Acknowledgements are no reason for an exchange of their own. */
  #spoken(): string {
    const { nodes } = this.#cases.exercise.circles;
    return [...nodes].map(([id, node]) => `${id}:${node.state(this.#channel()).by(id).filter(({ kind }) => kind !== receive.name).length}`).join(",");
  }

  async #exchange(): Promise<void> {
    this.#passedOn = this.#spoken();
    await this.#cases.exercise.circles.exchangeAll();
  }

  #exercise(work: (clock: CaseClock) => Promise<Result<undefined>>): Promise<Result<undefined>> {
    return this.#queue(() => (this.#progress.case === "exercise" ? work(this.#cases.exercise.clock) : Promise.resolve(refuse("demo-reconstruction", "The reconstruction is over and cannot be played on. Begin the exercise."))));
  }

  /** One thing at a time. */
  #queue(work: () => Promise<Result<undefined>>): Promise<Result<undefined>> {
    const done = this.#work.then(work).finally(() => this.#announce());
    this.#work = done.catch(() => undefined);
    return done;
  }

  #announce(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Bodies of these are opened seals, which only the author's own node has. */
const OPENING: ReadonlySet<string> = new Set(["designation", "draw-open"]);

function sealingOf(node: CountersignNode, channel: string, now: Instant): Sealing {
  const need = async <Value>(result: Promise<Result<Value>>): Promise<Value> => {
    const settled = await result;
    if (!settled.ok) throw new Error(settled.refusal.sentence);
    return settled.value;
  };
  return { now, seal: (value) => need(node.seal(channel, value)), unseal: (commitment) => need(node.unseal(channel, commitment)) };
}

function nodesOf({ name, circles }: PlayedCase): DemonstrationState["nodes"] {
  return [...circles.nodes.values()].map((node) => {
    const member = circles.founded.map(({ charter }) => ({ charter, party: charter.parties.find(({ id }) => id === node.id) })).find(({ party }) => party !== undefined);
    const side = member?.charter.sides.find(({ id }) => id === member.party?.side)?.mark ?? "none";
    const role = member?.party === undefined ? "observer" : member.party.role === "party" && side === "none" ? "third" : member.party.role;
    const channels = circles.founded.filter(({ charter }) => [...charter.parties, ...charter.observers].some(({ id }) => id === node.id)).map(({ channel }) => channel);
    return { id: node.id, name: node.facts().name, role, side, case: name, base: `/nodes/${node.id}`, channels };
  });
}

function later(left: Instant, right: Instant): Instant {
  return left > right ? left : right;
}
