/** A thread looks whether there is data before it says that it waits, and is woken in between. */
import {
  cases,
  fails,
  finish_wait,
  prepare_to_wait,
  thread,
  wait_queue,
  wait_schedule,
  waitqueue_active,
  wake_up,
} from "latchwork";

const wq = wait_queue();
let has_data = false;
let consumed = false;

function wait_for_data() {
  if (!has_data) {
    prepare_to_wait(wq);
    wait_schedule(wq);
    finish_wait(wq);
  }
  consumed = has_data;
}

function produce() {
  has_data = true;
  if (waitqueue_active(wq)) wake_up(wq);
}

thread("consumer", () => wait_for_data());
thread("producer", () => produce());
thread("poller", () => {
  if (has_data) consumed = true;
});

export default cases({
  title: "a wake-up between the test and the sleep",
  "lost-wake-up": { expect: fails("deadlock"), why: "the condition is tested before prepare_to_wait()" },
});
