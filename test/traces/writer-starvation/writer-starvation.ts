/** Readers who overlap keep a lock that prefers readers from ever being free, or free at the right moment. */
import {
  cases,
  fails,
  leads_to,
  param,
  read_lock,
  read_unlock,
  rwlock_recursive,
  thread,
  write_lock,
  write_unlock,
} from "latchwork";

const tasklist = rwlock_recursive();
const fairness = param<"weak" | "strong">("fairness", "weak");
let wanted = false;
let forked = false;

function walk() {
  for (;;) {
    read_lock(tasklist);
    read_unlock(tasklist);
  }
}

function fork() {
  wanted = true;
  write_lock(tasklist);
  forked = true;
  write_unlock(tasklist);
}

thread("ps", () => walk());
thread("top", () => walk());
if (fairness === "strong") thread("fork", () => fork(), { fairness: "strong" });
else thread("fork", () => fork());

leads_to(
  "a fork comes to its end",
  () => wanted,
  () => forked,
);

export default cases({
  title: "a writer that never gets its turn",
  turns: { expect: fails("leads_to"), why: "a new reader is faster each time the lock is free" },
  overlap: {
    fairness: "strong",
    expect: fails("leads_to"),
    why: "new readers are let in while a writer waits",
  },
});
