/**
 * The mutexes of one KVM virtual machine and its SRCU domain: Documentation/virt/kvm/locking.rst of Linux 6.12, section 1.
 *
 * The document gives an order for mutexes, and a rule about SRCU: what is held while synchronize_srcu() waits must not
 * be taken inside a read-side section. The first is a lock order, the second becomes one (the mutex outside, kvm->srcu
 * inside). With `order: "unchecked"` nobody holds the threads to it, and one sees what the order is good for.
 *
 * Left out, because no lock decision depends on it: what the ioctls do besides, and every other path that takes these
 * locks in the same order as one that is here.
 */
import {
  cases,
  fails,
  holds,
  instances,
  lock_order,
  mutex,
  mutex_lock,
  mutex_trylock,
  mutex_unlock,
  param,
  spin_lock,
  spin_unlock,
  spinlock,
  srcu,
  srcu_read_lock,
  srcu_read_unlock,
  synchronize_srcu,
  thread,
} from "latchwork";

/** struct kvm, with the locks of its arch part. */
class Kvm {
  lock = mutex();
  slots_lock = mutex();
  slots_arch_lock = mutex();
  irq_lock = mutex();
  /** kvm->arch.xen.xen_lock, since 310bc39546a4. */
  xen_lock = mutex();
  srcu = srcu();
}

/** struct kvm_vcpu. */
class Vcpu {
  mutex = mutex();
  /** arm64: vcpu->arch.mp_state_lock, since 0acc7239c20a. */
  mp_state_lock = spinlock();
}

const kvm = new Kvm();
const vcpus = instances(Vcpu, param("vcpus", 1));

type Order =
  /** locking.rst of Linux 6.12. */
  | "documented"
  /** 02d9a04da453, 28 Dec 2022: kvm->lock the other way round; corrected by 3a9ae31ac26a two weeks later. */
  | "dec_2022"
  /** Nobody checks. */
  | "unchecked";

const order = param<Order>("order", "documented");

if (order !== "unchecked") {
  lock_order(
    (k: Kvm) => k.lock,
    (v: Vcpu) => v.mutex,
    (k: Kvm) => k.xen_lock,
  );
  lock_order(
    (k: Kvm) => k.lock,
    (k: Kvm) => k.slots_lock,
    (k: Kvm) => k.irq_lock,
  );
}
if (order === "documented") {
  // "These locks _cannot_ be taken inside a kvm->srcu read-side critical section": nor may kvm->lock, which is outside both.
  lock_order(
    (v: Vcpu) => v.mutex,
    (k: Kvm) => k.srcu,
  );
  lock_order(
    (k: Kvm) => k.slots_lock,
    (k: Kvm) => k.srcu,
  );
}
if (order === "dec_2022") {
  // That text also had slots_lock outside SRCU, as above, which made it a circle: refused with LW1073.
  lock_order(
    (k: Kvm) => k.srcu,
    (k: Kvm) => k.lock,
  );
}

/** What a vCPU exits to KVM_RUN with. */
type Exit =
  | "no_vcpu"
  /** It moves its APIC to x2APIC mode, and KVM deletes the memslot of the APIC access page. */
  | "apic_base"
  /** Its first shadow root is allocated. */
  | "shadow_root"
  /** A guest of Xen sends an event by a hypercall. */
  | "evtchn_send"
  /** arm64: it turns another vCPU on by PSCI. */
  | "cpu_on";

/** What a task does with the VM meanwhile. */
type Ioctl =
  | "no_ioctl"
  | "set_memory_region"
  /** KVM_CAP_VM_MOVE_ENC_CONTEXT_FROM of SEV, the one that takes every vCPU's mutex and waits for it. */
  | "move_enc_context"
  /** KVM_XEN_EVTCHN_RESET */
  | "evtchn_reset"
  /** Any that reads guest memory under kvm->lock. */
  | "read_guest"
  | "slots_then_irq";

/** Code that is wrong by the document, as it stands there: this lock taken inside a read-side section. */
type Broken = "none" | "slots_lock" | "kvm_lock" | "vcpu_mutex" | "irq_then_slots";

const exit = param<Exit>("exit", "no_vcpu");
const ioctl = param<Ioctl>("ioctl", "no_ioctl");
const broken = param<Broken>("broken", "none");

