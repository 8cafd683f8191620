"""Two hundred texts that people could send to do harm, by what they are made of.

Each is one text that anybody may put into a message, a name, a subject, a title or a search. Where
a text sits on a border, the border is one that the desk cuts at, and what the cut would go through
is one character to the eye.
"""

from collections.abc import Iterator

from contracts.texts import SURROGATE
from services.bot.markup import CAPTION_LENGTH, MESSAGE_LENGTH, units
from services.bot.sending.outbox import ROOM_FOR_MARK

CLUSTERS = {
    "a family": "👨‍👩‍👧‍👦",
    "a tinted pair": "👩🏽‍❤️‍💋‍👨🏿",
    "a flag": "🇰🇿",
    "a flag of tags": "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "a skin tone": "👋🏾",
    "a keycap": "7️⃣",
    "accents": "е" + "\u0301\u0323\u0336" * 4,
    "a conjunct": "क्षि",
    "one emoji": "😀",
}
"""What is one character to the eye and several units to Telegram."""

LIMITS = {
    "a button": 40,
    "a line": 80,
    "a subject": 120,
    "a title": 200,
    "an excerpt": 900,
    "a caption": CAPTION_LENGTH - ROOM_FOR_MARK,
    "a whole caption": CAPTION_LENGTH,
    "a part": MESSAGE_LENGTH - ROOM_FOR_MARK,
    "a message": MESSAGE_LENGTH,
}
"""UTF-16 units at which the desk or Telegram may cut."""

