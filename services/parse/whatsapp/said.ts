// What an entry of an exported chat is: words of a person, a file, or what the program itself says. Told by marks more than by words, since phones write it in some sixty languages.
import type { Attachment, MessageKind } from "#services/domain/conversation.ts";

export interface Said {
  readonly kind: MessageKind;
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

const LEFT_TO_RIGHT = "\u200e";
const allMarks = /[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Without marks of the direction of writing, which phones add and nobody typed. */
export const unmarked = (text: string): string => text.replaceAll(allMarks, "");

/** Its files lie beside a chat: whoever types the path of another one names none. */
const fileIn = (name: string): Attachment => ({
  name,
  mediaType: null,
  size: null,
  ...(!/[/\\]/.test(name) && { file: `./${name}` }),
});

/** An iPhone's mark for a file that is beside the chat: `<attached: 00000012-PHOTO.jpg>`. */
const attached = /<[^<>:：\n]{2,40}[:：]\s?([^<>\n]{1,200}\.\w{1,8})>/u;
/** Android's: `IMG-20260101-WA0001.jpg (file attached)`. */
const attachedInBrackets = /^([^\n]{1,200}\.\w{1,8}) [(（]([^()（）\n]{2,40})[)）]$/u;
const ownFileName = /^(?:IMG|VID|AUD|PTT|STK|DOC|GIF)-\d{8}-WA\d+\./;
const attachedWords =
  /attach|angeh|anhang|adjunt|joint|allegat|anexad|anexo|bijgevoegd|bifogad|vedhæft|vedlagt|liite|załącz|přilož|прикр|додан|ekli|附件|添付|첨부|terlampir|đính|संलग्न|مرفق|מצורף/iu;
/** Whole entries in angle brackets are Android's words for a file that was left out of the export. */
const leftOut = /^<\s?([^\d<>\n][^<>\n]{2,80})>$/u;

/** An iPhone's words for the same, which stand without brackets, after a mark. */
const omittedWords =
  /\b(?:omitted|omitid[oa]|omess[oai]|omis[es]?|weggelassen|ausgeschlossen|weggelaten|udeladt|utelämnad|utelatt|ocultad[oa]|absent[es]?|pominięt[oaey]|vynechán[oay]?|jätetty pois|kihagyva|omis[ăe]|praleist|izpuščen[oa]?|izostavljen[oa]?)$|пропущен|опущен|не включ|dahil edilmedi|omesos|παραλείφθηκε|отсутству|省略|忽略|略去|含まれていません|除外|生略|생략|제외|किया गया छोड़|छोड़|لم يتم تضمين|تم استبعاد|הושמט|ละเว้น|bỏ qua|tidak disertakan|dikecualikan/iu;

const deletedWords: ReadonlySet<string> = new Set([
  "this message was deleted",
  "you deleted this message",
  "this message was deleted by admin",
  "diese nachricht wurde gelöscht",
  "du hast diese nachricht gelöscht",
  "se eliminó este mensaje",
  "eliminaste este mensaje",
  "este mensaje fue eliminado",
  "ce message a été supprimé",
  "vous avez supprimé ce message",
  "questo messaggio è stato eliminato",
  "hai eliminato questo messaggio",
  "mensagem apagada",
  "esta mensagem foi apagada",
  "você apagou esta mensagem",
  "apagou esta mensagem",
  "dit bericht is verwijderd",
  "je hebt dit bericht verwijderd",
  "u hebt dit bericht verwijderd",
  "det här meddelandet togs bort",
  "du tog bort det här meddelandet",
  "denne meddelelse blev slettet",
  "du slettede denne meddelelse",
  "denne meldingen ble slettet",
  "du slettet denne meldingen",
  "tämä viesti poistettiin",
  "poistit tämän viestin",
  "ta wiadomość została usunięta",
  "usunięto tę wiadomość",
  "wiadomość została usunięta",
  "tato zpráva byla odstraněna",
  "odstranili jste tuto zprávu",
  "táto správa bola odstránená",
  "ez az üzenet törölve lett",
  "törölted ezt az üzenetet",
  "acest mesaj a fost șters",
  "ați șters acest mesaj",
  "bu mesaj silindi",
  "bu mesajı sildiniz",
  "данное сообщение удалено",
  "сообщение удалено",
  "вы удалили данное сообщение",
  "це повідомлення видалено",
  "ви видалили це повідомлення",
  "αυτό το μήνυμα διαγράφηκε",
  "διαγράψατε αυτό το μήνυμα",
  "pesan ini telah dihapus",
  "anda menghapus pesan ini",
  "mesej ini telah dipadam",
  "tin nhắn này đã bị xóa",
  "tin nhắn này đã bị xoá",
  "ข้อความนี้ถูกลบแล้ว",
  "यह संदेश हटा दिया गया था",
  "आपने यह संदेश मिटाया",
  "تم حذف هذه الرسالة",
  "حذفت هذه الرسالة",
  "הודעה זו נמחקה",
  "מחקת הודעה זו",
  "此消息已删除",
  "您已刪除此訊息",
  "此訊息已刪除",
  "已刪除此訊息",
  "このメッセージは削除されました",
  "このメッセージを削除しました",
  "삭제된 메시지입니다",
  "이 메시지를 삭제했습니다",
]);

const isDeleted = (text: string): boolean =>
  deletedWords.has(text.toLowerCase().replace(/[.。]$/u, ""));

/** `<This message was edited>` after the words, in the languages that are known; an iPhone marks it besides. */
const edited = /(\u200e?)<([^<>:：\n]{4,60})>$/u;
const editedWords =
  /edited|bearbeitet|edit[óoa]|editad|modifi|bewerkt|изменен|отредакт|відредаг|düzenlen|编辑|編輯|수정|編集|edytowan|uprav|redig|muoka|szerkeszt|נערכה|تعديل|संपादित|diedit|chỉnh sửa|επεξεργασία|แก้ไข/iu;

const withoutEdited = (text: string): string => {
  const match = edited.exec(text);
  if (!match || match.index === 0) return text;
  return match[1] !== "" || editedWords.test(match[2] ?? "") ? text.slice(0, match.index) : text;
};

/** Parts of what people send that an iPhone writes in words of its own: a poll's options, the address of a place. */
const isSent = (text: string): boolean =>
  text.includes(`\n${LEFT_TO_RIGHT}`) || /https?:\/\//.test(text);

const safetyWords =
  /end-to-end|ende-zu-ende|extremo a extremo|bout en bout|ponta a ponta|сквозн|uçtan uca|端到端|端對端|端对端|종단|エンドツーエンド|päästä päähän|total(?:e|mente)? a estremo|crittografia end|طرف/iu;
/** It stands before all else of a chat. */
const SAFETY_WITHIN = 3;

const withFile = (name: string, caption: string): Said => {
  const words = unmarked(caption).trim();
  // Of a document: its own name and its pages, which are not words of the sender's.
  const isPages = /^[^\n]+\.\w{1,8} • [^\n]{0,40}$/u.test(words);
  return {
    kind: words === "" || isPages ? "attachment" : "text",
    text: words === "" ? name : words,
    attachments: [fileIn(name)],
  };
};

const system = (text: string): Said => ({ kind: "system", text, attachments: [] });

/** A file of which the chat says something, or undefined where the entry is about none. */
const fileOf = (text: string): Said | undefined => {
  const inAngles = attached.exec(text);
  if (inAngles) {
    const caption = text.slice(0, inAngles.index) + text.slice(inAngles.index + inAngles[0].length);
    return withFile(inAngles[1] ?? "file", caption);
  }
  const [first = "", ...others] = text.split("\n");
  const inBrackets = attachedInBrackets.exec(unmarked(first));
  if (!inBrackets) return undefined;
  const [, name = "file", words = ""] = inBrackets;
  const isMarked = first.startsWith(LEFT_TO_RIGHT);
  if (!isMarked && !ownFileName.test(name) && !attachedWords.test(words)) return undefined;
  return withFile(name, others.join("\n"));
};

/** A file that was left out: nothing is known of it but that it was there, and what was written below it. */
const omittedOf = (text: string): Said | undefined => {
  const shown = unmarked(text).trim();
  const words = leftOut.exec(shown)?.[1];
  if (words !== undefined && /[^\x21-\x7e]/.test(words))
    return { kind: "attachment", text: words.trim(), attachments: [] };
  const at = text.lastIndexOf(LEFT_TO_RIGHT);
  if (at < 0 || !omittedWords.test(text.slice(at + 1).trim())) return undefined;
  const caption = unmarked(text.slice(0, at)).trim();
  return { kind: caption === "" ? "attachment" : "text", text: shown, attachments: [] };
};

/**
 * @param text as it stands after the author's name, its marks included
 * @param nth of the entries of the chat, from 0
 */
export const saidIn = (text: string, nth: number): Said => {
  const words = withoutEdited(text);
  const file = fileOf(words) ?? omittedOf(words);
  if (file) return file;
  const shown = unmarked(words).trim();
  if (isDeleted(shown)) return system(shown);
  // What an iPhone puts a mark before is its own: calls, who joined, what is deleted or cannot be shown.
  if (words.startsWith(LEFT_TO_RIGHT) && !isSent(words)) return system(shown);
  if (nth < SAFETY_WITHIN && shown.length > 60 && safetyWords.test(shown)) return system(shown);
  return { kind: "text", text: shown, attachments: [] };
};
