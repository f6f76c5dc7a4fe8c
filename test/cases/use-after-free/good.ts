import {
  alloc,
  cases,
  free,
  holds,
  initially,
  pool,
  spin_lock,
  spin_unlock,
  spinlock,
  thread,
} from "latchwork";

class Request {
  done = false;
}
const requests = pool(Request, 1);
const lock = spinlock();
let pending: Request | null = null;

initially(() => {
  pending = alloc(requests);
});

thread("completes", () => {
  spin_lock(lock);
  const request = pending;
  if (request !== null) request.done = true;
  spin_unlock(lock);
});
thread("cancels", () => {
  spin_lock(lock);
  const request = pending;
  pending = null;
  spin_unlock(lock);
  free(request);
});

export default cases({
  title: "a request that is cancelled",
  only: { expect: holds(), why: "who uses the request holds the lock under which it is taken away" },
});
