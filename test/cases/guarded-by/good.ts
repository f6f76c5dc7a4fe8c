import { cases, guarded_by, holds, instances, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

class Vcpu {
  lock = spinlock();
  pending = 0;
}
const vcpus = instances(Vcpu, 2);
guarded_by(
  (v: Vcpu) => v.pending,
  (v: Vcpu) => v.lock,
);

thread("kick", vcpus, (v) => {
  spin_lock(v.lock);
  v.pending = 1;
  spin_unlock(v.lock);
});

export default cases({
  title: "a field with a lock of its own object",
  only: { expect: holds(), why: "each is kicked under its own lock" },
});
