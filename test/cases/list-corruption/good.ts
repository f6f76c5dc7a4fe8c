import { cases, holds, list, list_add, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

class Queue {
  lock = spinlock();
  items = list<Item>();
}
class Item {
  queued = false;
}
const queue = new Queue();
const item = new Item();

function enqueue() {
  spin_lock(queue.lock);
  if (!item.queued) {
    item.queued = true;
    list_add(item, queue.items);
  }
  spin_unlock(queue.lock);
}

thread("a", () => {
  enqueue();
});
thread("b", () => {
  enqueue();
});

export default cases({
  title: "an item that two threads queue",
  only: { expect: holds(), why: "the second finds that it is queued" },
});
