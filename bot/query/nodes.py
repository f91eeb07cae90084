"""A parsed query, as a tree of frozen values. ``str()`` of a node is its canonical form."""

from dataclasses import dataclass, field

from bot.query.text import is_run

TEXTUAL = ("title", "source", "author", "tag")
"""Fields whose values are searched by words."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow one another, in one field or (None) anywhere in the text.

    ``tokens`` and ``glued`` are as in ``bot.query.text.Analysis``. With ``prefix`` the last token only begins the
    word. ``exact`` holds the tokens as they must be written, where case counts.
    """

    tokens: tuple[str, ...]
    glued: tuple[bool, ...]
    field: str | None = None
    prefix: bool = False
    exact: tuple[str, ...] | None = None

    @property
    def body(self) -> str:
        """The words with single spaces, without quotes, field or star."""
        return _joined(self.exact or self.tokens, self.glued)

    def __str__(self) -> str:
        star = "*" if self.prefix else ""
        quoted = self.exact is not None or " " in self.body
        text = f'"{self.body}{star}"' if quoted else f"{self.body}{star}"
        return _in_field(self.field, ("=" if self.exact else "") + text)


@dataclass(frozen=True, slots=True)
class Near:
    """Terms in any order with at most ``slop`` other tokens between the first and the last."""

    operands: tuple[Term, ...]
    slop: int

    def __str__(self) -> str:
        field_name = self.operands[0].field
        bodies = [term.body + ("*" if term.prefix else "") for term in self.operands]
        if all(_is_one_word(term) for term in self.operands):
            return _in_field(field_name, f'"{" ".join(bodies)}"~{self.slop}')
        plain = [str(Term(t.tokens, t.glued, None, t.prefix, t.exact)) for t in self.operands]
        text = f" NEAR/{self.slop} ".join(plain)
        return f"{field_name}:({text})" if field_name else text


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression over the original text, without regard to case."""

    source: str
    field: str | None = None

    def __str__(self) -> str:
        return _in_field(self.field, f"re:/{self.source}/")


@dataclass(frozen=True, slots=True)
class Language:
    """The document's language, as a normalised tag."""

    tag: str

    def __str__(self) -> str:
        return f"lang:{self.tag}"


@dataclass(frozen=True, slots=True)
class Link:
    """The document's address: a host (with those below it) and the beginning of a path."""

    host: str
    path: str

    def __str__(self) -> str:
        return f"link:{self.host}{self.path}"


@dataclass(frozen=True, slots=True)
class Named:
    """A topic, with what it stands for."""

    name: str
    spellings: "Node" = field(repr=False)
    field: str | None = None

    def __str__(self) -> str:
        return _in_field(self.field, f"topic:{self.name}")


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be there."""

    child: "Node"

    def __str__(self) -> str:
        return f"-{_grouped(self.child)}"


@dataclass(frozen=True, slots=True)
class And:
    """All of these."""

    children: tuple["Node", ...]

    def __str__(self) -> str:
        return " ".join(f"({child})" if isinstance(child, Or) else str(child) for child in self.children)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of these."""

    children: tuple["Node", ...]

    def __str__(self) -> str:
        return " OR ".join(str(child) for child in self.children)


Leaf = Term | Near | Pattern | Language | Link | Named
Node = Leaf | Not | And | Or


def _joined(tokens: tuple[str, ...], glued: tuple[bool, ...]) -> str:
    return "".join(
        token if stuck or not i else f" {token}"
        for i, (token, stuck) in enumerate(zip(tokens, glued, strict=True))
    )


def _in_field(name: str | None, text: str) -> str:
    return f"{name}:{text}" if name else text


def _is_one_word(term: Term) -> bool:
    simple = len(term.tokens) == 1 or (all(term.glued[1:]) and is_run(term.tokens[0]))
    return simple and term.exact is None


def _grouped(node: Node) -> str:
    text = str(node)
    needs = isinstance(node, And | Or) or (isinstance(node, Near) and " NEAR/" in text)
    return f"({text})" if needs else text
