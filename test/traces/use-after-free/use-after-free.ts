/** A reader fetches a pointer under no lock; who unpublishes the object frees it at once. */
import {
  alloc,
  cases,
  fails,
  free,
  initially,
  pool,
  spin_lock,
  spin_unlock,
  spinlock,
  thread,
} from "latchwork";

class Session {
  lock = spinlock();
  users = 0;
}

const sessions = pool(Session, 1, "session");
let current_session: Session | null = null;

initially(() => {
  current_session = alloc(sessions);
});

function use() {
  const session = current_session;
  if (session === null) return;
  spin_lock(session.lock);
  session.users++;
  spin_unlock(session.lock);
}

function logout() {
  const session = current_session;
  if (session === null) return;
  current_session = null;
  spin_lock(session.lock);
  spin_unlock(session.lock);
  free(session);
}

thread("ioctl", () => use());
thread("release", () => logout());

export default cases({
  title: "an object that is found without a reference",
  "use-after-free": {
    expect: fails("use-after-free"),
    why: "use() takes no reference before it uses the session",
  },
});
