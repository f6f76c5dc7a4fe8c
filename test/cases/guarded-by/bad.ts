import { cases, fails, guarded_by, instances, spin_lock, spin_unlock, spinlock, thread } from "latchwork";

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
  spin_lock(vcpus[0].lock);
  v.pending = 1;
  spin_unlock(vcpus[0].lock);
});

export default cases({
  title: "a field with a lock of its own object",
  only: { expect: fails("guarded-by"), why: "vcpu1 is kicked under the lock of vcpu0" },
});
