/** A dialog, at the side or in the middle. Escape closes; focus goes in and comes back. Loaded when the first one opens. */
import { lazy, Suspense, type ReactNode } from "react";

export interface SheetProps {
  readonly title: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** `side`: 392 px at the end of the line; `middle`: for acts and questions; `wide`: for forms with many columns. */
  readonly at?: "side" | "middle" | "wide";
  /** Shown small above the title. */
  readonly over?: ReactNode;
}

const SheetDialog = lazy(async () => ({ default: (await import("./sheet-dialog.tsx")).SheetDialog }));

export function Sheet(props: SheetProps) {
  if (!props.open) return null;
  return (
    <Suspense fallback={null}>
      <SheetDialog {...props} />
    </Suspense>
  );
}
