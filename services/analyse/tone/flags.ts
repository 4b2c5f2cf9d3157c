// Flags of a message: an assistant's refusal, a user's frustration, a question. Patterns prefer missing one to a false one.
import { flagBits, type roles } from "#services/analyse/frame/frame.ts";

export const refusalMethod =
  "A refusal is an assistant's message that says near its beginning that it cannot, may not or will not do what was asked (fixed phrases in English, German, French, Spanish, Italian, Portuguese and Dutch). Not knowing something, asking for details, and offering an alternative do not count. Refusals in other words are missed.";

export const frustrationMethod =
  "Frustration is detected in messages of a user to an assistant: that the answer is wrong again or not what was asked, that the assistant does not listen, giving up, insults, capitals, or repeating the same message. Phrases in seven languages; mild annoyance is missed.";

export interface Speaker {
  readonly role: (typeof roles)[number];
  /** The message before by the same author in the conversation, to see repetitions; null or absent for the first. */
  readonly before?: string | null;
}

/** A refusal is near the beginning of a message; further on, a text speaks about others or about details. */
const REFUSAL_CHARS = 320;

const refusals: readonly RegExp[] = [
  // What follows "can't" decides: "I can't see any error" is no refusal.
  /\bi(?:'m| am)? ?(?:(?:really |very |so )?sorry,? (?:but )?i )?(?:can(?:'t|not| not)|(?:am|'m) (?:not able|unable) to|won't(?: be able to)?|will not(?: be able to)?|(?:am|'m) not (?:allowed|permitted|comfortable)(?: to)?|must decline to|have to decline to|do not feel comfortable|don't feel comfortable) (?:help|assist|comply|provide|give you|do that|do this|fulfil|fulfill|create|generate|write|produce|share|discuss|support|engage|participate|continue with|answer that|tell you how|offer|access|browse|open|with)\w*\b/,
  /\b(?:i must|i have to|i'll have to|i need to) (?:respectfully )?(?:decline|refuse)\b/,
  /\bi (?:decline|refuse) to\b/,
  /\b(?:as an ai(?: language model| assistant)?|as a language model),? i (?:can(?:'t|not| not)|am (?:not able|unable)|'m (?:not able|unable)|do not have the ability|don't have the ability|won't|must)\b/,
  /\b(?:against|violates?) (?:my|our|openai's|anthropic's|the) (?:guidelines|policy|policies|usage policies|content policy|programming|principles)\b/,
  /\b(?:that|this)(?: request)? (?:is )?(?:not something i(?:'m| am) (?:able|willing|allowed) to|something i (?:can't|cannot|won't) (?:help|assist|do|provide))\b/,
  /\bi(?:'m| am) (?:just |only )?(?:not designed|not programmed) to\b/,
  // German
  /\b(?:ich (?:kann|darf|möchte|werde)|kann ich|darf ich) (?:\S+ ){0,4}?(?:leider )?(?:nicht|keine|kein) (?:\S+ ){0,5}?(?:helfen|weiterhelfen|bereitstellen|unterstützen|erstellen|anbieten|geben|beantworten|schreiben|generieren|ausführen)\b/,
  /\bich (?:muss|möchte) (?:\S+ ){0,3}?(?:ablehnen|verweigern)\b|\bich bin nicht in der lage\b|\bist mir (?:leider )?nicht (?:möglich|erlaubt|gestattet)\b/,
  // French
  /\bje (?:ne (?:peux|puis) (?:malheureusement |vraiment )?pas|ne suis pas en mesure de?|refuse de|ne suis pas autorisée? à|dois refuser) ?(?:\S+ ){0,2}?(?:\b(?:vous |t'|d')?(?:aider|fournir|répondre|accéder|créer|écrire|générer|donner|faire|assister|satisfaire|participer)\b|$)/,
  // Spanish
  /\b(?:no puedo|no me es posible|no estoy autorizad[oa] a|no se me permite|no podré|me niego a|debo rechazar) ?(?:ayudar|proporcionar|hacer|crear|escribir|generar|dar|ofrecer|cumplir|responder|asistir|acceder|brindar|continuar|esa|esta)\p{L}*/u,
  // Italian
  /\bnon (?:posso|sono in grado di|mi è possibile|sono autorizzat[oa] a|potrò) ?(?:aiutar|fornir|far|crear|scriver|generar|dar|offrir|risponder|assister|acceder|soddisfar)\p{L}*|\bmi rifiuto di\b|\bdevo rifiutare\b/u,
  // Portuguese
  /\bnão (?:posso|consigo|me é possível|estou autorizad[oa] a|poderei) ?(?:te |lhe |o |a )?(?:ajudar|fornecer|fazer|criar|escrever|gerar|dar|oferecer|cumprir|responder|auxiliar|acessar|aceder|atender)\p{L}*|\brecuso-me a\b/u,
  // Dutch
  /\bik (?:kan|mag|zal|ga) (?:\S+ ){0,4}?(?:niet|geen) (?:\S+ ){0,5}?(?:helpen|verstrekken|geven|maken|schrijven|uitvoeren|bieden|beantwoorden|genereren)\b|\bik ben niet in staat\b|\bik (?:moet|wil) (?:\S+ ){0,3}?weigeren\b/,
];

/** What makes a "cannot help" no refusal: a condition, or a task done in part. */
const noRefusal =
  /\bi (?:can't|cannot) (?:help|assist)\w* (?:but\b|you (?:unless|until|without))|\b(?:unless|until) you\b|\bcan't recommend (?:\S+ )?enough\b|\bcannot recommend (?:\S+ )?enough\b/;

const folded = (text: string): string =>
  text
    .slice(0, 2000)
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[’‘`]/g, "'")
    .replaceAll(/\s+/g, " ")
    .trim();

/** @param said the folded text */
const isRefusal = (said: string): boolean => {
  const head = said.slice(0, REFUSAL_CHARS);
  return !noRefusal.test(head) && refusals.some((pattern) => pattern.test(head));
};

const complaints: readonly RegExp[] = [
  /\b(?:that|this|it|you)(?:'s|'re| is| are| was)? (?:still |just |again |also )?(?:wrong|incorrect|not right|not correct|not working|nonsense|useless)(?: again| still)\b/,
  /\b(?:still|again) (?:wrong|incorrect|broken|not working|not right|doesn't work|does not work|failing|the same error)\b/,
  /\b(?:it|that|this)(?: code| script| fix| answer| solution)? still (?:doesn't|does not|isn't|is not|won't|fails|crashes)\b/,
  /\bwrong again\b|\byou(?:'re| are) (?:wrong again|not listening|useless|not helping|not helpful|wasting my time|making (?:this|things) up|making it worse|(?:so |really |very )?(?:stupid|dumb|an idiot|a moron|annoying))\b/,
  /\b(?:that's|that is|this is) not (?:at all )?what i (?:asked|wanted|meant|said|need)\b/,
  /(?<!(?:details|what|everything|things|that|which|as) )\bi (?:already|just) (?:told|said|asked|explained|gave|answered|mentioned)\b(?! (?:her|him|them|my)\b)/,
  /\bhow many times (?:do|must|should) i\b|\bwhy (?:do|are|can't|won't) you (?:keep|always|never|still|just|not)\b|\bstop (?:repeating|apologi[sz]ing|making (?:things|stuff|it) up|giving me|telling me|doing that|ignoring)\b/,
  /\byou (?:keep|kept) (?:\w+ing|giving|making)\b|\byou (?:didn't|did not|don't|do not|never) (?:listen|read|answer|understand|pay attention|follow)\b/,
  /\b(?:i give up|this is (?:so |really |very |extremely |getting |incredibly )?(?:frustrating|ridiculous|annoying|infuriating|hopeless|a waste of time|useless|unacceptable)|so frustrating|waste of (?:my )?time|i'm (?:so |really |very |getting )?(?:frustrated|annoyed|angry|fed up|sick of|tired of)|for (?:the love of god|fuck's sake|god's sake)|what the (?:hell|fuck)|are you (?:kidding|stupid|serious|even)|wtf|ffs)\b/,
  // German
  /\b(?:schon wieder|immer noch|nochmal|wieder) (?:falsch|der gleiche fehler|derselbe fehler|nicht richtig|kaputt)\b|\b(?:funktioniert|geht|klappt) (?:immer noch|schon wieder|noch immer|wieder) nicht\b|\bdas (?:war|ist|habe ich) (?:nicht|so nicht) (?:was ich|gefragt|gewollt|gemeint)\b|\bhörst du (?:mir )?(?:überhaupt )?zu\b|\bich habe (?:dir )?(?:doch )?(?:schon|bereits) (?:gesagt|geschrieben|erklärt)\b|\b(?:es|das) nervt\b|\bich gebe auf\b|\bdu bist (?:nutzlos|dumm|blöd)\b|\bzeitverschwendung\b/,
  // French
  /\b(?:encore|toujours) (?:faux|la même erreur|incorrect|une erreur)\b|\bce n'est pas ce que j'ai demandé|\bc'est pas ce que j(?:'ai|e) (?:demand|voul)|\bj'en ai marre\b|\btu n'écoutes pas\b|\bje (?:te l'|vous l'|l')ai déjà (?:dit|expliqué)\b|\bj'abandonne\b|(?<!\p{L})ça ne (?:marche|fonctionne) toujours pas\b|\btu (?:es|sers à) (?:nul|inutile|rien)\b/u,
  // Spanish
  /\b(?:otra vez|sigue|todavía|aún) (?:mal|estando mal|incorrecto|el mismo error|sin funcionar)\b|\bno es lo que (?:te )?(?:pedí|pregunté)\b|\bya te (?:dije|lo dije|expliqué)\b|\b(?:estoy|me tienes) hart[oa]\b|\bme rindo\b|\b(?:sigue|todavía|aún) no funciona\b|\beres (?:inútil|tont[oa])\b|\bno me escuchas\b/,
  // Italian
  /\b(?:ancora|di nuovo) (?:sbagliato|lo stesso errore|errato)\b|\bnon è quello che (?:ho chiesto|volevo)\b|\b(?:te l'ho|l'ho) già detto\b|\bsono stuf[oa]\b|\bmi arrendo\b|\b(?:ancora non|non) funziona ancora\b|\bsei inutile\b|\bnon mi ascolti\b/,
  // Portuguese
  /\b(?:errado|mal) (?:de novo|outra vez)\b|\bnão (?:é|foi) (?:isso )?(?:o )?que (?:eu )?pedi\b|\bjá (?:te )?disse\b|\b(?:ainda|continua) (?:não|sem) funciona\p{L}*|\bdesisto\b|\b(?:estou|tô) (?:farto|farta|cansado disso)\b|\bvocê não (?:entende|escuta|ouve)\b/u,
  // Dutch
  /\b(?:weer|nog steeds|alweer) (?:fout|verkeerd|dezelfde fout)\b|\bdat (?:is|was) niet wat ik (?:vroeg|bedoelde|wilde)\b|\bhet werkt (?:nog steeds|weer|alweer) niet\b|\bik heb (?:het )?(?:je )?al gezegd\b|\bik geef het op\b|\bje luistert niet\b|\bik ben het zat\b/,
];

/** Mostly capitals: at least four words of them, nearly all of the text. */
const isShouted = (text: string): boolean => {
  const words = text.match(/\p{L}{2,}/gu) ?? [];
  const loud = words.filter((word) => word === word.toUpperCase() && word !== word.toLowerCase());
  return loud.length >= 4 && loud.length >= words.length * 0.8 && text.length < 1000;
};

const wordSet = (text: string): Set<string> => new Set(text.match(/[\p{L}\p{N}]+/gu));

/** Repeating fewer words than this is the same answer given twice ("yes please"), not a complaint. */
const LEAST_REPEATED = 7;
/** Thanks and goodbyes are often repeated out of politeness. */
const polite = /\b(?:thanks?|thank you|bye|danke|merci|gracias|grazie|obrigad[oa]|bedankt)\b/;
const MOST_ALIKE = 0.85;

/** Nearly the same words as in the message before. */
const isRepeated = (now: string, before: string): boolean => {
  const [mine, theirs] = [wordSet(now), wordSet(before)];
  if (mine.size < LEAST_REPEATED || theirs.size < LEAST_REPEATED) return false;
  let shared = 0;
  for (const word of mine) if (theirs.has(word)) shared++;
  return shared / (mine.size + theirs.size - shared) >= MOST_ALIKE;
};

/** A long text may quote; a complaint is short, or at the beginning. */
const COMPLAINT_CHARS = 400;

const isFrustrated = (text: string, said: string, before: string | null): boolean => {
  const head = said.slice(0, COMPLAINT_CHARS);
  if (complaints.some((pattern) => pattern.test(head))) return true;
  if (isShouted(text)) return true;
  return before !== null && !polite.test(said) && isRepeated(said, folded(before));
};

/** A question mark at the end of a sentence, but not one inside a link. */
const asks = /\?["')\]]*(?:\s|$)|[？؟]/u;
const asking =
  /^(?:(?:hi|hello|hey|so|ok|and|but|anyone|please)[, ]+)*(?:how (?:do|can|to|does|would|should|come|much|many)|what(?:'s| is| are| does| do| should)|where (?:is|are|do|can)|why (?:is|does|do|are|can't)|which (?:one|is|are)|who (?:is|can)|does anyone|has anyone|is there (?:a|any)|can (?:i|you|someone|anyone)|could (?:you|someone|anyone)|wie (?:kann|geht|mache)|warum|wo (?:ist|finde)|comment|pourquoi|où est|cómo|por qué|dónde|come (?:posso|si)|perché|como (?:posso|faço)|hoe (?:kan|doe)|waarom)\b/;

const isQuestion = (text: string, said: string): boolean =>
  asks.test(text.slice(0, 4000)) || asking.test(said);

/**
 * The flags of a message, as bits of `flagBits`: refusals of assistants, frustration of their users, questions of
 * anyone but systems and tools. Takes about a microsecond per hundred characters.
 */
export const flagsOf = (text: string, { role, before = null }: Speaker): number => {
  if (role === "system" || role === "tool" || text === "") return 0;
  const said = folded(text);
  let flags = isQuestion(text, said) ? flagBits.question : 0;
  if (role === "assistant" && isRefusal(said)) flags |= flagBits.refusal;
  if (role === "user" && isFrustrated(text, said, before)) flags |= flagBits.frustration;
  return flags;
};
