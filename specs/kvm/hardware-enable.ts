/**
 * Who counts the users of hardware virtualization, and CPU hotplug: virt/kvm/kvm_main.c, and why Linux 6.12 has a
 * kvm_usage_lock. The count was under kvm_lock, inside cpus_read_lock(). That order was documented and obeyed, and still
 * there was a circle: through SRCU, which no order of mutexes knows, and through the fairness of rwsems.
 *
 * Left out, because no lock decision depends on it: disabling, which takes the same locks in the same order; what the
 * callbacks do on each CPU; the other VMs of vm_list.
 */
import {
  cases,
  down_read,
  down_write,
  fails,
  guarded_by,
  holds,
  initially,
  instances,
  lock_order,
  mutex,
  mutex_lock,
  mutex_unlock,
  param,
  percpu_down_read,
  percpu_down_write,
  percpu_rwsem,
  percpu_up_read,
  percpu_up_write,
  rwsem,
  srcu,
  srcu_read_lock,
  srcu_read_unlock,
  synchronize_srcu,
  thread,
  up_read,
  up_write,
} from "latchwork";

/** struct kvm: one VM, on vm_list. */
class Kvm {
  slots_lock = mutex();
  srcu = srcu();
}

/** struct kvm_vcpu; nobody else wants its mutex here. */
class Vcpu {}
/** A VM that is about to be created. */
class NewVm {}
/** kvm_intel or kvm_amd. */
class VendorModule {}

const kvm = new Kvm();
const vcpus = instances(Vcpu, param("vcpus", 1));
const new_vms = instances(NewVm, param("new_vms", 1), "vm");
const vendor_modules = instances(VendorModule, param("vendor_modules", 1), "module");
const kvm_lock = mutex();
const kvm_usage_lock = mutex();
const vendor_module_lock = mutex();
const cpu_hotplug_lock = percpu_rwsem();
/** The same lock if it preferred readers, which it does not. */
const unfair_hotplug_lock = rwsem();
let kvm_usage_count = 0;
/** The per-CPU flag of the CPU that comes online. */
let virtualization_enabled = false;

type Design =
  /** 0bf50497f03b: kvm_usage_count is under kvm_lock, which is taken inside cpus_read_lock(). */
  | "kvm_lock"
  /** 44d174596260: a mutex of its own in the same place. */
  | "usage_lock_inside"
  /** 9a798b1337af: the first user registers the callbacks; kvm_usage_lock is outside, and the callbacks take nothing. */
  | "usage_lock_outside";

const design = param<Design>("design", "usage_lock_outside");

/** K6: a waiting writer of cpu_hotplug_lock stops new readers. */
const hotplug_fair = param("hotplug_fair", true);
/** K6b: CPUs come online while KVM's callback is registered, so that the hotplug writer runs it. */
const onlines_a_cpu = param("onlines_a_cpu", true);
/** What the order of 9a798b1337af would have made of the callback that it removed. */
const callback_locks = param("callback_locks", design !== "usage_lock_outside");
/** Whether the count starts at 0; otherwise there is a VM already. */
const first_user = param("first_user", true);
/** The order that locking.rst declares. */
const declared = param("declared", true);

const creates_vm = param("creates_vm", true);
const sets_nx_huge_pages = param("sets_nx_huge_pages", true);
const changes_memslots = param("changes_memslots", true);
const vcpu_runs = param("vcpu_runs", true);
/** K7: a vendor module is loaded under this lock. */
const loads_module_under = param<"not_loaded" | "kvm_lock" | "vendor_module_lock">(
  "loads_module_under",
  "not_loaded",
);
/** The frequency of a CPU changes, and cpufreq calls KVM's notifier with cpu_hotplug_lock held. */
const cpufreq_changes = param("cpufreq_changes", false);

if (declared) {
  // Of the two locks that hotplug_fair chooses from, a case uses one.
  lock_order(cpu_hotplug_lock, kvm_lock);
  lock_order(unfair_hotplug_lock, kvm_lock);
  if (design === "usage_lock_inside") lock_order(cpu_hotplug_lock, kvm_usage_lock);
  if (design === "usage_lock_outside") lock_order(kvm_usage_lock, cpu_hotplug_lock);
  lock_order(
    (k: Kvm) => k.slots_lock,
    (k: Kvm) => k.srcu,
  );
}
if (design === "kvm_lock")
  guarded_by(
    () => kvm_usage_count,
    () => kvm_lock,
  );
else
  guarded_by(
    () => kvm_usage_count,
    () => kvm_usage_lock,
  );

initially(() => {
  if (!first_user) kvm_usage_count = 1;
});

/** cpus_read_lock() */
function cpus_read_lock() {
  if (hotplug_fair) percpu_down_read(cpu_hotplug_lock);
  else down_read(unfair_hotplug_lock);
}

