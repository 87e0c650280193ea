/** How a button of the bar looks. */
export const barButton =
  "grid size-9 shrink-0 place-items-center rounded-xl text-white/85 transition max-sm:size-8 hover:bg-white/15 hover:text-white disabled:pointer-events-none disabled:opacity-40 [&_svg]:size-4.5";
