"""Messages as the platforms' clients show them: HTML of a Telegram bubble and of a Discord embed. Pure.

What is drawn is what the platform was sent: a text with entities there, an embed with components here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

from tests.standins.discord.markdown import Seen, seen

Json = Mapping[str, Any]
_TAGS = {"bold": "b", "italic": "i", "code": "code"}
FONTS = "'Noto Sans', 'DejaVu Sans', 'Noto Sans CJK JP', sans-serif"
STYLE = f"""
* {{ box-sizing: border-box; margin: 0 }}
body {{ font: 15px/1.4 {FONTS}; width: 560px; padding: 18px }}
a {{ text-decoration: none }}
p {{ white-space: pre-wrap; overflow-wrap: anywhere }}
.telegram {{ background: #0e1621; color: #f5f5f5 }}
.telegram a {{ color: #6ab3f3 }}
.bubble {{ background: #182533; border-radius: 12px 12px 12px 3px; padding: 8px 12px 7px }}
.quote {{ border-left: 3px solid #6ab3f3; background: #1f3044; border-radius: 4px; padding: 3px 8px;
  margin-bottom: 6px; font-size: 13px }}
.quote b {{ color: #6ab3f3; display: block }}
.quote span, .answered span {{ display: block; overflow: hidden; white-space: nowrap; text-overflow: ellipsis }}
.clock {{ color: #6d7f8f; font-size: 12px; text-align: right }}
.keys {{ display: flex; gap: 4px; margin-top: 4px }}
.key {{ flex: 1; background: #22354a; border-radius: 8px; padding: 7px 4px; text-align: center; font-size: 14px }}
.key.out::after {{ content: " \\2197"; font-size: 11px; opacity: .7 }}
.discord {{ background: #313338; color: #dbdee1 }}
.discord a {{ color: #00a8fc }}
.discord .line {{ display: flex; gap: 14px }}
.face {{ width: 40px; height: 40px; border-radius: 50%; background: #c0392b; color: #fff; flex: none;
  font: bold 20px/40px {FONTS}; text-align: center }}
.said {{ flex: 1; min-width: 0 }}
.name b {{ color: #fff }}
.name i {{ font-style: normal; background: #5865f2; color: #fff; border-radius: 4px; padding: 1px 5px;
  font-size: 11px; margin: 0 4px }}
.name small, .edited {{ color: #949ba4; font-size: 12px }}
.answered {{ color: #b5bac1; font-size: 13px; margin: 0 0 4px 54px; display: flex; gap: 6px }}
.answered::before {{ content: ""; border: solid #4e5058; border-width: 2px 0 0 2px; border-radius: 6px 0 0;
  width: 30px; height: 9px; margin: 9px 0 0 -36px; flex: none }}
.answered span {{ min-width: 0 }}
.embed {{ background: #2b2d31; border-left: 4px solid; border-radius: 4px; padding: 10px 14px 12px;
  margin-top: 4px }}
.embed .by {{ font-size: 13px; font-weight: bold }}
.embed .by a {{ color: #fff }}
.embed .head {{ font-weight: bold; margin: 5px 0 }}
.embed p {{ font-size: 14px }}
.embed .foot {{ font-size: 12px; color: #b5bac1; margin-top: 8px }}
.discord .key {{ flex: none; background: #4e5058; color: #fff; padding: 6px 14px }}
.discord .keys {{ gap: 8px; margin-top: 8px }}
"""


@dataclass(frozen=True, slots=True)
class Bubble:
    """A Telegram message: what was sent, when it is said to be, and the first line of what it answers."""

    text: str
    entities: Sequence[Json]
    keyboard: Sequence[Sequence[Json]]
    clock: str
    edited: bool = False
    answers: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """A Discord message, likewise."""

    embed: Json
    components: Sequence[Json]
    clock: str
    edited: bool = False
    answers: str = ""


def telegram(bubble: Bubble) -> str:
    """Return the page of a Telegram message."""
    quote = f'<div class="quote"><b>Newsbell</b><span>{escape(bubble.answers)}</span></div>'
    rows = "".join(f'<div class="keys">{"".join(map(_key, row))}</div>' for row in bubble.keyboard)
    clock = f'<div class="clock">{"edited " * bubble.edited}{escape(bubble.clock)}</div>'
    text = f"<p>{''.join(_entities(bubble.text, bubble.entities))}</p>"
    return _page("telegram", f'<div class="bubble">{quote * bool(bubble.answers)}{text}{clock}</div>{rows}')


def _key(button: Json) -> str:
    return f'<div class="key{" out" * ("url" in button)}">{escape(button["text"])}</div>'


def _entities(text: str, entities: Sequence[Json]) -> Iterator[str]:
    """Yield the text in stretches of one style each; offsets count UTF-16 units, as Telegram's do."""
    units = text.encode("utf-16-le")
    bounds = {0, len(units) // 2}
    for entity in entities:
        bounds |= {entity["offset"], entity["offset"] + entity["length"]}
    edges = sorted(bounds)
    for start, end in pairwise(edges):
        around = [one for one in entities if one["offset"] <= start < one["offset"] + one["length"]]
        words = escape(units[start * 2 : end * 2].decode("utf-16-le"))
        for tag in (_TAGS[one["type"]] for one in around if one["type"] in _TAGS):
            words = f"<{tag}>{words}</{tag}>"
        yield f'<a href="#">{words}</a>' if any(one["type"] == "text_link" for one in around) else words


def discord(post: Post) -> str:
    """Return the page of a Discord message."""
    answered = f'<div class="answered"><b>@Newsbell</b><span>{escape(post.answers)}</span></div>'
    name = f'<div class="name"><b>Newsbell</b> <i>APP</i> <small>{escape(post.clock)}</small></div>'
    edited = '<div class="edited">(edited)</div>' * post.edited
    rows = "".join(
        f'<div class="keys">{"".join(_button(one) for one in row["components"])}</div>'
        for row in post.components
    )
    said = f'<div class="said">{name}{_embed(post.embed)}{edited}{rows}</div>'
    body = f'<div class="line"><div class="face">N</div>{said}</div>'
    return _page("discord", f"{answered * bool(post.answers)}{body}")


def _embed(embed: Json) -> str:
    by = f'<div class="by">{_linked(embed["author"])}</div>' if "author" in embed else ""
    title = _markdown(embed.get("title", ""))
    linked = f'<a href="#">{title}</a>' if "url" in embed else title
    foot = f'<div class="foot">{escape(embed["footer"]["text"])}</div>' if "footer" in embed else ""
    text = f"<p>{_markdown(embed['description'])}</p>" if "description" in embed else ""
    edge = f"border-color: #{embed.get('color', 0):06x}"
    return f'<div class="embed" style="{edge}">{by}<div class="head">{linked}</div>{text}{foot}</div>'


def _linked(author: Json) -> str:
    return f'<a href="#">{escape(author["name"])}</a>' if "url" in author else escape(author["name"])


def _button(button: Json) -> str:
    return f'<div class="key{" out" * ("url" in button)}">{escape(button["label"])}</div>'


def _markdown(text: str) -> str:
    return "".join(_shown(one) for one in seen(text))


def _shown(piece: Seen) -> str:
    words = escape(piece.text)
    for kind in piece.kinds & _TAGS.keys():
        words = f"<{_TAGS[kind]}>{words}</{_TAGS[kind]}>"
    return f'<a href="#">{words}</a>' if piece.target else words


def _page(platform: str, body: str) -> str:
    return (
        f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style><body class="{platform}">{body}</body>'
    )