/** K5: kvm_inhibit_apic_access_page() leaves its read-side section before it takes slots_lock. */
const leaves_srcu = param("leaves_srcu", true);
/** K5b: kvm_swap_active_memslots() drops slots_arch_lock before the grace period. */
const drops_slots_arch_lock = param("drops_slots_arch_lock", true);
/** K8: CPU_ON takes kvm->lock, or the target's own mp_state_lock (0acc7239c20a). */
const cpu_on_takes = param<"kvm_lock" | "mp_state_lock">("cpu_on_takes", "mp_state_lock");
/** K8: whether whoever locks all vCPUs waits for each, or gives up as arm64's lock_all_vcpus() does. */
const locks_all_by = param<"lock" | "trylock">("locks_all_by", "lock");
/** K11: kvm_xen_set_evtchn() takes kvm->lock (2fd6df2f2b47), or the leaf xen_lock (310bc39546a4). */
const xen_takes = param<"kvm_lock" | "xen_lock">("xen_takes", "xen_lock");
/** K12: kvm_xen_eventfd_reset() collects what it removes, and waits after the lock (a79b53aaaab5). */
const reset_collects = param("reset_collects", true);

/** virt/kvm/kvm_main.c: kvm_swap_active_memslots(); the pointer itself is the matter of memslots.ts. */
function kvm_swap_active_memslots() {
  if (drops_slots_arch_lock) mutex_unlock(kvm.slots_arch_lock);
  synchronize_srcu(kvm.srcu);
  if (!drops_slots_arch_lock) mutex_unlock(kvm.slots_arch_lock);
}

/** virt/kvm/kvm_main.c: __kvm_set_memory_region(), kvm_set_memslot(); the caller holds slots_lock. */
function __kvm_set_memory_region() {
  mutex_lock(kvm.slots_arch_lock);
  kvm_swap_active_memslots();
}

/** virt/kvm/kvm_main.c: kvm_set_memory_region() */
function kvm_set_memory_region() {
  mutex_lock(kvm.slots_lock);
  __kvm_set_memory_region();
  mutex_unlock(kvm.slots_lock);
}

/** arch/x86/kvm/lapic.c: kvm_inhibit_apic_access_page(), on the way to x2APIC mode. */
function kvm_inhibit_apic_access_page() {
  if (leaves_srcu) srcu_read_unlock(kvm.srcu);
  mutex_lock(kvm.slots_lock);
  __kvm_set_memory_region();
  mutex_unlock(kvm.slots_lock);
  if (leaves_srcu) srcu_read_lock(kvm.srcu);
}

/** arch/x86/kvm/mmu/mmu.c: mmu_first_shadow_root_alloc() */
function mmu_first_shadow_root_alloc() {
  mutex_lock(kvm.slots_arch_lock);
  mutex_unlock(kvm.slots_arch_lock);
}

function xen_lock() {
  if (xen_takes === "kvm_lock") mutex_lock(kvm.lock);
  else mutex_lock(kvm.xen_lock);
}

function xen_unlock() {
  if (xen_takes === "kvm_lock") mutex_unlock(kvm.lock);
  else mutex_unlock(kvm.xen_lock);
}

/** arch/x86/kvm/xen.c: kvm_xen_hcall_evtchn_send(), kvm_xen_set_evtchn() */
function kvm_xen_set_evtchn() {
  xen_lock();
  xen_unlock();
}

/** arch/x86/kvm/xen.c: kvm_xen_eventfd_reset() */
function kvm_xen_eventfd_reset() {
  xen_lock();
  if (!reset_collects) synchronize_srcu(kvm.srcu);
  xen_unlock();
  if (reset_collects) synchronize_srcu(kvm.srcu);
}

/** arch/arm64/kvm/psci.c: kvm_psci_vcpu_on(), in the run loop of the vCPU that asks for it. */
function kvm_psci_vcpu_on() {
  if (cpu_on_takes === "kvm_lock") {
    mutex_lock(kvm.lock);
    mutex_unlock(kvm.lock);
  } else {
    spin_lock(vcpus[0].mp_state_lock);
    spin_unlock(vcpus[0].mp_state_lock);
  }
}

