/** The dialog itself: React Aria's modal, which keeps focus inside, hides the rest from readers and gives focus back. */
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { partsMessages } from "../messages/parts.ts";
import { Button } from "./button.tsx";
import { useWords } from "./language.tsx";
import type { SheetProps } from "./sheet.tsx";
import styles from "./sheet.module.css";

export function SheetDialog({ title, open, onClose, children, at = "side", over }: SheetProps) {
  const say = useWords(partsMessages);
  return (
    <ModalOverlay
      className={`${styles["overlay"]} ${styles[at] ?? ""}`}
      isOpen={open}
      isDismissable={at === "side"}
      onOpenChange={(stays) => {
        if (!stays) onClose();
      }}
    >
      <Modal className={styles["modal"] ?? ""}>
        <Dialog className={styles["dialog"] ?? ""}>
          <header className={styles["head"]}>
            <div>
              {over === undefined ? null : <p className="note">{over}</p>}
              <Heading slot="title" className={styles["title"] ?? ""}>
                {title}
              </Heading>
            </div>
            <Button look="link" onClick={onClose}>
              {say("close")}
            </Button>
          </header>
          <div className={styles["body"]}>{children}</div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