TAGS = (
    "<b>bold</b>",
    "<i>i</i><u>u</u><s>s</s>",
    '<a href="tg://user?id=501">Анна</a>',
    '<a href="https://evil.example/?a=1&b=2">банк</a>',
    "<script>alert(document.cookie)</script>",
    '<img src=x onerror="alert(1)">',
    '<span class="tg-spoiler">тайна</span>',
    "<tg-emoji emoji-id='5368324170671202286'>👍</tg-emoji>",
    "<blockquote expandable>цитата</blockquote>",
    "<pre><code class='language-python'>x = 1</code></pre>",
    "<!-- comment --><![CDATA[x]]><?php ?>",
)
HALF_OPEN = (
    "<",
    "<b",
    "<b>открыт",
    "</b>",
    "</b></i></code>",
    "<b><i>крест</b></i>",
    '<a href="',
    "<a href='x>y'>z",
    "a < b > c << d >> e",
    "<<b>>",
    "<b/>",
    "< b >",
    "<\n/b>",
)
ENTITIES = (
    "&",
    "&&&&",
    "&amp;&lt;&gt;&quot;",
    "&lt;b&gt;x&lt;/b&gt;",
    "&amp;lt;b&amp;gt;",
    "&#60;b&#62;x",
    "&#x3c;b&#x3e;",
    "&#0;&#x110000;&#xD800;",
    "&copy;&nbsp;&hellip;",
    "&lt",
    "&#",
    "&;",
)
MARKDOWN = (
    "*звёзды* _черты_ ~тильды~ `код`",
    "```python\nprint(1)\n```",
    "[ссылка](https://evil.example)",
    "[Анна](tg://user?id=501)",
    "||тайна|| __u__ >цитата",
    "\\*\\_\\[\\]\\(\\)",
)
LINKS = (
    "tg://resolve?domain=evil&start=x",
    "tg://user?id=501",
    "https://t.me/evil_bot?start=payload",
    "@admin @test_support_bot",
    "javascript:alert(1)",
    "data:text/html,<b>x</b>",
    "https://оплата.example\u202e/moc.knab",
)
BIDI = (
    "\u202eпоперёк",
    "\u202aa\u202bb\u202dc",
    "\u2066\u2067\u2068без конца",
    "\u200fשלום \u200eмир",
    "مرحبا <b>بك</b>",
    "\u061cجدول 42",
    "файл\u202egpj.exe",
    "\u2069\u202c\u202c закрыто раньше",
    "א" * 300,
)
INVISIBLE_INSIDE = (
    "а\u200bб\u200cв\u200dг",
    "\ufeffначало",
    "\u2060слово\u2060",
    "мяг\u00adкий",
    "\u180eмонгол",
    "a\u034fb",
    "\u2028строка\u2029абзац",
    "а\u00a0б\u2003в\u3000г",
)
NOTHING_TO_SEE = (
    "\u200b",
    "\u200b\u200c\u200d\u2060\ufeff",
    "\u2800\u2800",
    "\u3164",
    "\u115f\u1160",
    "\u202e",
    "\u00a0\u2003\u3000",
    "\ufffc",
    "\ufe0f",
    "\U000e0041\U000e007f",
    " \n\t ",
)
ACCENTS = (
    "Z" + "\u0301\u0310\u0336\u0489" * 10,
    "\u0301начинается со знака",
    "п" + "\u0300" * 200 + "омогите",
    "".join(letter + "\u0334\u0353\u033a\u0330\u0347" * 3 for letter in "Помогите мне"),
    "\u0488\u0489\u20dd\u20e0",
    "&\u0301 <\u0338b>",
    "ी" * 50,
    "각" * 20,
)
CONTROLS = (
    "до\x00после",
    "\x00",
    "\x01\x02\x03\x1b[31mкрасный\x1b[0m",
    "\x07\x08\x7f\x80\x9f",
    "a\rb\r\nc\vd\fe",
    "\t\tотступ\t",
    "\x85следующая\x1cстрока",
)
NONCHARACTERS = (
    "\ufffe\uffff",
    "\ufdd0\U0001ffff\U0010ffff",
    "\ue000\uf8ff",
    "\U000f0000",
)
SURROGATES = (
    "\ud800",
    "\udfff",
    "a\ud83db",
    "\ude00\ud83d",
)
EMOJI = (
    *CLUSTERS.values(),
    "👍🏻👍🏼👍🏽👍🏾👍🏿",
    "🇦🇧🇨🇩🇪",
    "\u200d👩\u200d",
    "\U0001f3fb\U0001f3fb",
    "👨‍👩‍👧‍👦" * 120,
    "🇰🇿" * 700,
)
LONG = (
    "я" * 10_000,
    "😀" * 5_000,
    "слово " * 1_666,
    "<b>" * 3_333,
    "&" * 10_000,
    "https://evil.example/" + "a" * 5_000,
    "".join(f"строка {number}\n" for number in range(900)),
    "x" * 4_095 + "<b>y</b>",
    "\u0301" * 6_000,
    "👩\u200d" * 3_000,
)
NEWLINES = (
    "начало" + "\n" * 5_000 + "конец",
    "\n".join("я" * 3_000),
    "абзац\n\n" * 1_400,
    "а" + " " * 5_000 + "б",
    "начало " + "\u200b" * 9_000 + " конец",
)
COMMANDS = (
    "/start",
    "/tickets",
    "/view_1",
    "/reply 1 взлом",
    "/resolve Всё починили",
    "/incident@test_support_bot Ложь",
    "/start status",
    "//x /",
    "/take 9223372036854775808",
    "t:1",
    "p:1:0",
    "q:1:new",
    "u:9223372036854775807",
    "x" * 65,
)
PLACEHOLDERS = (
    "{id}",
    "{title} {subject} {name} {message}",
    "{0} {} {{}} {id!r:>10}",
    "{self.__class__.__mro__}",
    "%s %d %(id)s %n %%",
    "${HOME} $(id) `id`",
    "{",
    "}",
)
QUERIES = (
    "'; DROP TABLE tickets; --",
    "' OR '1'='1",
    "100%",
    "_",
    "%%__\\%\\_",
    "\\",
    "a\\' UNION SELECT 1,2,3 /*",
    "?:id $1 @p",
)


def _on_borders() -> Iterator[str]:
    """Clusters across each limit, every other one in turn: the limit in units falls inside."""
    for place, limit in enumerate(LIMITS.values()):
        for turn, cluster in enumerate(CLUSTERS.values()):
            if (place + turn) % 2:
                continue
            width = units(cluster)
            before = limit - 1 - (place + turn) % (width - 1)
            yield "я" * before + cluster * 3 + " дальше"


FAMILIES: dict[str, tuple[str, ...]] = {
    "tags": TAGS,
    "half-open tags": HALF_OPEN,
    "entities": ENTITIES,
    "Markdown": MARKDOWN,
    "links": LINKS,
    "direction": BIDI,
    "invisible inside": INVISIBLE_INSIDE,
    "nothing to see": NOTHING_TO_SEE,
    "accents": ACCENTS,
    "controls": CONTROLS,
    "noncharacters": NONCHARACTERS,
    "surrogates": SURROGATES,
    "emoji": EMOJI,
    "borders": tuple(_on_borders()),
    "long": LONG,
    "newlines": NEWLINES,
    "commands": COMMANDS,
    "placeholders": PLACEHOLDERS,
    "queries": QUERIES,
}
CORPUS = tuple(text for texts in FAMILIES.values() for text in texts)


def sendable(text: str) -> bool:
    """Can it go over a wire that carries UTF-8?"""
    return not SURROGATE.search(text)
