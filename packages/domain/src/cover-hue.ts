/** The hue (0–359) of a room's drawn cover, from its id: FNV-1a (Fowler, Noll, Vo; 32 bit) modulo 360. */
export function coverHueOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index++) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % 360;
}
