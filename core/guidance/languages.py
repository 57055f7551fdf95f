"""Which language a short text is in, as far as its commonest words or its script tell."""

import re
import unicodedata
from collections import Counter
from typing import Final

_COMMON: Final = {
    "en": "the a an is are do does did i my we our you your it to of in on for with and or not no how what "
    "where why when which can cannot this that have has from must be will if into",
    "de": "der die das den dem ein eine einen ist sind ich wir sie ihr mein unser nicht kein und oder mit "
    "für von zu im in auf wie was wo warum wann welche kann können muss müssen wird hat haben es bei "
    "werden wenn",
    "fr": "le la les un une des du de est sont je nous vous mon notre votre ne pas et ou avec pour dans sur "
    "comment quoi où pourquoi quand quel quelle peut pouvez doit il elle que qui ce cette au aux si "
    "dois puis",
    "es": "el la los las un una unos es son yo nosotros usted mi nuestro su no y o con para en por de del "
    "cómo qué dónde cuándo cuál puede puedo debe hay que al se lo si está como tiene",
    "it": "il lo la i gli le un una è sono io noi mio nostro suo non e o con per in su di del della come "
    "cosa dove perché quando quale può posso deve che si al nel se ho hai",
    "nl": "de het een is zijn ik wij we u uw mijn onze niet geen en of met voor van naar in op hoe wat waar "
    "waarom wanneer welke kan kunnen moet wordt heeft hebben dit dat die bij er als je",
    "pt": "o a os as um uma é são eu nós meu nosso seu não e ou com para em por do da dos como que onde "
    "quando qual pode posso deve no na se isso você está tem",
}
_WORDS: Final = {
    word: [language for language, words in _COMMON.items() if word in words.split()]
    for word in {word for words in _COMMON.values() for word in words.split()}
}
_OTHER_SCRIPTS: Final = {
    "CYRILLIC",
    "GREEK",
    "ARABIC",
    "HEBREW",
    "CJK",
    "HIRAGANA",
    "KATAKANA",
    "HANGUL",
    "THAI",
}
_ENOUGH: Final = 2.0
_LEAD: Final = 0.5


def language_of(text: str) -> str | None:
    """Return `en`, `de` and so on, or a script such as `CYRILLIC`; None when the text does not tell."""
    if script := _script_of(text):
        return script
    votes: Counter[str] = Counter()
    for word in re.findall(r"[^\W\d_]+", text.lower()):
        for language in (known := _WORDS.get(word, [])):
            votes[language] += 1 / len(known)  # type: ignore[assignment]  # a share of a vote
    ranked = votes.most_common(2)
    if not ranked or ranked[0][1] < _ENOUGH:
        return None
    runner_up = ranked[1][1] if len(ranked) > 1 else 0.0
    return ranked[0][0] if ranked[0][1] - runner_up >= _LEAD else None


def _script_of(text: str) -> str | None:
    letters = [unicodedata.name(letter, "?").split()[0] for letter in text if letter.isalpha()]
    scripts = Counter(name for name in letters if name in _OTHER_SCRIPTS)
    if not letters or sum(scripts.values()) <= len(letters) / 2:
        return None
    return scripts.most_common(1)[0][0]
