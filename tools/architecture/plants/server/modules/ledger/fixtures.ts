export const aJournal = 1;
