"""One form for queries that mean the same."""

from bot.query.nodes import And, Node, Not, Or


def normal_form(node: Node) -> Node:
    """Flatten, sort and thin out a tree; negations end at the leaves."""
    match node:
        case Not(child=child):
            return _negated(child)
        case And(children=children):
            return _joined(And, [normal_form(child) for child in children])
        case Or(children=children):
            return _joined(Or, [normal_form(child) for child in children])
        case _:
            return node


def _negated(node: Node) -> Node:
    match node:
        case Not(child=child):
            return normal_form(child)
        case And(children=children):
            return _joined(Or, [_negated(child) for child in children])
        case Or(children=children):
            return _joined(And, [_negated(child) for child in children])
        case _:
            return Not(node)


def _joined(kind: type[And] | type[Or], children: list[Node]) -> Node:
    flat = [
        inner for child in children for inner in (child.children if isinstance(child, kind) else (child,))
    ]
    unique = {str(child): child for child in flat}
    ordered = tuple(unique[text] for text in sorted(unique, key=_order))
    return ordered[0] if len(ordered) == 1 else kind(ordered)


def _order(text: str) -> tuple[bool, str]:
    return text.startswith("-"), text


def could_match_anything(node: Node) -> bool:
    """Tell whether a document without any text could match."""
    match node:
        case Not(child=child):
            return not could_match_anything(child)
        case And(children=children):
            return all(could_match_anything(child) for child in children)
        case Or(children=children):
            return any(could_match_anything(child) for child in children)
        case _:
            return False
