// The words for the halves of a day that phones put beside twelve-hour times, in the languages that have such words.

const mornings =
  "am vm an pd ጥዋት ص صباحا صباحًا পূৰ্বাহ্ন পূর্বাহ্ণ နံနက် 上午 凌晨 清晨 早上 早晨 dop ap πμ sf de fh rn 午前 오전 тң ກ່ອນທ່ຽງ ก่อนเที่ยง priekšp priešpiet " +
  "претпл pg үө पूर्वाह्न मपू முற்பகல் ಪೂರ್ವಾಹ್ನ ຕອນເຊົ້າ قظ صبح පෙව gh fm öö дп to sa ព្រឹក לפנהצ лд àárọ̀";
const afternoons =
  "pm nm anw md ከሰዓት م مساء مساءً অপৰাহ্ন অপরাহ্ণ ညနေ 下午 晚上 傍晚 中午 odp ip μμ ym du eh in 午後 오후 тк ຫຼັງທ່ຽງ หลังเที่ยง pēcp popiet " +
  "попл ptg үх अपराह्न मउ பிற்பகல் ಅಪರಾಹ್ನ بظ شام පව pop gd em ös пп tk ch ល្ងាច אחהצ сл ọ̀sán";

const halves: ReadonlyMap<string, "am" | "pm"> = new Map([
  ...mornings.split(" ").map((word) => [word, "am"] as const),
  ...afternoons.split(" ").map((word) => [word, "pm"] as const),
]);

/** @param word as written: `p. m.`, `PM`, `下午`; @returns undefined where it is no word for half a day */
export const halfOfDay = (word: string): "am" | "pm" | undefined =>
  halves.get(word.toLowerCase().replaceAll(/[\s."'’״\u200e\u200f\u202a-\u202e]/gu, ""));

/** Noon in Chinese also names the hour before twelve. */
const noon = "中午";

/** An hour of a clock of twelve → of 24; hours that only a clock of 24 has stay. */
export const hourOfDay = (hour: number, word: string): number => {
  if (hour > 12 || (word.startsWith(noon) && hour >= 10)) return hour;
  return (hour % 12) + (halfOfDay(word) === "pm" ? 12 : 0);
};
