/** A box with a scroll bar of its own, so that the page never has one sideways; it can be scrolled by keyboard too. */
import type { ComponentChildren, RefObject } from "preact";

interface ScrollsProps {
  readonly label: string;
  readonly class?: string;
  readonly id?: string;
  readonly frame?: RefObject<HTMLElement | null>;
  readonly children: ComponentChildren;
}

export function Scrolls({ label, class: classes = "", id, frame, children }: ScrollsProps) {
  return (
    <section
      class={`scrolls ${classes}`}
      id={id}
      {...(frame === undefined ? {} : { ref: frame })}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      aria-label={label}
    >
      {children}
    </section>
  );
}

/** Scrolls the box, and not the page, down or up to what `selector` finds; `share` of its height stays free around that. */
export function keepInView(box: HTMLElement | null, selector: string, share = 0.2): void {
  const found = box?.querySelector<HTMLElement>(selector);
  if (box === null || found === null || found === undefined) return;
  const margin = box.clientHeight * share;
  const top = found.offsetTop - margin;
  const bottom = found.offsetTop + found.offsetHeight + margin;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
}

/** The same sideways, with nothing left free. */
export function keepInViewSideways(box: HTMLElement | null, selector: string): void {
  const found = box?.querySelector<HTMLElement>(selector);
  if (box === null || found === null || found === undefined) return;
  const { offsetLeft: left, offsetWidth: width } = found;
  if (left < box.scrollLeft) box.scrollLeft = left;
  else if (left + width > box.scrollLeft + box.clientWidth) box.scrollLeft = left + width - box.clientWidth;
}
