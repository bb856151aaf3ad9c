/** ISO 8601 durations of fixed length: weeks, days, hours, minutes and seconds. Months and years have no fixed length. */
const FORM = /^P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/;
const UNITS_MS = [604_800_000, 86_400_000, 3_600_000, 60_000, 1000] as const;

/** Milliseconds of a duration such as "PT5M", or null when the text is not one. */
export const durationMs = (text: string): number | null => {
  const match = FORM.exec(text);
  if (!match) return null;
  return UNITS_MS.reduce((total, unitMs, index) => total + Math.round(Number(match[index + 1] ?? 0) * unitMs), 0);
};

/** How long ago or how long, for people: "12 s", "4 min", "3 h", "2 d". */
export const spokenDuration = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`;
};
