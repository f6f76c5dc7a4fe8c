/** A reader carries a pointer out of its read-side section; the grace period does not wait for what comes after. */
import {
  alloc,
  assert,
  cases,
  fails,
  free,
  initially,
  pool,
  rcu_read_lock,
  rcu_read_unlock,
  synchronize_rcu,
  thread,
} from "latchwork";

class Route {
  mtu = 1500;
}

const routes = pool(Route, 1, "route");
let table: Route | null = null;
let lookups = 0;

initially(() => {
  table = alloc(routes);
});

function lookup(): Route | null {
  rcu_read_lock();
  const route = table;
  rcu_read_unlock();
  return route;
}

function output() {
  const route = lookup();
  lookups++;
  if (route !== null) assert(route.mtu > 0);
}

function flush() {
  const old = table;
  table = null;
  synchronize_rcu();
  free(old);
}

thread("ip_output", () => output());
thread("route flush", () => flush());

export default cases({
  title: "a pointer that leaves its read-side section",
  "use-after-grace-period": {
    expect: fails("use-after-free"),
    why: "rcu_read_unlock() comes before the last use of the route",
  },
});
