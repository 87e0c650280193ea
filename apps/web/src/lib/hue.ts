/** A stable hue (0–359) for an id, so that a user or room has one colour everywhere. */
export function hueOf(id: string): number {
  let hash = 7;
  for (const character of id) hash = (hash * 31 + character.charCodeAt(0)) % 360_007;
  return hash % 360;
}
