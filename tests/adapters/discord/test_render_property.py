"""No message, however hostile, is refused by the limits, and none shows anything but its words."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.discord.markup import cleaned, fitted, markdown
from bot.adapters.discord.render import embed, post_name, rendered, revision
from bot.adapters.discord.text import clean, escape, few_lines, one_line, units
from bot.model.message import Action, Message, Run, Source, plain
from tests.standins.discord import bodies, schema
from tests.standins.discord.markdown import seen

NASTY = [
    "@everyone", "@here", "<@1>", "<@&2>", "<#3>", "<:e:4>", "<a:e:4>", "<t:1:R>", "</cmd:5>", "<id:home>", ":smile:",
    "**", "*", "__", "_", "~~", "||", "`", "```", "> ", ">>> ", "# ", "-# ", "- ", "* ", "+ ", "1. ", "2) ", "[x](https://evil.example)",
    "[", "]", "(", ")", "<", ">", "\\", "https://evil.example/a_b", "HTTP://EVIL.example", "discord://x", "\n", "\n\n", " ", "\t",
    "\u200b", "\u202e", "\u2066", "\u2028", "\x00", "\ud800", "\ufffe", "e\u0301", "👩‍👩‍👧‍👦", "🇯🇵", "語", "Takaichi", "a. B", "。", "snake_case", "¯\\_(ツ)_/¯",
]  # fmt: skip
text = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=12)), max_size=30).map("".join)
long_text = st.tuples(text, st.integers(1, 400)).map(lambda pair: (pair[0] * pair[1])[:20000])
url = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "https://news.example/1", "http://intranet/x", "javascript:alert(1)", "https://例え.example/パス?q=値#x", "https://a b/", "http://",
            "https://user:pw@news.example/", "https://news.example/" + "x" * 3000, "https://news.example/" + "語" * 400, "ftp://a.example", "http://[::1]/",
            "http://127.0.0.1:8080/a(b)_c*d", "https://news.example:99999/", "https://xn--.example/", "https://news.example/%zz|{}^`", "https://a.1",
        ]
    ),
    text.map("https://news.example/".__add__),
    text,
)  # fmt: skip
run = st.builds(Run, text, bold=st.booleans(), italic=st.booleans(), code=st.booleans(), url=url)
runs = st.lists(run, max_size=6).map(tuple)
long_runs = st.lists(st.builds(Run, long_text, bold=st.booleans(), url=url), max_size=4).map(tuple)
action = st.one_of(
    st.builds(Action, text, data=st.one_of(text, st.text(max_size=120))), st.builds(Action, text, url=url)
)
message = st.builds(
    Message,
    title=st.one_of(runs, long_runs),
    url=url,
    summary=st.lists(st.one_of(runs, long_runs), max_size=5).map(tuple),
    sources=st.lists(st.builds(Source, st.one_of(text, long_text), url=url), max_size=30).map(tuple),
    footer=st.one_of(runs, long_runs),
    actions=st.lists(action, max_size=40).map(tuple),
    mentions=st.lists(
        st.one_of(
            text,
            st.integers(0, 10**21).map("role:{}".format),
            st.integers(0, 10**21).map("<@{}>".format),
            st.sampled_from(["everyone", "@here", "role:", "user:007", "user:7", "<@!7>"]),
        ),
        max_size=150,
    ).map(tuple),
    silent=st.booleans(),
    alert=st.booleans(),
)


@given(message)
@settings(max_examples=60, deadline=None)
def test_no_message_is_refused(message: Message) -> None:
    for check, body in ((bodies.CREATE, rendered(message)), (bodies.EDIT, revision(message))):
        bodies.check_message(check, body)
        bodies.check_not_empty(body)
    schema.enforce(schema.text(100, 1), post_name(message))


@given(message)
@settings(max_examples=40, deadline=None)
def test_nothing_pings_but_what_the_message_mentions(message: Message) -> None:
    allowed = rendered(message)["allowed_mentions"]
    named = " ".join(message.mentions)
    assert set(allowed["parse"]) <= {"everyone"}
    assert allowed["parse"] == [] or "everyone" in named or "here" in named
    for kind in ("roles", "users"):
        assert all(one in named for one in allowed.get(kind, []))


@given(text)
@settings(max_examples=200, deadline=None)
def test_escaped_text_is_seen_as_it_stands(raw: str) -> None:
    words = clean(raw)
    shown = seen(escape(words))
    assert [one.kinds for one in shown if one.kinds] == []
    assert "".join(one.text for one in shown) == words


@given(runs)
@settings(max_examples=200, deadline=None)
def test_runs_show_their_words_and_no_styles_but_their_own(raw: tuple[Run, ...]) -> None:
    wanted = cleaned(raw, few_lines)
    shown = seen(markdown(wanted))
    kinds = {kind for one in shown for kind in one.kinds}
    own = {"bold": any(one.bold for one in wanted), "italic": any(one.italic for one in wanted)}
    own |= {"code": any(one.code for one in wanted), "link": any(one.url for one in wanted)}
    assert all(own.get(kind) for kind in kinds)


@given(st.lists(st.tuples(text, st.booleans()), max_size=8))
@settings(max_examples=300, deadline=None)
def test_exactly_the_matched_words_are_bold(parts: list[tuple[str, bool]]) -> None:
    wanted = cleaned(tuple(Run(words, bold=bold) for words, bold in parts), one_line)
    shown = seen(markdown(wanted))
    assert _solid([(one.text, one.bold) for one in wanted]) == _solid(
        [(one.text, "bold" in one.kinds) for one in shown]
    )
    assert all(one.kinds <= {"bold"} for one in shown)


def _solid(parts: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Letters with their style; white space has none, and the mark between styles is nothing to see."""
    return [
        (char, bold) for words, bold in parts for char in words if not char.isspace() and char != "\u200b"
    ]


@given(long_runs, st.integers(20, 3000), st.booleans())
@settings(max_examples=150, deadline=None)
def test_shortened_text_keeps_to_its_limit(raw: tuple[Run, ...], limit: int, at_sentence: bool) -> None:
    wanted = cleaned(raw, few_lines)
    made = fitted(wanted, limit, at_sentence=at_sentence)
    assert units(made) <= limit
    if units(markdown(wanted)) <= limit:
        assert made == markdown(wanted)


def test_a_long_title_ends_at_a_word() -> None:
    title = embed(Message(title=(Run("*important* words " * 50),)))["title"]
    assert title.endswith(("words…", r"\*important\*…"))
    assert len(title) <= 256


def test_plain_words_stay_as_they_are() -> None:
    words = "Prime Minister's 5% rise (so far) – “quoted”; 10:30 a.m. & more! C++ #tag"
    assert markdown((Run(words),)) == words
    assert plain(cleaned((Run(words),), one_line)) == words


def test_the_reader_of_markdown_sees_styles_where_they_are() -> None:
    assert [
        (one.text, sorted(one.kinds)) for one in seen("**x** `c` <@1> [l](https://e.example) :smile:")
    ] == [
        ("x", ["bold"]),
        (" ", []),
        ("c", ["code"]),
        (" ", []),
        ("<@1>", ["mention"]),
        (" ", []),
        ("l", ["link"]),
        (" ", []),
        (":smile:", ["emoji"]),
    ]
