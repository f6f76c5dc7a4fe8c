/** The owner of a timer kills it while it holds the lock that the handler wants. */
import {
  cases,
  execute_timer,
  fails,
  init_timer,
  initially,
  kill_timer,
  set_timer,
  spin_lock,
  spin_unlock,
  spinlock,
  thread,
  timer,
} from "latchwork";

class Watchdog {
  lock = spinlock();
  timer = timer();
  expired = false;
}

const watchdog = new Watchdog();
let reports = 0;

initially(() => {
  init_timer(watchdog.timer);
  set_timer(watchdog.timer);
});

function expire(dog: Watchdog) {
  spin_lock(dog.lock);
  dog.expired = true;
  spin_unlock(dog.lock);
}

function destroy(dog: Watchdog) {
  spin_lock(dog.lock);
  dog.expired = false;
  kill_timer(dog.timer);
  spin_unlock(dog.lock);
}

thread("destroy", () => destroy(watchdog));
thread("timer softirq", () => execute_timer(watchdog.timer, () => expire(watchdog)));
thread("statistics", () => {
  reports++;
});

export default cases({
  title: "waiting for a handler under its lock",
  "kill-timer-under-lock": { expect: fails("deadlock"), why: "kill_timer() waits for the handler to end" },
});
