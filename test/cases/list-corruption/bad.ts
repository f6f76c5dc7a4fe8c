import { cases, fails, list, list_add, thread } from "latchwork";

class Queue {
  items = list<Item>();
}
class Item {
  queued = false;
}
const queue = new Queue();
const item = new Item();

thread("a", () => {
  list_add(item, queue.items);
});
thread("b", () => {
  list_add(item, queue.items);
});

export default cases({
  title: "an item that two threads queue",
  only: { expect: fails("list-corruption"), why: "the item is added twice" },
});
