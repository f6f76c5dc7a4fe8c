import { alloc, cases, fails, free, initially, pool, thread } from "latchwork";

class Request {
  done = false;
}
const requests = pool(Request, 1);
let pending: Request | null = null;

initially(() => {
  pending = alloc(requests);
});

thread("completes", () => {
  const request = pending;
  if (request !== null) request.done = true;
});
thread("cancels", () => {
  const request = pending;
  pending = null;
  free(request);
});

export default cases({
  title: "a request that is cancelled",
  only: { expect: fails("use-after-free"), why: "the pointer was loaded before it was cleared" },
});
