/** Contrast of the texts of a page, by WCAG's formula. It runs in the page, so it refers to nothing outside of itself. */

export interface Faint {
  readonly text: string;
  readonly ratio: number;
}

/** Texts with less than 4.5:1 against what is behind them. */
export function faintTexts(): Faint[] {
  const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (rgb: readonly number[]) => {
    const [r = 0, g = 0, b = 0] = rgb.map((value) => {
      const share = value / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element: Element | null): readonly number[] => {
    if (element === null) return [255, 255, 255];
    const [r = 0, g = 0, b = 0, alpha = 1] = channels(getComputedStyle(element).backgroundColor);
    return alpha === 0 ? groundOf(element.parentElement) : [r, g, b];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint: Faint[] = [];
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const { parentElement: element, textContent } = node;
    if (element === null || textContent?.trim() === "" || element.closest("svg, script, style") !== null)
      continue;
    const pair = [
      luminance(channels(getComputedStyle(element).color).slice(0, 3)),
      luminance(groundOf(element)),
    ];
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    if (ratio < 4.5) faint.push({ text: textContent ?? "", ratio });
  }
  return faint;
}
