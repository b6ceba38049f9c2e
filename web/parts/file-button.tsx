/**
 * Opens the system's choice of files. The browser's own control speaks the browser's language and says that nothing is chosen once its
 * files were taken over, so a button of ours stands in its place.
 */
import { useRef, type ReactNode } from "react";
import { Button } from "./button.tsx";

interface FileButtonProps {
  readonly many?: boolean;
  readonly onChosen: (files: readonly File[]) => void;
  readonly "aria-describedby"?: string;
  readonly children: ReactNode;
}

export function FileButton({ many = false, onChosen, children, ...described }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button {...described} onClick={() => input.current?.click()}>
        {children}
      </Button>
      <input
        ref={input}
        type="file"
        multiple={many}
        hidden
        onChange={({ target }) => {
          const chosen = [...(target.files ?? [])];
          // So that the same file can be chosen again.
          target.value = "";
          if (chosen.length > 0) onChosen(chosen);
        }}
      />
    </>
  );
}
