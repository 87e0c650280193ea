/** A phone's overlay is crowded by what a desktop's takes with ease. */
export const smallScreen = "(max-width: 640px), (max-height: 480px)";
