/** Colour is decided by the caller and never carries meaning alone. */
import pc from "picocolors";

/** The functions of picocolors that paint; identities where there is no colour. */
export type Colours = ReturnType<typeof pc.createColors>;

/** Painting functions for a destination with or without colour. */
export function createColours(colour: boolean): Colours {
  return pc.createColors(colour);
}