/** cpus_read_unlock() */
function cpus_read_unlock() {
  if (hotplug_fair) percpu_up_read(cpu_hotplug_lock);
  else up_read(unfair_hotplug_lock);
}

/** hardware_enable_all(); since 9a798b1337af kvm_enable_virtualization(). Creates a VM. */
function hardware_enable_all() {
  if (design === "usage_lock_outside") {
    mutex_lock(kvm_usage_lock);
    kvm_usage_count++;
    if (kvm_usage_count === 1) {
      // cpuhp_setup_state(CPUHP_AP_KVM_ONLINE, …) runs the callback on each CPU.
      cpus_read_lock();
      cpus_read_unlock();
    }
    mutex_unlock(kvm_usage_lock);
    return;
  }
  cpus_read_lock();
  if (design === "kvm_lock") {
    mutex_lock(kvm_lock);
    kvm_usage_count++;
    mutex_unlock(kvm_lock);
  } else {
    mutex_lock(kvm_usage_lock);
    kvm_usage_count++;
    mutex_unlock(kvm_usage_lock);
  }
  cpus_read_unlock();
}

/** kvm_online_cpu(): the new CPU's hardware is enabled, if there are users. */
function kvm_online_cpu() {
  if (!callback_locks) {
    virtualization_enabled = true;
  } else if (design === "kvm_lock") {
    mutex_lock(kvm_lock);
    if (kvm_usage_count > 0) virtualization_enabled = true;
    mutex_unlock(kvm_lock);
  } else {
    mutex_lock(kvm_usage_lock);
    if (kvm_usage_count > 0) virtualization_enabled = true;
    mutex_unlock(kvm_usage_lock);
  }
}

/** kernel/cpu.c: _cpu_up(), or whoever else holds cpus_write_lock(). */
function cpu_up() {
  if (hotplug_fair) percpu_down_write(cpu_hotplug_lock);
  else down_write(unfair_hotplug_lock);
  if (onlines_a_cpu) kvm_online_cpu();
  if (hotplug_fair) percpu_up_write(cpu_hotplug_lock);
  else up_write(unfair_hotplug_lock);
}

/** arch/x86/kvm/mmu/mmu.c: set_nx_huge_pages(), which zaps the pages of each VM. */
function set_nx_huge_pages() {
  mutex_lock(kvm_lock);
  mutex_lock(kvm.slots_lock);
  mutex_unlock(kvm.slots_lock);
  mutex_unlock(kvm_lock);
}

/** kvm_set_memory_region(), as in vm-locks.ts. */
function kvm_set_memory_region() {
  mutex_lock(kvm.slots_lock);
  synchronize_srcu(kvm.srcu);
  mutex_unlock(kvm.slots_lock);
}

/** arch/x86/kvm/lapic.c: kvm_lapic_set_base() in KVM_RUN flips a static key, and patching code takes cpus_read_lock(). */
function kvm_lapic_set_base() {
  srcu_read_lock(kvm.srcu);
  cpus_read_lock();
  cpus_read_unlock();
  srcu_read_unlock(kvm.srcu);
}

/** arch/x86/kvm/x86.c: kvm_x86_vendor_init() of kvm_intel or kvm_amd; kvm_timer_init() and static calls take the CPUs. */
function kvm_x86_vendor_init() {
  if (loads_module_under === "kvm_lock") mutex_lock(kvm_lock);
  else mutex_lock(vendor_module_lock);
  cpus_read_lock();
  cpus_read_unlock();
  if (loads_module_under === "kvm_lock") mutex_unlock(kvm_lock);
  else mutex_unlock(vendor_module_lock);
}

/** arch/x86/kvm/x86.c: __kvmclock_cpufreq_notifier(), which walks vm_list. */
function kvmclock_cpufreq_notifier() {
  cpus_read_lock();
  mutex_lock(kvm_lock);
  mutex_unlock(kvm_lock);
  cpus_read_unlock();
}

if (creates_vm) thread("KVM_CREATE_VM", new_vms, () => hardware_enable_all());
if (sets_nx_huge_pages) thread("nx_huge_pages=", () => set_nx_huge_pages());
if (changes_memslots) thread("KVM_SET_USER_MEMORY_REGION", () => kvm_set_memory_region());
if (vcpu_runs) thread("KVM_RUN", vcpus, () => kvm_lapic_set_base());
if (loads_module_under !== "not_loaded") thread("modprobe", vendor_modules, () => kvm_x86_vendor_init());
if (cpufreq_changes) thread("cpufreq", () => kvmclock_cpufreq_notifier());
thread("CPU hotplug", () => cpu_up());

