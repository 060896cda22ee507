const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Words that tell a language where its letters don't: frequent, and in none of the neighbours. */
export const functionWords = {
  /** Not in Ukrainian, Bulgarian, Macedonian or Serbian. */
  ru: words(`что если очень меня тебя только почему сейчас спасибо когда чтобы сегодня тоже потому здесь кто хорошо можно нужно
    какой какая какие ничего просто даже после ещё еще есть него нее всего человек люди конечно`),
  /** Without і, ї, є, ґ, which tell it by themselves. */
  uk: words(`що це як щоб дуже вже або чому треба тобто також якщо зараз лише хто коли бути був була було вони воно нехай дякую`),
  en: words(`the and you your this that what with for are not have from they but how why who when his her she would could should
    about just like good thanks thank please love it's i'm don't can't there their then than were been where`),
  /** Also words of German, Dutch, French, Polish or Italian. */
  enShared: words(`is it of to in on my we was will all can do be so at he me no i a an as or if by`),
} as const;

/**
 * Words that say nothing about what a comment is about, ё written as е. Left out of stems, whatever the language of the
 * comment: in short mixed texts that is not sure.
 */
export const stopWords: ReadonlySet<string> = new Set([
  ...words(`и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее мне было вот от меня еще нет о
    из ему теперь когда даже ну вдруг ли если уже или ни быть был него до вас нибудь опять уж вам ведь там потом себя ничего ей может
    они тут где есть надо ней для мы тебя их чем была сам чтоб без будто чего раз тоже себе под будет ж тогда кто этот того потому
    этого какой совсем ним здесь этом один почти мой тем чтобы нее сейчас были куда зачем всех никогда можно при наконец два об другой
    хоть после над больше тот через эти нас про всего них какая много разве три эту моя впрочем свою этой перед иногда лучше чуть том
    нельзя такой им более всегда конечно всю между это просто очень мои твой наш ваш эта мне тебе нам`),
  ...words(`і й та що це як не на у в з зі до за по від про але а або чи то так ні він вона воно вони ми ви я ти його її їх мене тебе
    нас вас цей ця ці той тут там де коли ще вже бо б би же для при під над без є був була було бути дуже щоб якщо також лише все всі`),
  ...words(`мен сен ол біз сіз олар бұл сол мынау және мен бен пен да де та те үшін бар жоқ емес не кім қалай деп еді ғана`),
  ...words(`the a an and or but if of to in on at by for with from as is are was were be been it its this that these those i you he she
    we they me him her us them my your his our their not no so do does did have has had will would can could should just than then
    there here what which who when where why how all any some`),
]);
