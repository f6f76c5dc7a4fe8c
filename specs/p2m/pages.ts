/**
 * Page references, as in xen/arch/x86/mm.c: what keeps a frame of memory from being freed. A reference says nothing
 * about which guest frame number leads to the page: that is the p2m's business.
 *
 * Left out: the owner of a page and its type count. get_page() of a page that was freed and given to another domain
 * fails by the owner in C; here no freed page is given away again.
 */
import {
  atomic,
  check,
  refcount,
  refcount_dec_and_test,
  refcount_inc_not_zero,
  refcount_read,
} from "latchwork";

/** struct page_info, with the frame that it describes. A page of a guest has one reference, PGC_allocated. */
export class PageInfo {
  /** count_info; at zero the page is on the heap's free list. */
  count_info = refcount();
  /** What is in the frame. */
  dirty = false;
}

/** get_page(): takes a reference, unless the page is free. One successful cmpxchg. */
export function get_page(page: PageInfo): boolean {
  return refcount_inc_not_zero(page.count_info);
}

/** put_page(): gives a reference back; the last one frees the page. */
export function put_page(page: PageInfo) {
  refcount_dec_and_test(page.count_info);
}

/** A store through a mapping of the frame: by memcpy() in the hypervisor, or by the guest itself. */
export function write_to_frame(page: PageInfo) {
  atomic(() => {
    check("use-after-free", refcount_read(page.count_info) > 0, page);
    page.dirty = true;
  });
}
