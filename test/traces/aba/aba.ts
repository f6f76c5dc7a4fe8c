/** A lock-free stack: cmpxchg() sees the same head again, and not that the nodes below it have changed. */
import { cases, cmpxchg, fails, initially, instances, invariant, thread } from "latchwork";

class Node {
  next: Node | null = null;
  used = false;
}
class Stack {
  head: Node | null = null;
}

const nodes = instances(Node, 2, "node");
const stack = new Stack();

initially(() => {
  nodes[0].next = nodes[1];
  stack.head = nodes[0];
});

function pop(): Node | null {
  for (;;) {
    const head = stack.head;
    if (head === null) return null;
    const next = head.next;
    if (cmpxchg(stack.head, head, next) === head) {
      head.used = true;
      return head;
    }
  }
}

function push(node: Node) {
  node.used = false;
  for (;;) {
    const head = stack.head;
    node.next = head;
    if (cmpxchg(stack.head, head, node) === head) return;
  }
}

thread("slow", () => {
  pop();
});
thread("fast", () => {
  const first = pop();
  pop();
  if (first !== null) push(first);
});

invariant("the head of the stack is free", () => stack.head === null || !stack.head.used);

export default cases({
  title: "A, then B, then A again",
  aba: { expect: fails("invariant"), why: "the head needs a generation count beside the pointer" },
});
