// WhatsApp chats as phones of many countries write them: dates of seventy locales, clocks of twelve and of twenty-four hours, iPhones and Android.
import type { Chat, Turn } from "./made-up-chats.ts";
import type { Carried, Writer, Written } from "./trip.ts";

const locales =
  "af ar-EG be bg bn bs ca cs da de de-AT el en-AU en-CA en-GB en-IN en-US en-ZA es es-MX et eu fi fr fr-CA fr-CH gu he hi hr hu hy id it ja ka kk ko lt lv mk ml mr ms my nb nl pa pl pt pt-PT ro ru sk sl sq sr sv sw ta te th tr uk ur uz vi yo zh-CN zh-TW".split(
    " ",
  );

interface Words {
  readonly omitted: string;
  readonly deleted: string;
  readonly edited: string;
  /** An iPhone's words for a picture that was left out, and for one that is there. */
  readonly noPicture: string;
  readonly attached: string;
  readonly inBrackets: string;
  readonly created: (name: string) => string;
}

/** omitted | deleted | edited | no picture | attached (iPhone) | attached (Android) | who made the group */
const table: Readonly<Record<string, string>> = {
  en: "Media omitted|This message was deleted|This message was edited|image omitted|attached|file attached|% created group “Plan: B”",
  de: "Medien ausgeschlossen|Diese Nachricht wurde gelöscht.|Diese Nachricht wurde bearbeitet.|Bild weggelassen|Anhang|Datei angehängt|% hat die Gruppe „Plan: B“ erstellt.",
  es: "Multimedia omitido|Se eliminó este mensaje.|Se editó este mensaje.|imagen omitida|adjunto|archivo adjunto|% creó el grupo “Plan: B”",
  fr: "Médias omis|Ce message a été supprimé|Ce message a été modifié|image absente|pièce jointe|fichier joint|% a créé le groupe « Plan: B »",
  it: "Media omessi|Questo messaggio è stato eliminato|Questo messaggio è stato modificato|immagine omessa|allegato|file allegato|% ha creato il gruppo “Plan: B”",
  pt: "Mídia oculta|Mensagem apagada|Mensagem editada|imagem ocultada|anexado|arquivo anexado|% criou o grupo “Plan: B”",
  nl: "Media weggelaten|Dit bericht is verwijderd|Dit bericht is bewerkt|afbeelding weggelaten|bijgevoegd|bestand bijgevoegd|% heeft de groep “Plan: B” gemaakt",
  sv: "Media har utelämnats|Det här meddelandet togs bort|Det här meddelandet redigerades|bild utelämnad|bifogad|fil bifogad|% skapade gruppen ”Plan: B”",
  da: "Medier udeladt|Denne meddelelse blev slettet|Denne besked blev redigeret|billede udeladt|vedhæftet|fil vedhæftet|% oprettede gruppen “Plan: B”",
  nb: "Media er utelatt|Denne meldingen ble slettet|Denne meldingen ble redigert|bilde utelatt|vedlagt|fil vedlagt|% opprettet gruppen «Plan: B»",
  fi: "Media jätettiin pois|Tämä viesti poistettiin|Tätä viestiä muokattiin|kuva jätetty pois|liite|tiedosto liitetty|% loi ryhmän ”Plan: B”",
  pl: "pominięto multimedia|Ta wiadomość została usunięta|Ta wiadomość została edytowana|obraz pominięty|załączono|plik załączony|% utworzył(a) grupę „Plan: B”",
  cs: "Média vynechána|Tato zpráva byla odstraněna|Tato zpráva byla upravena|obrázek vynechán|přiloženo|soubor přiložen|% vytvořil(a) skupinu „Plan: B“",
  hu: "Hiányzó médiafájl|Ez az üzenet törölve lett|Ezt az üzenetet szerkesztették|kép kihagyva|csatolva|fájl csatolva|% létrehozta a(z) „Plan: B” csoportot",
  ro: "Media omisă|Acest mesaj a fost șters|Acest mesaj a fost editat|imagine omisă|atașat|fișier atașat|% a creat grupul „Plan: B”",
  tr: "Medya dahil edilmedi|Bu mesaj silindi|Bu mesaj düzenlendi|görüntü dahil edilmedi|eklendi|dosya ekli|% “Plan: B” grubunu oluşturdu",
  ru: "Без медиафайлов|Данное сообщение удалено|Сообщение изменено|изображение пропущено|прикреплено|файл добавлен|% создал(-а) группу «Plan: B»",
  uk: "Медіа пропущено|Це повідомлення видалено|Це повідомлення відредаговано|зображення пропущено|додано|файл додано|% створив(-ла) групу «Plan: B»",
  el: "Το αρχείο πολυμέσων παραλείφθηκε|Αυτό το μήνυμα διαγράφηκε|Αυτό το μήνυμα υποβλήθηκε σε επεξεργασία|η εικόνα παραλείφθηκε|συνημμένο|συνημμένο αρχείο|Ο χρήστης % δημιούργησε την ομάδα «Plan: B»",
  id: "Media tidak disertakan|Pesan ini telah dihapus|Pesan ini diedit|gambar tidak disertakan|terlampir|file terlampir|% membuat grup “Plan: B”",
  vi: "Đã bỏ qua tệp media|Tin nhắn này đã bị xóa|Tin nhắn này đã được chỉnh sửa|đã bỏ qua hình ảnh|đính kèm|tệp đính kèm|% đã tạo nhóm “Plan: B”",
  th: "ไม่รวมสื่อ|ข้อความนี้ถูกลบแล้ว|ข้อความนี้ถูกแก้ไขแล้ว|ละเว้นรูปภาพ|แนบ|ไฟล์ที่แนบมา|% สร้างกลุ่ม “Plan: B”",
  hi: "मीडिया शामिल नहीं किया गया|यह संदेश हटा दिया गया था|यह संदेश संपादित किया गया|चित्र छोड़ दिया गया|संलग्न|फ़ाइल संलग्न|% ने “Plan: B” ग्रुप बनाया",
  ar: "تم استبعاد الوسائط|تم حذف هذه الرسالة|تم تعديل هذه الرسالة|تم استبعاد الصورة|مرفق|ملف مرفق|قام % بإنشاء المجموعة “Plan: B”",
  he: "המדיה לא נכללה|הודעה זו נמחקה|הודעה זו נערכה|התמונה הושמטה|מצורף|קובץ מצורף|% יצר/ה את הקבוצה “Plan: B”",
  "zh-CN": "省略多媒体文件|此消息已删除|此消息已编辑|图像已省略|附件|文件附件|%创建了群组“Plan: B”",
  "zh-TW": "媒體已略去|此訊息已刪除|此訊息已編輯|圖片已略去|附件|檔案已附加|%建立了群組「Plan: B」",
  ja: "メディアは含まれていません|このメッセージは削除されました|このメッセージは編集されました|画像は含まれていません|添付ファイル|添付ファイル|%がグループ「Plan: B」を作成しました",
  ko: "미디어 파일을 제외한 내보내기|삭제된 메시지입니다|수정된 메시지입니다|이미지 생략됨|첨부|파일 첨부|%님이 “Plan: B” 그룹을 만들었습니다",
};

