import type { LoadResult } from "./fan-load.ts";

/** A server delivered something twice or out of order, or lost it without a word. */
export class DeliveryFault extends Error {
  override readonly name = "DeliveryFault";
}

/**
 * Numbers of wrong deliveries are worth nothing.
 * @throws DeliveryFault for a load in which something came twice or out of order, or is missing and not declared.
 */
export function requireSound(
  { name, wrong, missing }: Pick<LoadResult, "name" | "wrong" | "missing">,
  skipped: number,
): void {
  if (wrong > 0) throw new DeliveryFault(`${name}: ${wrong} deliveries came twice or out of order`);
  if (missing > skipped)
    throw new DeliveryFault(`${name}: ${missing} deliveries are missing, ${skipped} declared as skipped`);
}
