import pytest

from botapi import html
from botapi.entities import Entity
from botapi.errors import ApiError


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("<b>x</b>", "bold"),
        ("<STRONG>x</STRONG>", "bold"),
        ("<i>x</i>", "italic"),
        ("<em>x</em>", "italic"),
        ("<u>x</u>", "underline"),
        ("<ins>x</ins>", "underline"),
        ("<s>x</s>", "strikethrough"),
        ("<strike>x</strike>", "strikethrough"),
        ("<del>x</del>", "strikethrough"),
        ('<span class="tg-spoiler">x</span>', "spoiler"),
        ("<tg-spoiler>x</tg-spoiler>", "spoiler"),
        ("<code>x</code>", "code"),
        ("<pre>x</pre>", "pre"),
        ("<blockquote>x</blockquote>", "blockquote"),
        ("<blockquote expandable>x</blockquote>", "expandable_blockquote"),
    ],
)
def test_each_tag_makes_its_entity(source: str, kind: str) -> None:
    parsed = html.parse(source)

    assert parsed.text == "x"
    assert parsed.entities == (Entity(kind, 0, 1),)


def test_offsets_count_utf16_units() -> None:
    parsed = html.parse("😀 <b>жир😀</b>!")

    assert parsed.text == "😀 жир😀!"
    assert parsed.entities == (Entity("bold", 3, 5),)


def test_nested_tags_come_out_the_outer_first() -> None:
    parsed = html.parse("<b>a<i>b</i></b>")

    assert [entity.type for entity in parsed.entities] == ["bold", "italic"]


def test_nothing_is_marked_inside_code() -> None:
    parsed = html.parse("<pre>a <b>b</b></pre>")

    assert parsed.text == "a b"
    assert [entity.type for entity in parsed.entities] == ["pre"]


def test_code_in_pre_names_the_language() -> None:
    parsed = html.parse('<pre><code class="language-python">x</code></pre>')

    assert parsed.entities == (Entity("pre", 0, 1, {"language": "python"}),)


def test_an_empty_tag_marks_nothing() -> None:
    assert html.parse("a<b></b>").entities == ()


def test_a_link_carries_its_address() -> None:
    parsed = html.parse('<a href="https://desk.example/?a=1&amp;b=2">here</a>')

    assert parsed.entities[0].extra == {"url": "https://desk.example/?a=1&b=2"}


def test_a_link_to_a_bare_host_gets_a_slash() -> None:
    assert html.parse('<a href="desk.example">x</a>').entities[0].extra == {
        "url": "http://desk.example/"
    }


@pytest.mark.parametrize("href", ["http://localhost:80/", "tel:+7495", "http://a b.c/"])
def test_a_link_telegram_cannot_open_is_plain_text(href: str) -> None:
    parsed = html.parse(f'<a href="{href}">x</a>')

    assert (parsed.text, parsed.entities) == ("x", ())


def test_a_link_to_a_user_is_a_mention() -> None:
    parsed = html.parse('<a href="tg://user?id=42">Anna</a>')

    assert parsed.entities == (Entity("text_mention", 0, 4, {"user": {"id": 42}}),)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("&lt;b&gt; &amp;amp; &quot;", '<b> &amp; "'),
        ("&#60;&#x3c;&#128512;", "<<😀"),
        ("&nbsp; &copy; a & b &", "&nbsp; &copy; a & b &"),
        ("&#0; &#xD800;", "&#0; &#xD800;"),
        ("2 > 1", "2 > 1"),
    ],
)
def test_references_are_four_names_and_numbers(source: str, text: str) -> None:
    assert html.parse(source).text == text


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("я <3 тебя", 'Unsupported start tag "3" at byte offset 3'),
        ("<br/>x", 'Unsupported start tag "br/" at byte offset 0'),
        ("<div>x</div>", 'Unsupported start tag "div" at byte offset 0'),
        ("x <b", "Unclosed start tag at byte offset 2"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        (
            "<b><i>x</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<b ="x">x</b>', "Unclosed start tag at byte offset 0"),
        ('<b "x">x</b>', 'Empty attribute name in the tag "b" at byte offset 0'),
    ],
)
def test_a_fault_is_told_with_its_place(source: str, fault: str) -> None:
    with pytest.raises(ApiError) as caught:
        html.parse(source)

    assert caught.value.code == 400
    assert caught.value.description == f"Bad Request: can't parse entities: {fault}"
