import type { NatsLink } from "./connect-nats.ts";

const replacedPattern = /\.(?:CREATED|DELETED)\.[^.]+$/;

/**
 * Somebody may delete and create a stream while we stay connected: JetStream tells. What is told while we are not
 * connected is lost. @returns a function that ends it
 */
export function watchReplacement(
  { connection }: Pick<NatsLink, "connection">,
  stream: string,
  onReplaced: () => void,
): () => void {
  const advisories = connection.subscribe(`$JS.EVENT.ADVISORY.STREAM.*.${stream}`, {
    callback: (_error, message) => {
      if (replacedPattern.test(message.subject)) onReplaced();
    },
  });
  return () => advisories.unsubscribe();
}
