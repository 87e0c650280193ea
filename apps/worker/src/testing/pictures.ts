import { crc32 } from "node:zlib";
import sharp from "sharp";

/** One colour; of any size at no cost. */
export function plainPicture(width: number, height: number, background = "#c81e1e") {
  return sharp({ create: { width, height, channels: 3, background }, limitInputPixels: false });
}

/** What must never be seen again: every kind of metadata that a picture can carry holds one of these. */
export const secrets = {
  camera: "SECRET-CAMERA",
  person: "SECRET-PERSON",
  latitude: "52/1 31/1 1234/100",
  xmp: "SECRET-XMP",
} as const;

/** A photo as phones make them: with its place, its maker, a colour profile and XMP. */
export function telltaleJpeg(): Promise<Buffer> {
  return plainPicture(640, 360)
    .withExif({
      IFD0: { Make: secrets.camera, Artist: secrets.person },
      IFD3: {
        GPSLatitudeRef: "N",
        GPSLatitude: secrets.latitude,
        GPSLongitudeRef: "E",
        GPSLongitude: "13/1 24/1 18/1",
      },
    })
    .withXmp(
      `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="${secrets.xmp}"/></rdf:RDF></x:xmpmeta>`,
    )
    .withIccProfile("p3", { attach: true })
    .jpeg()
    .toBuffer();
}

/** An animation whose frames are of these colours. */
export async function animatedWebp(colours: readonly string[]): Promise<Buffer> {
  const frames = await Promise.all(colours.map((colour) => plainPicture(400, 300, colour).png().toBuffer()));
  return sharp(frames, { join: { animated: true } })
    .webp({ loop: 0, delay: colours.map(() => 100) })
    .toBuffer();
}

/** A PNG whose header claims so many pixels on each side. By the PNG specification: IHDR follows the signature. */
export function pngThatClaims(side: number, png: Buffer): Buffer {
  const bomb = Buffer.from(png);
  bomb.writeUInt32BE(side, 16);
  bomb.writeUInt32BE(side, 20);
  bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);
  return bomb;
}

/** Which of the three primary colours is the strongest in a picture's pixel. */
export async function colourAt(
  picture: Uint8Array | undefined,
  { x, y }: { readonly x: number; readonly y: number },
): Promise<string | undefined> {
  const pixel = { left: x, top: y, width: 1, height: 1 };
  const { data } = await sharp(picture).extract(pixel).raw().toBuffer({ resolveWithObject: true });
  const channels = [...data.subarray(0, 3)];
  return ["red", "green", "blue"][channels.indexOf(Math.max(...channels))];
}