export default cases({
  title: "KVM: the usage count and CPU hotplug",
  source: "virt/kvm/kvm_main.c",

  "kvm-lock": {
    design: "kvm_lock",
    first_user: false,
    onlines_a_cpu: false,
    expect: fails("deadlock"),
    why: "a vCPU inside SRCU waits for a hotplug writer that only waits itself; the document's order is obeyed by all",
    source: "44d174596260 fixes 0bf50497f03b: its table of three CPUs",
  },
  "kvm-lock-readers-preferred": {
    design: "kvm_lock",
    first_user: false,
    onlines_a_cpu: false,
    hotplug_fair: false,
    expect: holds(),
    why: "with readers preferred the pending writer would stop nobody: the circle needs the fairness of the rwsem",
    source: "44d174596260: the circle needs the writer",
  },
  "kvm-lock-readers-preferred-2-vcpus": {
    vcpus: 2,
    design: "kvm_lock",
    first_user: false,
    onlines_a_cpu: false,
    hotplug_fair: false,
    expect: holds(),
    why: "and so with two vCPUs",
    source: "44d174596260: the circle needs the writer",
  },
  "kvm-lock-online-callback": {
    design: "kvm_lock",
    first_user: false,
    creates_vm: false,
    hotplug_fair: false,
    expect: fails("deadlock"),
    why: "a writer that runs KVM's own callback wants kvm_lock: four threads, and fairness plays no part",
    source: "kvm_online_cpu() of 0bf50497f03b; nobody had reported it",
  },
  "usage-lock-inside": {
    design: "usage_lock_inside",
    expect: holds(),
    why: "the new mutex is taken inside cpus_read_lock() as kvm_lock was, but nothing is taken inside it",
    source: "44d174596260",
  },
  "usage-lock-inside-2-vcpus": {
    vcpus: 2,
    design: "usage_lock_inside",
    expect: holds(),
    why: "and so with two vCPUs",
    source: "44d174596260",
  },
  "usage-lock-outside": {
    expect: holds(),
    why: "whoever registers the callback takes the hotplug lock inside kvm_usage_lock, and the callback needs no lock any more",
    source: "9a798b1337af",
  },
  "usage-lock-outside-2-vms": {
    new_vms: 2,
    expect: holds(),
    why: "and so with two VMs, of which one is the first",
    source: "9a798b1337af",
  },
  "usage-lock-outside-callback-locks": {
    callback_locks: true,
    declared: false,
    changes_memslots: false,
    sets_nx_huge_pages: false,
    vcpu_runs: false,
    expect: fails("deadlock"),
    why: "the two halves of that change need each other: with the old callback the hotplug writer waits for who waits for it",
    source: "9a798b1337af, half of it",
  },
  "usage-lock-outside-callback-locks-declared": {
    callback_locks: true,
    creates_vm: false,
    changes_memslots: false,
    sets_nx_huge_pages: false,
    vcpu_runs: false,
    expect: fails("lock-order"),
    why: "and the order that it documents says so",
    source: "locking.rst: kvm_usage_lock is taken outside cpus_read_lock()",
  },
  "usage-lock-cpufreq": {
    cpufreq_changes: true,
    creates_vm: false,
    expect: fails("deadlock"),
    why: "kvm_usage_lock has not opened the circle for others: cpufreq takes kvm_lock inside the hotplug lock, as the document allows",
    source:
      "Sean Christopherson: kvm_lock under cpu_hotplug_lock is easy to miss; locking.rst, cpus_read_lock() vs kvm_lock",
  },
  "vendor-module-kvm-lock": {
    design: "kvm_lock",
    loads_module_under: "kvm_lock",
    declared: false,
    creates_vm: false,
    changes_memslots: false,
    sets_nx_huge_pages: false,
    vcpu_runs: false,
    expect: fails("deadlock"),
    why: "loading holds kvm_lock and wants the CPUs to stay, the hotplug writer runs a callback that wants kvm_lock",
    source: "3af4a9e61e71",
  },
  "vendor-module-kvm-lock-declared": {
    design: "kvm_lock",
    loads_module_under: "kvm_lock",
    creates_vm: false,
    changes_memslots: false,
    sets_nx_huge_pages: false,
    vcpu_runs: false,
    expect: fails("lock-order"),
    why: "cpus_read_lock() is taken outside kvm_lock",
    source: "locking.rst",
  },
  "vendor-module-lock": {
    design: "kvm_lock",
    loads_module_under: "vendor_module_lock",
    vendor_modules: 2,
    changes_memslots: false,
    sets_nx_huge_pages: false,
    vcpu_runs: false,
    expect: holds(),
    why: "a mutex that no callback takes",
    source: "3af4a9e61e71",
  },
  "vendor-module-lock-3-modules": {
    design: "kvm_lock",
    loads_module_under: "vendor_module_lock",
    changes_memslots: false,
    sets_nx_huge_pages: false,
    vcpu_runs: false,
    vendor_modules: 3,
    expect: holds(),
    why: "and so with three of them",
    source: "3af4a9e61e71",
  },
});
