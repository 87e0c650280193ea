import {
  type ArchiveBlock,
  ArchiveDamagedError,
  type ArchiveIndex,
  type ArchivePart,
  type Logger,
  readBlock,
} from "@barrage/platform";
import { AppError } from "@barrage/protocol";
import { type ArchiveBytes, type BlockPlace, type PartRange, spanBytes } from "./archive-bytes.ts";
import type { PageCache } from "./page-cache.ts";
import { ReplayPage } from "./replay-page.ts";
import type { TimelineBlock } from "./timeline-block.ts";

export interface ArchiveReadDeps {
  readonly archive: ArchiveBytes;
  readonly pages: PageCache;
  readonly logger: Logger;
}

/** What of a session is archived, as blocks of its timeline. */
export function archivedBlocks(index: ArchiveIndex, deps: ArchiveReadDeps): TimelineBlock[] {
  return index.parts.flatMap((part) => {
    const spans = spansOf(part);
    return part.blocks.map((block, position): TimelineBlock => {
      const chainBefore = part.blocks[position - 1]?.chain ?? part.chainBefore;
      const { afterSeq, lastSeq, fromMs, toMs, state } = block;
      const own = { key: part.key, start: block.offset, end: block.offset + block.bytes };
      const span = spans.find(({ end }) => end >= own.end) ?? own;
      const load = () =>
        deps.pages.get(`${index.session}-s3-${afterSeq}`, () =>
          loadArchived(deps, { index, place: { own, span }, block, chainBefore }),
        );
      return {
        afterSeq,
        lastSeq,
        fromMs,
        toMs,
        state,
        load,
        readAhead: () => deps.archive.readAhead(span),
      };
    });
  });
}

/** Cuts a part at block ends into runs of about {@link spanBytes}. */
function spansOf({ key, blocks }: ArchivePart): PartRange[] {
  const spans: PartRange[] = [];
  let start = 0;
  for (const [position, { offset, bytes }] of blocks.entries()) {
    const end = offset + bytes;
    if (end - start < spanBytes && position < blocks.length - 1) continue;
    spans.push({ key, start, end });
    start = end;
  }
  return spans;
}

interface ArchivedPlace {
  readonly index: ArchiveIndex;
  readonly place: BlockPlace;
  readonly block: ArchiveBlock;
  readonly chainBefore: string;
}

/** The events of a block, checked against the chain before anybody sees them. */
async function loadArchived(
  { archive, logger }: ArchiveReadDeps,
  { index, place, block, chainBefore }: ArchivedPlace,
): Promise<ReplayPage> {
  const { room, session, epoch } = index;
  const { key } = place.own;
  try {
    const bytes = await archive.read(place);
    if (bytes === undefined) throw new ArchiveDamagedError(`${key} is missing`);
    return new ReplayPage({ room, epoch, fromMs: block.fromMs }, readBlock({ block, bytes, chainBefore }));
  } catch (error) {
    // Not as `key`: the logger hides what is called so.
    logger.error({ error, session, objectKey: key }, "a part of an archive can't be read");
    throw new AppError("replay_unavailable", { cause: error, retryAfterMs: 1_000 });
  }
}
