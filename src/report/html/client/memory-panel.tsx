/** Shared memory after the chosen step; what the step changed stands out. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { RunData } from "../data.js";
import { type Cell, changedPaths, memoryAt } from "./memory.js";
import { keepInView, Scrolls } from "./scrolls.js";

interface MemoryPanelProps {
  readonly run: RunData;
  readonly position: number;
}

export function MemoryPanel({ run, position }: MemoryPanelProps) {
  const [showsAll, setShowsAll] = useState(false);
  const cells = memoryAt(run, position);
  const changing = changedPaths(run);
  const others = cells.filter(({ path }) => !changing.has(path)).length;
  const shown = showsAll ? cells : cells.filter(({ path }) => changing.has(path));
  const frame = useRef<HTMLElement>(null);
  useEffect(() => {
    keepInView(frame.current, ".changed");
  }, [position]);
  return (
    <section class="panel" aria-label="memory">
      <h2>
        Memory{" "}
        <span class="quiet">{position === 0 ? "before the first step" : `after step ${position}`}</span>
      </h2>
      {others > 0 && (
        <label class="quiet">
          <input
            type="checkbox"
            checked={showsAll}
            onChange={(event) => setShowsAll(event.currentTarget.checked)}
          />{" "}
          show also what never changes ({others})
        </label>
      )}
      <Scrolls label="shared memory" class="memory" frame={frame}>
        <table>
          <tbody>
            {shown.map((cell) => (
              <MemoryRow key={cell.path} {...cell} />
            ))}
          </tbody>
        </table>
        {shown.length === 0 && <p class="quiet">No step changes anything.</p>}
      </Scrolls>
    </section>
  );
}

function MemoryRow({ path, value, before }: Cell) {
  return (
    <tr class={before === undefined ? undefined : "changed"} data-path={path}>
      <th scope="row">{path}</th>
      <td>
        {before !== undefined && (
          <>
            <del>{before}</del> →{" "}
          </>
        )}
        <span class="value">{value}</span>
      </td>
    </tr>
  );
}