/** virt/kvm/kvm_main.c: kvm_vcpu_ioctl(), and vcpu_run() of each architecture. */
function kvm_vcpu_ioctl_run(vcpu: Vcpu) {
  mutex_lock(vcpu.mutex);
  srcu_read_lock(kvm.srcu);
  if (exit === "apic_base") kvm_inhibit_apic_access_page();
  if (exit === "shadow_root") mmu_first_shadow_root_alloc();
  if (exit === "evtchn_send") kvm_xen_set_evtchn();
  if (exit === "cpu_on") kvm_psci_vcpu_on();
  srcu_read_unlock(kvm.srcu);
  mutex_unlock(vcpu.mutex);
}

/** arch/x86/kvm/svm/sev.c: sev_lock_vcpus_for_migration() */
function sev_lock_vcpus_for_migration() {
  for (const vcpu of vcpus) mutex_lock(vcpu.mutex);
}

/** arch/arm64/kvm/arm.c: lock_all_vcpus(), which gives up where a vCPU runs. */
function lock_all_vcpus(): boolean {
  for (const vcpu of vcpus) {
    if (!mutex_trylock(vcpu.mutex)) {
      for (const locked of vcpus) {
        if (locked < vcpu) mutex_unlock(locked.mutex);
      }
      return false;
    }
  }
  return true;
}

/** arch/x86/kvm/svm/sev.c: sev_vm_move_enc_context_from(); by trylock: arm64's kvm_vgic_create(). */
function move_enc_context_from() {
  mutex_lock(kvm.lock);
  let locked = true;
  if (locks_all_by === "lock") sev_lock_vcpus_for_migration();
  else locked = lock_all_vcpus();
  if (locked) {
    for (const vcpu of vcpus) mutex_unlock(vcpu.mutex);
  }
  mutex_unlock(kvm.lock);
}

/** kvm->lock, and inside it guest memory: the order that most ioctls of the VM have. */
function read_guest_under_kvm_lock() {
  mutex_lock(kvm.lock);
  srcu_read_lock(kvm.srcu);
  srcu_read_unlock(kvm.srcu);
  mutex_unlock(kvm.lock);
}

/** slots_lock, and inside it irq_lock: rare, says the document, but this way round. */
function irq_routing_under_slots_lock() {
  mutex_lock(kvm.slots_lock);
  mutex_lock(kvm.irq_lock);
  mutex_unlock(kvm.irq_lock);
  mutex_unlock(kvm.slots_lock);
}

/** "That is, the following is broken." */
function srcu_then_mutex() {
  srcu_read_lock(kvm.srcu);
  if (broken === "slots_lock") {
    mutex_lock(kvm.slots_lock);
    mutex_unlock(kvm.slots_lock);
  }
  if (broken === "kvm_lock") {
    mutex_lock(kvm.lock);
    mutex_unlock(kvm.lock);
  }
  if (broken === "vcpu_mutex") {
    mutex_lock(vcpus[0].mutex);
    mutex_unlock(vcpus[0].mutex);
  }
  srcu_read_unlock(kvm.srcu);
}

function slots_lock_under_irq_lock() {
  mutex_lock(kvm.irq_lock);
  mutex_lock(kvm.slots_lock);
  mutex_unlock(kvm.slots_lock);
  mutex_unlock(kvm.irq_lock);
}

if (exit !== "no_vcpu") thread("KVM_RUN", vcpus, (vcpu) => kvm_vcpu_ioctl_run(vcpu));

if (ioctl === "set_memory_region") thread("KVM_SET_USER_MEMORY_REGION", () => kvm_set_memory_region());
if (ioctl === "move_enc_context") thread("MOVE_ENC_CONTEXT", () => move_enc_context_from());
if (ioctl === "evtchn_reset") thread("KVM_XEN_EVTCHN_RESET", () => kvm_xen_eventfd_reset());
if (ioctl === "read_guest") thread("VM ioctl", () => read_guest_under_kvm_lock());
if (ioctl === "slots_then_irq") thread("VM ioctl", () => irq_routing_under_slots_lock());

if (broken === "irq_then_slots") thread("wrong order", () => slots_lock_under_irq_lock());
else if (broken !== "none") thread("SRCU reader", () => srcu_then_mutex());

