"""The public status as a small picture for other people's pages: one SVG, drawn by presentation
attributes alone, since its Content-Security-Policy allows no style and no font from elsewhere."""

from markupsafe import Markup

from chassis.catalogue import Catalogue
from contracts.vocabulary import OverallStatus
from services.gateway.status_board import Knowledge

HEIGHT = 20
PADDING = 6
LABEL_COLOUR = "#414b57"
UNKNOWN_COLOUR = "#5b6776"
COLOURS = {
    OverallStatus.OPERATIONAL: "#12805c",
    OverallStatus.DEGRADED: "#8f5b00",
    OverallStatus.OUTAGE: "#b3261e",
}
"""Those of the page; white letters on each are readable (a contrast of 4.5 and more)."""

ADVANCES = {
    3.0: "ijlIJ",
    3.5: "  .,:",
    4.0: "f-",
    4.5: "rt",
    5.5: "s",
    6.0: "czLгзсэ",
    6.5: "akovxyFPTYавкотухчьяГРТУ",
    7.0: "bdeghnpquEKSбеийлнпрёЕЗЁ0123456789",
    7.5: "ABCRVXZдцАБВСХЧЬЭЯ",
    8.0: "NUъИЙК",
    8.5: "DGHOQмыДЛНОПЦ",
    9.0: "wЪ",
    9.5: "MфюМФЫ",
    10.0: "жш",
    10.5: "mщ",
    11.0: "W",
    12.0: "ЖШЩЮ",
}
"""How wide letters are, in pixels at 11 pixels of DejaVu Sans, which Verdana was drawn after."""
WIDTHS = {letter: width for width, letters in ADVANCES.items() for letter in letters}
UNKNOWN_WIDTH = 8.0

SVG = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img"'
    ' aria-label="{told}" xml:lang="{language}"><title>{told}</title>'
    '<clipPath id="r"><rect width="{width}" height="20" rx="4"/></clipPath>'
    '<g clip-path="url(#r)"><rect width="{left}" height="20" fill="{label_colour}"/>'
    '<rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>'
    '<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11"'
    ' aria-hidden="true">{label}{state}</g></svg>\n'
)
TEXT = Markup('<text x="{x}" y="14" textLength="{length}">{words}</text>')


def draw_badge(known: Knowledge, words: Catalogue) -> str:
    """Before anything was heard it is grey and says so."""
    status = known.view.status if known.view else None
    label = words("badge.label")
    state = words(f"badge.{status or 'unknown'}")
    left, right = (text_width(text) + 2 * PADDING for text in (label, state))
    return SVG.format(
        width=left + right,
        left=left,
        right=right,
        told=f"{label}: {state}",
        language=words.language,
        label_colour=LABEL_COLOUR,
        colour=COLOURS[status] if status else UNKNOWN_COLOUR,
        label=_text(label, PADDING),
        state=_text(state, left + PADDING),
    )


def text_width(text: str) -> int:
    """In whole pixels. Every viewer is told to set the text so wide, whatever font it finds."""
    return round(sum(WIDTHS.get(letter, UNKNOWN_WIDTH) for letter in text))


def _text(words: str, x: int) -> Markup:
    return TEXT.format(x=x, length=text_width(words), words=words)
