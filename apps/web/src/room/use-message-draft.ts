import { createMessageKey } from "@barrage/client";
import { danmakuCodePointsMax, normalizeMessageText, superCodePointsMax } from "@barrage/domain";
import type { DanmakuMode } from "@barrage/protocol";
import { useState } from "react";
import { describeError } from "../lib/describe-error.ts";
import type { Draft } from "./chat-line.ts";

/** What a viewer is writing, and how it will look. */
export function useMessageDraft() {
  const [text, setText] = useState("");
  const [special, setSpecial] = useState(false);
  const [color, setColor] = useState("#ffffff");
  const [mode, setMode] = useState<DanmakuMode>("scroll");
  const [complaint, setComplaint] = useState<string>();
  const codePointsMax = special ? superCodePointsMax : danmakuCodePointsMax;

  /** The draft with a fresh key, and an empty box after it; or undefined and a complaint, by the server's own rule. */
  const take = (): Draft | undefined => {
    try {
      const words = normalizeMessageText(text, { codePointsMax });
      setText("");
      setSpecial(false);
      setComplaint(undefined);
      const content = special
        ? ({ kind: "super", text: words } as const)
        : ({ kind: "danmaku", text: words, color, mode } as const);
      return { key: createMessageKey(), content };
    } catch (error) {
      setComplaint(describeError(error).text);
      return undefined;
    }
  };
  return {
    text,
    setText,
    special,
    setSpecial,
    color,
    setColor,
    mode,
    setMode,
    complaint,
    codePointsMax,
    take,
  };
}

/** What {@link useMessageDraft} gives. */
export type MessageDraft = ReturnType<typeof useMessageDraft>;
