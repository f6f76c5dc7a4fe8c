/**
 * The ring between Xen and the listener (xen/include/public/io/ring.h): Xen is its front end, the listener its back end.
 * A response takes the slot of the request that it answers, and the slot is free again only when Xen has consumed the
 * response: who never answers a request keeps its slot.
 *
 * An index is an unsigned int in C; three bits wrap in the same way, for rings of up to four slots. A ring has as many
 * slots as fit a page, a power of two (64 for memory events).
 *
 * Left out: the notification, since the listener looks into the ring by itself.
 */
import { array, assert, bits, ghost, idle_until, param } from "latchwork";
import type { Vcpu } from "./xen.js";

/** Whether listeners come and go while the vCPUs run; else there is one all the time. */
export const listeners_change = param("listeners_change", false);
/** Slots of the ring. */
export const ring_size = param("ring_size", 1);

/** mem_event_request_t, and mem_event_response_t, which repeats it. `vcpu` is vcpu_id, the others are its flags. */
export type Request = { vcpu: Vcpu | null; vcpu_paused: boolean; drop_page: boolean };

/** mem_event_sring_t: the page that both sides have mapped. */
export class SharedRing {
  /** Whether Xen has; the listener has a mapping of its own. */
  mapped = ghost(false);
  req_prod = bits(3, 0);
  rsp_prod = bits(3, 0);
  ring: Request[] = array(ring_size, { vcpu: null, vcpu_paused: false, drop_page: false });
}

/** mem_event_front_ring_t: what Xen keeps to itself. */
export class FrontRing {
  req_prod_pvt = bits(3, 0);
  rsp_cons = bits(3, 0);
  sring: SharedRing | null = null;
}

/** mem_event_back_ring_t: what the listener keeps to itself. */
export class BackRing {
  req_cons = bits(3, 0);
}

/** The page that the toolstack gives for the ring. */
export const ring_page = new SharedRing();

/** RING_FREE_REQUESTS() */
export function RING_FREE_REQUESTS(front: FrontRing): number {
  return (8 + ring_size - front.req_prod_pvt + front.rsp_cons) % 8;
}

/** RING_HAS_UNCONSUMED_RESPONSES() */
export function RING_HAS_UNCONSUMED_RESPONSES(front: FrontRing): boolean {
  return front.sring!.rsp_prod !== front.rsp_cons;
}

/** FRONT_RING_INIT() */
export function FRONT_RING_INIT(front: FrontRing, sring: SharedRing) {
  front.req_prod_pvt = 0;
  front.rsp_cons = 0;
  front.sring = sring;
}

/** Copies a request into the ring and publishes it: RING_GET_REQUEST() and RING_PUSH_REQUESTS(). */
export function push_request(front: FrontRing, req: Request) {
  const req_prod = front.req_prod_pvt;
  const sring = front.sring!;
  sring.ring[req_prod % ring_size] = req;
  if (listeners_change) ghost(() => assert(sring.mapped));
  front.req_prod_pvt = req_prod + 1;
  sring.req_prod = req_prod + 1;
}

/** Copies the next response out of the ring, whether or not there is one, and frees its slot. */
export function pop_response(front: FrontRing): Request {
  const rsp_cons = front.rsp_cons;
  const rsp = front.sring!.ring[rsp_cons % ring_size];
  front.rsp_cons = rsp_cons + 1;
  return rsp;
}

/** The listener's get_request(): rests until there is one. */
export function get_request(back: BackRing): Request {
  const req_cons = back.req_cons;
  idle_until(ring_page.req_prod !== req_cons);
  const req = ring_page.ring[req_cons % ring_size];
  back.req_cons = req_cons + 1;
  return req;
}

/** The listener's put_response() */
export function put_response(rsp: Request) {
  const rsp_prod = ring_page.rsp_prod;
  ring_page.ring[rsp_prod % ring_size] = rsp;
  ring_page.rsp_prod = rsp_prod + 1;
}

/** The listener's RING_HAS_UNCONSUMED_REQUESTS() */
export function RING_HAS_UNCONSUMED_REQUESTS(back: BackRing): boolean {
  return ring_page.req_prod !== back.req_cons;
}