const wordsOf = (locale: string): Words => {
  const found = table[locale] ?? table[locale.slice(0, 2)] ?? table["en"] ?? "";
  const [
    omitted = "",
    deleted = "",
    edited = "",
    noPicture = "",
    attached = "",
    inBrackets = "",
    made = "",
  ] = found.split("|");
  const created = (name: string) => made.replace("%", name);
  return { omitted, deleted, edited, noPicture, attached, inBrackets, created };
};

interface Phone {
  readonly words: Words;
  readonly isIphone: boolean;
  readonly stampOf: (at: number) => string;
}

/** Marks that a phone adds are no words; a line that begins with a date in the phone's own layout begins a message. */
const plain = (text: string): string =>
  text
    .split("\n")
    .map((line, nth) => (nth > 0 && /^\p{Nd}/u.test(line) ? `– ${line}` : line))
    .join("\n")
    .trim()
    // A whole message in angle brackets stands for a file, and so does a name of one with a word in brackets.
    .replace(/^<(.*)>$/su, "($1)")
    .replace(/>$/u, "> .");

const LRM = "\u200e";

const entryOf = (
  turn: Turn,
  nth: number,
  { words, isIphone }: Phone,
): Carried & { readonly written: string } => {
  const { author, at, sort } = turn;
  const kept = plain(turn.text);
  const mark = isIphone ? LRM : "";
  switch (sort) {
    case "notice": {
      const text = words.created(author).replace("Plan: B", `Plan: ${nth}`);
      return isIphone
        ? { author, at, kind: "system", text, written: `${author}: ${LRM}${text}` }
        : { author: undefined, at, kind: "system", text, written: text };
    }
    case "deleted":
      return {
        author,
        at,
        kind: "system",
        text: words.deleted,
        written: `${author}: ${mark}${words.deleted}`,
      };
    case "edited":
      return {
        author,
        at,
        kind: "text",
        text: kept,
        written: `${author}: ${kept} ${mark}<${words.edited}>`,
      };
    case "file": {
      if (nth % 2 === 0) {
        const text = isIphone ? words.noPicture : words.omitted;
        const written = `${author}: ${isIphone ? LRM + text : `<${text}>`}`;
        return { author, at, kind: "attachment", text, files: [], written };
      }
      const name = isIphone
        ? `0000${nth}-PHOTO-2024-01-01-10-00-00.jpg`
        : `IMG-20240101-WA${1000 + nth}.jpg`;
      const there = isIphone
        ? `${LRM}<${words.attached}: ${name}>`
        : `${LRM}${name} (${words.inBrackets})`;
      return {
        author,
        at,
        kind: "attachment",
        text: name,
        files: [name],
        written: `${author}: ${there}`,
      };
    }
    case "said":
      return { author, at, kind: "text", text: kept, files: [], written: `${author}: ${kept}` };
  }
};

