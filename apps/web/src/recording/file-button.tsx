import { recordingContentTypes } from "@barrage/domain";
import { Upload } from "lucide-react";
import { useRef } from "react";
import { Button, type ButtonProps } from "../ui/button.tsx";

interface FileButtonProps extends Pick<ButtonProps, "size"> {
  readonly text: string;
  readonly onFile: (file: File) => void;
}

/** A button that asks for a video file. */
export function FileButton({ text, size = "md", onFile }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept={recordingContentTypes.join(",")}
        className="sr-only"
        tabIndex={-1}
        aria-label={text}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          // So that the same file can be chosen again.
          currentTarget.value = "";
          if (file !== undefined) onFile(file);
        }}
      />
      <Button size={size} onClick={() => input.current?.click()}>
        <Upload /> {text}
      </Button>
    </>
  );
}
