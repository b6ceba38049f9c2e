/** A button that opens an act's dialog. The dialog, with all that the acts know, is loaded when the first one opens. */
import { lazy, Suspense, useState } from "react";
import { actMessages } from "../../messages/acts.ts";
import { offMessages } from "../../messages/off.ts";
import { Button } from "../../parts/button.tsx";
import { useWords } from "../../parts/language.tsx";
import { formatTime } from "../../parts/time-text.tsx";
import { useCircle, useDesk } from "../desk.tsx";
import type { ActName, ActSubject } from "./act.ts";

const ActDialog = lazy(async () => ({ default: (await import("./act-dialog.tsx")).ActDialog }));

interface ActButtonProps {
  readonly act: ActName;
  readonly subject?: ActSubject;
  readonly look?: "plain" | "main" | "link";
  readonly large?: boolean;
  /** Other words than the act's own, e.g. "Accept 16 hours". */
  readonly label?: string;
  /** Why it is off for a reason of the page's own. */
  readonly off?: string | undefined;
  /** Where the reason stands beside the button anyway. */
  readonly quietlyOff?: boolean;
}

export function ActButton({
  act,
  subject = {},
  look = "plain",
  large = false,
  label,
  off,
  quietlyOff = false,
}: ActButtonProps) {
  const say = useWords(offMessages);
  const acts = useWords(actMessages);
  const whyOff = useWhyOff();
  const circle = useCircle();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        look={look}
        large={large}
        off={whyOff ?? off ?? (circle === undefined ? say("noCircle") : undefined)}
        quietlyOff={quietlyOff || whyOff !== undefined}
        data-act={act}
        onClick={() => setOpen(true)}
      >
        {label ?? acts(`do_${act}`)}
      </Button>
      {open ? (
        <Suspense fallback={null}>
          <ActDialog act={act} subject={subject} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}

/** Why nothing can be said on this desk now; undefined where it can. */
export function useWhyOff(): string | undefined {
  const { canAct, own, moment } = useDesk();
  const say = useWords(offMessages);
  if (canAct) return undefined;
  if (moment !== undefined) return say("offMoment", { time: formatTime(moment) });
  return say(own === undefined ? "offObserver" : "offReader");
}
