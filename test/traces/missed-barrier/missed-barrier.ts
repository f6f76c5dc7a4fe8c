/** A producer fills a slot and then says that it is full, with no barrier in between. */
import { assert, cases, fails, READ_ONCE, thread, until, WRITE_ONCE } from "latchwork";

class Slot {
  data = 0;
  ready = false;
}

const slot = new Slot();
let polls = 0;

function publish(value: number) {
  WRITE_ONCE(slot.data, value);
  WRITE_ONCE(slot.ready, true);
}

function consume() {
  until(READ_ONCE(slot.ready));
  const value = READ_ONCE(slot.data);
  assert(value === 7, "a ready slot has been filled");
}

thread("producer", () => publish(7));
thread("consumer", () => consume());
thread("statistics", () => {
  polls++;
});

export default cases({
  title: "two stores that become visible in the other order",
  "missed-barrier": {
    memory: "pso",
    expect: fails("assert"),
    why: "smp_wmb(), or smp_store_release(slot.ready, true), is missing",
  },
});
