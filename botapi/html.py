"""Telegram's HTML: a few tags, strictly nested, and text in which `<` and `&` must be escaped.

Faults are reported as Telegram reports them, with the byte offset where the tag begins.
"""

import re

from botapi import utf16
from botapi.entities import Entity, FormattedText, in_order
from botapi.errors import ApiError, bad_request
from botapi.tags import TYPES, OpenTag, join_code, meaning

NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

REFERENCE = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(lt|gt|amp|quot)(?![A-Za-z]));?")
TAG_NAME = re.compile(r"[^\s>]*")
SPACE = re.compile(r"\s*")
ATTRIBUTE = re.compile(
    r"""([^\s=>"'/]+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.-]+)))?""",
)


class HtmlReader:
    """One pass over one text. `read` is called once."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._text = ""
        self._units = 0
        self._open: list[OpenTag] = []
        self._entities: list[Entity] = []

    def read(self) -> FormattedText:
        while self._at < len(self._source):
            if self._source.startswith("</", self._at):
                self._read_end_tag()
            elif self._source[self._at] == "<":
                self._read_start_tag()
            else:
                self._read_text()
        if self._open:
            name = self._open[-1].name
            raise _fault(f'Can\'t find end tag corresponding to start tag "{name}"')
        return FormattedText(self._text, in_order(join_code(self._entities)))

    def _read_text(self) -> None:
        end = self._source.find("<", self._at)
        end = len(self._source) if end < 0 else end
        piece = unescape(self._source[self._at : end])
        self._text += piece
        self._units += utf16.length(piece)
        self._at = end

    def _read_start_tag(self) -> None:
        begin = self._at
        name = self._skip(TAG_NAME, begin + 1).lower()
        if self._at == len(self._source):
            raise self._fault_at("Unclosed start tag", begin)
        if name not in TYPES:
            raise self._fault_at(f'Unsupported start tag "{name}"', begin)
        attributes = self._read_attributes(name, begin)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self._fault_at('Tag "span" must have class "tg-spoiler"', begin)
        self._open.append(OpenTag(name, attributes, self._units, len(self._text)))

    def _read_attributes(self, name: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        self._skip(SPACE, self._at)
        while self._source[self._at : self._at + 1] != ">":
            found = ATTRIBUTE.match(self._source, self._at)
            if found is None:
                raise self._attribute_fault(name, begin)
            attribute, *values = found.groups()
            attributes[attribute.lower()] = unescape(next((v for v in values if v), ""))
            self._skip(SPACE, found.end())
        self._at += 1
        return attributes

    def _attribute_fault(self, name: str, begin: int) -> ApiError:
        if self._source[self._at : self._at + 1] in ("", "="):
            return self._fault_at("Unclosed start tag", begin)
        return self._fault_at(f'Empty attribute name in the tag "{name}"', begin)

    def _read_end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise self._fault_at("Unexpected end tag", begin)
        name = self._skip(TAG_NAME, begin + 2).lower()
        self._skip(SPACE, self._at)
        if self._source[self._at : self._at + 1] != ">":
            raise self._fault_at("Unclosed end tag", begin)
        self._at += 1
        tag = self._open.pop()
        if name not in ("", tag.name):
            where = f"Unmatched end tag at byte offset {self._byte_offset(begin)}"
            raise _fault(f'{where}, expected "</{tag.name}>", found "</{name}>"')
        self._close(tag)

    def _close(self, tag: OpenTag) -> None:
        length = self._units - tag.offset
        if length == 0:
            return
        kind, extra = meaning(tag, self._text[tag.position :])
        if kind == "blockquote" and any(outer.name == "blockquote" for outer in self._open):
            return
        if kind:
            self._entities.append(Entity(kind, tag.offset, length, extra))

    def _skip(self, pattern: re.Pattern[str], start: int) -> str:
        found = pattern.match(self._source, start)
        assert found is not None
        self._at = found.end()
        return found.group()

    def _byte_offset(self, position: int) -> int:
        return len(self._source[:position].encode())

    def _fault_at(self, what: str, position: int) -> ApiError:
        return _fault(f"{what} at byte offset {self._byte_offset(position)}")


def parse(source: str) -> FormattedText:
    """Turn HTML into text with entities, or refuse it with Telegram's words."""
    return HtmlReader(source).read()


def unescape(text: str) -> str:
    """Numbers and four names are references; anything else after `&` stays as it is."""
    return REFERENCE.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        return NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    is_character = 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return chr(code) if is_character else found.group()


def _fault(what: str) -> ApiError:
    return bad_request(f"can't parse entities: {what}")