/** What every chat begins with. */
const opening = (chat: Chat, at: number, { isIphone }: Phone): ReturnType<typeof entryOf> => {
  const text =
    "Messages and calls are end-to-end encrypted. No one outside of this chat, not even WhatsApp, can read or listen to them.";
  return isIphone
    ? { author: chat.title, at, kind: "system", text, written: `${chat.title}: ${LRM}${text}` }
    : { author: "WhatsApp", at, kind: "system", text, written: text };
};

const write = (chat: Chat, phone: Phone): Written => {
  const [first] = chat.turns;
  const entries = [
    ...(first === undefined ? [] : [opening(chat, first.at, phone)]),
    ...chat.turns.map((turn, nth) => entryOf(turn, nth, phone)),
  ];
  const unit = phone.isIphone ? 1000 : 60_000;
  const stamped = entries.map(({ at, written }) => {
    const stamp = phone.stampOf(at ?? 0);
    return phone.isIphone ? `[${stamp}] ${written}` : `${stamp} - ${written}`;
  });
  return {
    bytes: stamped.join(phone.isIphone ? "\r\n" : "\n"),
    filename: phone.isIphone
      ? `WhatsApp Chat - ${chat.number}.txt`
      : `WhatsApp Chat with ${chat.number}.txt`,
    zone: chat.zone,
    title: String(chat.number),
    carried: entries.map(({ written: _, ...one }) => ({
      ...one,
      at: Math.floor((one.at ?? 0) / unit) * unit,
    })),
  };
};

const styles = locales.flatMap((locale) =>
  [true, false].flatMap((isIphone) =>
    [undefined, true, false].map((hour12) => ({ locale, isIphone, hour12 })),
  ),
);

const writerOf = ({ locale, isIphone, hour12 }: (typeof styles)[number]): Writer => {
  const clock = hour12 === undefined ? "" : hour12 ? ", 12 hours" : ", 24 hours";
  return {
    name: `whatsapp (${locale}, ${isIphone ? "iPhone" : "Android"}${clock})`,
    write: (chat: Chat) => {
      const format = new Intl.DateTimeFormat(locale, {
        dateStyle: "short",
        timeStyle: isIphone ? "medium" : "short",
        timeZone: chat.zone,
        ...(hour12 !== undefined && { hour12 }),
      });
      return write(chat, { words: wordsOf(locale), isIphone, stampOf: (at) => format.format(at) });
    },
  };
};

/** One for each locale, phone and clock. */
export const whatsapp: readonly Writer[] = styles.map(writerOf);