export default cases({
  title: "KVM: the locks of a virtual machine",
  source: "Documentation/virt/kvm/locking.rst, Linux 6.12",

  "srcu-reader-takes-slots-lock": {
    order: "unchecked",
    broken: "slots_lock",
    ioctl: "set_memory_region",
    expect: fails("deadlock"),
    why: "the reader waits for slots_lock, whose holder waits for the reader: to a mutex, synchronize_srcu() is one more lock",
    source: "locking.rst: the following is broken",
  },
  "srcu-reader-takes-kvm-lock": {
    order: "unchecked",
    broken: "kvm_lock",
    ioctl: "evtchn_reset",
    xen_takes: "kvm_lock",
    reset_collects: false,
    expect: fails("deadlock"),
    why: "the same with kvm->lock, under which KVM_XEN_EVTCHN_RESET waited for readers until the end of 2022",
    source: "locking.rst: synchronize_srcu() is called inside kvm->lock",
  },
  "srcu-reader-takes-vcpu-mutex": {
    order: "unchecked",
    broken: "vcpu_mutex",
    exit: "apic_base",
    expect: fails("deadlock"),
    why: "the same with vcpu->mutex, which its vCPU holds while it deletes a memslot",
    source: "locking.rst: synchronize_srcu() is called inside vcpu->mutex",
  },
  "srcu-reader-takes-slots-lock-declared": {
    broken: "slots_lock",
    expect: fails("lock-order"),
    why: "the declared order needs no second thread to see it",
    source: "locking.rst, Linux 6.12",
  },
  "apic-access-page": {
    exit: "apic_base",
    ioctl: "set_memory_region",
    expect: holds(),
    why: "the vCPU leaves its read-side section before it takes slots_lock, and enters a new one behind it",
    source: "kvm_inhibit_apic_access_page()",
  },
  "apic-access-page-2-vcpus": {
    exit: "apic_base",
    ioctl: "set_memory_region",
    vcpus: 2,
    expect: holds(),
    why: "and so do two",
    source: "kvm_inhibit_apic_access_page()",
  },
  "apic-access-page-in-srcu": {
    exit: "apic_base",
    leaves_srcu: false,
    order: "unchecked",
    expect: fails("self-deadlock"),
    why: "without that the vCPU waits for a grace period inside its own read-side section",
    source: "kvm_inhibit_apic_access_page() without its srcu_read_unlock()",
  },
  "slots-arch-lock": {
    exit: "shadow_root",
    ioctl: "set_memory_region",
    expect: holds(),
    why: "slots_arch_lock may be taken inside a read-side section, since nobody waits for readers with it held",
    source: "locking.rst: kvm->slots_arch_lock instead is released before",
  },
  "slots-arch-lock-2-vcpus": {
    exit: "shadow_root",
    ioctl: "set_memory_region",
    vcpus: 2,
    expect: holds(),
    why: "and so with two vCPUs",
    source: "locking.rst: kvm->slots_arch_lock instead is released before",
  },
  "slots-arch-lock-kept": {
    exit: "shadow_root",
    ioctl: "set_memory_region",
    drops_slots_arch_lock: false,
    expect: fails("deadlock"),
    why: "kept across the grace period it is one more mutex that a reader waits for; no order of mutexes says so",
    source: "comment in kvm_swap_active_memslots()",
  },
  "srcu-outside-kvm-lock": {
    order: "dec_2022",
    ioctl: "read_guest",
    expect: fails("lock-order"),
    why: "the document once had kvm->lock inside kvm->srcu, which nearly every ioctl of a VM contradicts",
    source: "02d9a04da453, Documentation: kvm: clarify SRCU locking order",
  },
  "srcu-outside-kvm-lock-obeyed": {
    order: "unchecked",
    broken: "kvm_lock",
    ioctl: "move_enc_context",
    exit: "apic_base",
    expect: fails("deadlock"),
    why: "code that obeys it closes a circle of three, although nobody waits for readers under kvm->lock itself",
    source: "3a9ae31ac26a; Sean Christopherson, May 2026: ABBA, well, ABCCA",
  },
  "kvm-lock-inside-vcpu-mutex": {
    order: "unchecked",
    exit: "cpu_on",
    cpu_on_takes: "kvm_lock",
    ioctl: "move_enc_context",
    expect: fails("deadlock"),
    why: "the vCPU holds its mutex and wants kvm->lock, whose holder wants every vCPU's mutex",
    source: "0acc7239c20a^ of arm64, with the waiter of x86; 42a90008f890 tells lockdep",
  },
  "kvm-lock-inside-vcpu-mutex-declared": {
    exit: "cpu_on",
    cpu_on_takes: "kvm_lock",
    expect: fails("lock-order"),
    why: "the declared order sees it at the first CPU_ON",
    source: "42a90008f890",
  },
  "kvm-lock-inside-vcpu-mutex-trylock": {
    order: "unchecked",
    exit: "cpu_on",
    cpu_on_takes: "kvm_lock",
    ioctl: "move_enc_context",
    locks_all_by: "trylock",
    expect: holds(),
    why: "who only tries the vCPUs' mutexes never waits: arm64 had the wrong order and lockdep's complaint, but could not hang this way",
    source: "lock_all_vcpus() of arm64",
  },
  "kvm-lock-inside-vcpu-mutex-trylock-2-vcpus": {
    vcpus: 2,
    order: "unchecked",
    exit: "cpu_on",
    cpu_on_takes: "kvm_lock",
    ioctl: "move_enc_context",
    locks_all_by: "trylock",
    expect: holds(),
    why: "and so with two, of which one may be locked already and is given back",
    source: "lock_all_vcpus() of arm64",
  },
  "mp-state-lock": {
    exit: "cpu_on",
    ioctl: "move_enc_context",
    expect: holds(),
    why: "CPU_ON takes a lock of the target vCPU, inside which nothing is taken",
    source: "0acc7239c20a",
  },
  "mp-state-lock-2-vcpus": {
    exit: "cpu_on",
    ioctl: "move_enc_context",
    vcpus: 2,
    expect: holds(),
    why: "and so with two vCPUs",
    source: "0acc7239c20a",
  },
  "slots-lock-vs-irq-lock": {
    order: "unchecked",
    broken: "irq_then_slots",
    ioctl: "slots_then_irq",
    expect: fails("deadlock"),
    why: "each holds what the other wants",
    source: "locking.rst: slots_lock is taken outside irq_lock",
  },
  "slots-lock-vs-irq-lock-declared": {
    broken: "irq_then_slots",
    expect: fails("lock-order"),
    why: "irq_lock is the inner one",
    source: "locking.rst: slots_lock is taken outside irq_lock",
  },
  "xen-evtchn-kvm-lock": {
    order: "unchecked",
    exit: "evtchn_send",
    xen_takes: "kvm_lock",
    ioctl: "move_enc_context",
    expect: fails("deadlock"),
    why: "a hypercall takes kvm->lock inside vcpu->mutex, straight past a comment that warns of it",
    source: "2fd6df2f2b47",
  },
  "xen-evtchn-kvm-lock-srcu": {
    order: "unchecked",
    exit: "evtchn_send",
    xen_takes: "kvm_lock",
    ioctl: "evtchn_reset",
    reset_collects: false,
    expect: fails("deadlock"),
    why: "the same hypercall is inside a read-side section, and the reset waits for it with kvm->lock held",
    source: "2fd6df2f2b47; Michal Luczaj, 28 Dec 2022",
  },
  "xen-evtchn-kvm-lock-declared": {
    exit: "evtchn_send",
    xen_takes: "kvm_lock",
    expect: fails("lock-order"),
    why: "the declared order sees it at the first hypercall",
    source: "2fd6df2f2b47",
  },
  "xen-lock-reset-waits-inside": {
    exit: "evtchn_send",
    ioctl: "evtchn_reset",
    reset_collects: false,
    expect: fails("deadlock"),
    why: "a leaf to the order of mutexes, but who waits for readers with it held makes it one more slots_lock; no declared order is broken",
    source: "310bc39546a4 without a79b53aaaab5",
  },
  "xen-lock-reset-waits-outside": {
    exit: "evtchn_send",
    ioctl: "evtchn_reset",
    expect: holds(),
    why: "the reset collects what it removes, drops the lock, and waits then",
    source: "310bc39546a4 with a79b53aaaab5",
  },
  "xen-lock-reset-waits-outside-2-vcpus": {
    exit: "evtchn_send",
    ioctl: "evtchn_reset",
    vcpus: 2,
    expect: holds(),
    why: "and so with two vCPUs",
    source: "310bc39546a4 with a79b53aaaab5",
  },
});
