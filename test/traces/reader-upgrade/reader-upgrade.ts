/** A lookup that misses wants to insert, and takes the semaphore for writing while it still has it for reading. */
import { cases, down_read, down_write, fails, rwsem, thread, up_read, up_write } from "latchwork";

const tree = rwsem();
let present = false;

function find_or_insert() {
  down_read(tree);
  const found = present;
  if (!found) {
    down_write(tree);
    present = true;
    up_write(tree);
  }
  up_read(tree);
}

thread("fault", () => find_or_insert());
thread("prefetch", () => {
  down_read(tree);
  up_read(tree);
});

export default cases({
  title: "a reader becomes a writer",
  "reader-upgrade": { expect: fails("self-deadlock"), why: "the writer waits for all readers, and is one" },
});
