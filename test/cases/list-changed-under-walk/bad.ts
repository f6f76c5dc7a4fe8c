import { cases, fails, initially, instances, list, list_add, list_del, thread } from "latchwork";

class Queue {
  items = list<Item>();
}
class Item {
  seen = 0;
}
const queue = new Queue();
const items = instances(Item, 2);

initially(() => {
  for (const item of items) list_add(item, queue.items);
});

thread("walk", () => {
  for (const item of queue.items) {
    item.seen = 1;
    list_del(item);
  }
});

export default cases({
  title: "a walk that takes items off",
  only: {
    expect: fails("list-changed-under-walk"),
    why: "list_for_each_entry reads on from an item that has left",
  },
});
