/** What the tiles of a board can draw; which of them, each screen chooses. */
export const BOARD_WAVEFORMS = ['ecg', 'pleth', 'abp', 'resp'] as const
export type BoardWaveform = (typeof BOARD_WAVEFORMS)[number]
export const MOST_BOARD_WAVEFORMS = 3
