/** What stands in a page's place while the record is read, and when the node does not answer. Nothing moves and no zero is shown. */
import { useEffect, useState, type ReactNode } from "react";
import type { Refusal } from "@countersign/core/refusal.ts";
import { shellMessages } from "../messages/shell.ts";
import { Card } from "../parts/card.tsx";
import { useWords } from "../parts/language.tsx";

export function Reading({ read }: { readonly read: number }) {
  const say = useWords(shellMessages);
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 1000);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Card>
      <p className="quiet" role="status" style={{ minBlockSize: 120 }}>
        {slow ? (read > 0 ? say("readingCount", { read }) : say("reading")) : ""}
      </p>
    </Card>
  );
}

/** What happened, what still holds, and one thing to do. */
export function FailureNotice({
  failure,
  holds,
  children,
}: {
  readonly failure: Refusal | string;
  readonly holds: string;
  readonly children?: ReactNode;
}) {
  return (
    <Card inkBar>
      <div role="alert">
        <p>
          <strong>{typeof failure === "string" ? failure : failure.sentence}</strong>
        </p>
        <p className="quiet">{holds}</p>
      </div>
      {children === undefined ? null : <p style={{ marginBlockStart: 12 }}>{children}</p>}
    </Card>
  );
}
