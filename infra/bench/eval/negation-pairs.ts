// Pairs of questions that differ in a negation, each with a message that answers the one and a message that answers the other.

export interface NegationPair {
  readonly question: string;
  readonly negated: string;
  /** Answers the question. */
  readonly said: string;
  /** Answers the negated question. */
  readonly saidNot: string;
}

const pairs: readonly (readonly [string, string, string, string])[] = [
  [
    "why do people like unity",
    "why do people not like unity",
    "unity is great, the launcher saves so much space on a small screen",
    "i can't stand unity, it does not let me move the launcher",
  ],
  [
    "who likes the new keyboard",
    "who does not like the new keyboard",
    "the new keyboard is lovely to type on",
    "i do not like the new keyboard, my wrists hurt",
  ],
  [
    "does suspend work on this laptop",
    "does suspend not work on this laptop",
    "suspend works fine on this laptop since the last kernel",
    "suspend doesn't work on this laptop, the screen stays black",
  ],
  [
    "should i upgrade right away",
    "why should i not upgrade right away",
    "upgrade right away, it fixes the security hole",
    "don't upgrade right away, wait for the first point release",
  ],
  [
    "which printers are supported",
    "which printers are not supported",
    "most hp printers are supported out of the box",
    "canon printers of that series are not supported at all",
  ],
  [
    "is the battery good",
    "is the battery not good",
    "the battery lasts eleven hours, really good",
    "the battery isn't good, it is empty after two hours",
  ],
  [
    "why did the deployment succeed",
    "why did the deployment not succeed",
    "the deployment went through because the migration was already applied",
    "the deployment did not go through because the migration was missing",
  ],
  [
    "can i use the card abroad",
    "can i not use the card abroad",
    "you can use the card abroad without a fee",
    "you cannot use the card abroad unless you call us first",
  ],
  [
    "who is coming to the meeting",
    "who is not coming to the meeting",
    "anna and ben are coming to the meeting at ten",
    "clara is not coming to the meeting, she is ill",
  ],
  [
    "people who trust the results",
    "people who do not trust the results",
    "i trust the results, they were repeated twice",
    "i don't trust the results, the sample is tiny",
  ],
  [
    "foods that contain gluten",
    "foods that do not contain gluten",
    "bread, pasta and most cakes contain gluten",
    "rice, maize and potatoes do not contain gluten",
  ],
  [
    "when is the office open",
    "when is the office not open",
    "the office is open from nine to five on weekdays",
    "the office isn't open on saturdays and holidays",
  ],
  [
    "reasons to buy a tablet",
    "reasons not to buy a tablet",
    "buy a tablet if you read a lot in bed",
    "i would not buy a tablet, a laptop does all that and more",
  ],
  [
    "does the vaccine hurt",
    "does the vaccine not hurt",
    "the vaccine hurt and my arm was stiff for a day",
    "the vaccine did not hurt at all",
  ],
  [
    "why customers renew the contract",
    "why customers do not renew the contract",
    "customers renew the contract because support answers within the hour",
    "customers never renew the contract after the price went up",
  ],
  [
    "users who could log in",
    "users who could not log in",
    "i could log in again after the reset",
    "i couldn't log in even after the reset",
  ],
  [
    "tests that pass on windows",
    "tests that do not pass on windows",
    "all parser tests pass on windows",
    "the path tests don't pass on windows because of the backslash",
  ],
  [
    "wifi works after the update",
    "wifi not working after the update",
    "wifi works again after the update",
    "wifi is not working after the update",
  ],
  [
    "is it safe to eat raw eggs",
    "is it not safe to eat raw eggs",
    "raw eggs are safe to eat where hens are vaccinated",
    "it isn't safe to eat raw eggs when you are pregnant",
  ],
  [
    "why do you recommend this hotel",
    "why do you not recommend this hotel",
    "i recommend this hotel for the quiet rooms",
    "i wouldn't recommend this hotel, the walls are thin",
  ],
  [
    "who agrees with the plan",
    "who does not agree with the plan",
    "i agree with the plan, let us start on monday",
    "i disagree with the plan, it costs too much",
  ],
  [
    "people happy with the refund",
    "people not happy with the refund",
    "very happy with the refund, it came the next day",
    "unhappy with the refund, half of the money is missing",
  ],
  [
    "drivers that need a restart",
    "drivers that do not need a restart",
    "the graphics driver needs a restart",
    "the printer driver needs no restart",
  ],
  [
    "does the app track me",
    "does the app not track me",
    "the app tracks you and sells the data",
    "the app never tracks you, it works offline",
  ],
  [
    "sound works in the browser",
    "no sound in the browser",
    "the sound works in the browser since i changed the output",
    "there is no sound in the browser, only in other programs",
  ],
  [
    "flights with a meal",
    "flights without a meal",
    "the flight includes a warm meal",
    "no meal on this flight, bring your own",
  ],
  [
    "can dogs eat grapes",
    "why can dogs not eat grapes",
    "some say that their dogs eat grapes every day",
    "dogs must not eat grapes, they damage the kidneys",
  ],
  [
    "the patch was accepted",
    "the patch was not accepted",
    "the patch was accepted and is in the next release",
    "the patch wasn't accepted because it has no test",
  ],
  [
    "i understand the invoice",
    "i do not understand the invoice",
    "i understand the invoice now, thank you for the list",
    "i don't understand the invoice, what is the second line for",
  ],
  [
    "places where smoking is allowed",
    "places where smoking is not allowed",
    "smoking is allowed on the terrace",
    "smoking is not allowed in any of the rooms",
  ],
  [
    "why it is worth learning vim",
    "why it is not worth learning vim",
    "learning vim was worth it, editing is twice as fast",
    "learning vim is not worth it if you edit once a week",
  ],
  [
    "did the package arrive",
    "did the package not arrive",
    "the package arrived this morning",
    "the package hasn't arrived although it was sent a week ago",
  ],
  [
    "who has paid the fee",
    "who has not paid the fee",
    "david has paid the fee for both terms",
    "erik hasn't paid the fee yet",
  ],
  [
    "does the model support german",
    "does the model not support german",
    "the model supports german and french",
    "german is not supported by the model",
  ],
  [
    "do you miss the old design",
    "do you not miss the old design",
    "i miss the old design every day",
    "i don't miss the old design at all",
  ],
  [
    "files that were deleted",
    "files that were not deleted",
    "the logs of march were deleted",
    "the invoices were not deleted, they are in the archive",
  ],
  [
    "was the movie good",
    "was the movie not good",
    "the movie was good, the end surprised me",
    "the movie wasn't good, i left after an hour",
  ],
  [
    "people who can see the button",
    "people who cannot see the button",
    "i can see the button below the picture",
    "i can't see the button, the corner is empty",
  ],
  [
    "should children use phones at school",
    "should children not use phones at school",
    "children should use phones at school to learn how to handle them",
    "children should not use phones at school, they do not listen any more",
  ],
  [
    "the fan is loud",
    "the fan is not loud",
    "the fan is loud as soon as i open the browser",
    "the fan isn't loud, i hardly hear it",
  ],
  [
    "questions that were answered",
    "questions that were not answered",
    "my question about grub was answered within a minute",
    "my question about grub was never answered",
  ],
  [
    "is windows needed for this game",
    "is windows not needed for this game",
    "you need windows for this game because of its copy protection",
    "you do not need windows for this game, it runs natively",
  ],
  [
    "servers that came back",
    "servers that did not come back",
    "three servers came back after the power cut",
    "one server did not come back after the power cut",
  ],
  [
    "why people vote",
    "why people do not vote",
    "people vote because they feel that it counts",
    "people don't vote because nothing changes",
  ],
  [
    "is there a lift in the building",
    "is there no lift in the building",
    "the building has a lift beside the stairs",
    "the building has no lift, only stairs",
  ],
  [
    "who uses the beta",
    "who does not use the beta",
    "i use the beta on all of my machines",
    "i never use the beta, i wait for the release",
  ],
  [
    "does aspirin help",
    "does aspirin not help",
    "aspirin helps when i take it early",
    "aspirin doesn't help, i have to lie down",
  ],
  [
    "why the bug is important",
    "why the bug is not important",
    "the bug is important because data get lost",
    "the bug isn't important, nobody can reach that line",
  ],
  [
    "ways to fix the error",
    "why the error cannot be fixed",
    "you can fix the error by removing the lock file",
    "the error cannot be fixed, the disk is broken",
  ],
  [
    "students who passed the exam",
    "students who did not pass the exam",
    "she passed the exam with the best mark",
    "he did not pass the exam and repeats the year",
  ],
];

export const negationPairs: readonly NegationPair[] = pairs.map(
  ([question, negated, said, saidNot]) => ({ question, negated, said, saidNot }),
);
