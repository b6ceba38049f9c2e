/**
 * The first script. The page's policy forbids making code from text, which zod does unless it is told not to before any schema is
 * made; everything else is therefore imported after that.
 */
import { z } from "zod";
import "./parts/tokens.css";
import "./parts/fonts.css";
import "./parts/base.css";

z.config({ jitless: true });
const { startDesk } = await import("./desk/start-desk.tsx");
startDesk(document.getElementById("root"));
